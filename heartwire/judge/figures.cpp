#include "heartwire/judge/figures.hpp"

#include <algorithm>
#include <chrono>

namespace heartwire::judge {

using base::Duration;
using base::Instant;

std::string in_seconds(Duration duration) {
  const bool is_short = duration < std::chrono::seconds{10};
  const Duration unit = std::chrono::milliseconds{is_short ? 10 : 100};
  const auto units = std::max<Duration::rep>((duration + unit / 2) / unit, 0);
  const Duration::rep per_second = is_short ? 100 : 10;
  std::string decimals = std::to_string(units % per_second);
  if (is_short && decimals.size() == 1) decimals.insert(0, 1, '0');
  return std::to_string(units / per_second) + '.' + decimals + " s";
}

std::string count_of(std::size_t count, std::string_view noun) {
  return std::to_string(count) + ' ' + std::string{noun} + (count == 1 ? "" : "s");
}

std::vector<Duration> gaps_of(const std::vector<Instant>& times) {
  std::vector<Duration> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(times[i] - times[i - 1]);
  return gaps;
}

std::size_t growth_percent(const std::vector<Duration>& gaps) noexcept {
  if (gaps.size() < 2) return 0;
  // A millisecond stands for less: a client that comes back at once has no first delay to grow.
  const Duration first = std::max<Duration>(gaps.front(), std::chrono::milliseconds{1});
  const Duration longest = *std::max_element(gaps.begin(), gaps.end());
  return static_cast<std::size_t>(longest / std::max<Duration>(first / 100, Duration{1}));
}

std::size_t spread_percent(const std::vector<Duration>& values) noexcept {
  if (values.size() < 2) return 0;
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  Duration mean{};
  for (const Duration value : values) mean += value / static_cast<Duration::rep>(values.size());
  if (mean <= Duration::zero()) return 0;
  return static_cast<std::size_t>((*greatest - *least) /
                                  std::max<Duration>(mean / 100, Duration{1}));
}

std::size_t busiest(std::vector<Instant> times, Duration window) {
  std::sort(times.begin(), times.end());
  std::size_t most = 0;
  std::size_t first = 0;
  for (std::size_t last = 0; last < times.size(); ++last) {
    while (times[last] - times[first] >= window) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

}  // namespace heartwire::judge
