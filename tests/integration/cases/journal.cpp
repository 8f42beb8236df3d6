#include "tests/integration/cases/journal.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

namespace heartwire::cases {

void Journal::add(std::string line) {
  const std::lock_guard lock{mutex_};
  lines_.push_back({std::chrono::steady_clock::now().time_since_epoch(), std::move(line)});
  written_.notify_all();
}

bool Journal::awaits(std::string_view start, std::size_t count) const {
  std::unique_lock lock{mutex_};
  return written_.wait_for(lock, kDeadline, [&] { return count_locked(start) >= count; });
}

bool Journal::never_exceeds(std::size_t count, std::string_view start,
                            std::chrono::milliseconds watched) const {
  std::unique_lock lock{mutex_};
  return !written_.wait_for(lock, watched, [&] { return count_locked(start) > count; });
}

std::size_t Journal::count(std::string_view start) const {
  const std::lock_guard lock{mutex_};
  return count_locked(start);
}

std::vector<std::string> Journal::rest_of(std::string_view start) const {
  const std::lock_guard lock{mutex_};
  std::vector<std::string> rests;
  for (const Line& line : lines_)
    if (line.text.starts_with(start)) rests.push_back(line.text.substr(start.size()));
  return rests;
}

std::vector<base::Duration> Journal::times_of(std::string_view start) const {
  const std::lock_guard lock{mutex_};
  std::vector<base::Duration> times;
  for (const Line& line : lines_)
    if (line.text.starts_with(start)) times.push_back(line.when);
  return times;
}

std::string Journal::next_after(std::string_view start, std::string_view among) const {
  const std::lock_guard lock{mutex_};
  const auto first = std::find_if(lines_.begin(), lines_.end(),
                                  [&](const Line& line) { return line.text.starts_with(start); });
  if (first == lines_.end()) return {};
  const auto next = std::find_if(first + 1, lines_.end(),
                                 [&](const Line& line) { return line.text.starts_with(among); });
  return next == lines_.end() ? std::string{} : next->text;
}

std::size_t Journal::count_locked(std::string_view start) const {
  return static_cast<std::size_t>(
      std::count_if(lines_.begin(), lines_.end(),
                    [&](const Line& line) { return line.text.starts_with(start); }));
}

std::ostream& operator<<(std::ostream& out, const Journal& journal) {
  const std::lock_guard lock{journal.mutex_};
  for (const auto& line : journal.lines_) {
    const auto since = line.when - journal.lines_.front().when;
    out << std::chrono::duration_cast<std::chrono::milliseconds>(since).count() << " ms  "
        << line.text << '\n';
  }
  return out;
}

}  // namespace heartwire::cases
