#include "tests/integration/support/witness.hpp"

#include "heartwire/base/escape.hpp"
#include "heartwire/core/outcome.hpp"
#include "heartwire/core/reconnect_policy.hpp"
#include "tests/integration/support/tap.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <utility>

namespace heartwire::integration {
namespace {

const char* name(Seen seen) {
  switch (seen) {
    case Seen::open: return "open";
    case Seen::message: return "message";
    case Seen::close: return "close";
    case Seen::attempt_failed: return "attempt failed";
    case Seen::retry: return "retry";
    case Seen::suspect: return "suspect";
    case Seen::cleared: return "cleared";
    case Seen::gave_up: return "gave up";
    case Seen::error: return "error";
    case Seen::heartbeat: return "heartbeat";
    case Seen::expired: return "expired";
    case Seen::writable: return "writable";
  }
  return "?";
}

Sight ending(Seen seen, const client::CloseInfo& info) {
  Sight sight{.seen = seen, .text = info.text, .close = info, .duration = info.retry_in};
  return sight;
}

}  // namespace

client::Options Witness::watch(client::Options options) {
  client::Hooks& hooks = options.hooks;
  const auto tell = [this](Sight sight) { note(std::move(sight)); };
  tap(hooks.on_open, tell, [](const client::OpenInfo& info) {
    return Sight{.seen = Seen::open,
                 .transport = info.transport,
                 .duration = info.outage,
                 .count = info.attempts,
                 .is_first = info.is_first};
  });
  tap(hooks.on_message, tell, [](core::MessageView message) {
    return Sight{.seen = Seen::message,
                 .text = std::string{message.payload.substr(0, kTextMax)},
                 .count = message.payload.size()};
  });
  tap(hooks.on_close, tell, [](const auto& info) { return ending(Seen::close, info); });
  tap(hooks.on_attempt_failed, tell,
      [](const auto& info) { return ending(Seen::attempt_failed, info); });
  tap(hooks.on_reconnect, tell, [](const client::RetryInfo& info) {
    return Sight{.seen = Seen::retry, .duration = info.delay, .count = info.attempt};
  });
  tap(hooks.on_suspect, tell, [](std::chrono::nanoseconds silence) {
    return Sight{.seen = Seen::suspect, .duration = silence};
  });
  tap(hooks.on_cleared, tell, [](std::chrono::nanoseconds silence) {
    return Sight{.seen = Seen::cleared, .duration = silence};
  });
  tap(hooks.on_gave_up, tell, [](const client::GaveUpInfo& info) {
    return Sight{.seen = Seen::gave_up,
                 .text = std::string{core::name(info.reason)},
                 .close = info.last,
                 .count = info.attempts};
  });
  tap(hooks.on_error, tell,
      [](std::string_view what) { return Sight{.seen = Seen::error, .text = std::string{what}}; });
  tap(hooks.on_heartbeat, tell, [](const client::HeartbeatInfo& info) {
    return Sight{.seen = Seen::heartbeat, .duration = info.round_trip};
  });
  tap(hooks.on_expired, tell,
      [](core::MessageId id) { return Sight{.seen = Seen::expired, .count = id}; });
  tap(hooks.on_writable, tell, [] { return Sight{.seen = Seen::writable}; });
  return options;
}

bool Witness::sees(Seen seen, std::size_t count) const {
  std::unique_lock lock(mutex_);
  return noted_.wait_for(lock, kDeadline, [&] { return count_locked(seen) >= count; });
}

bool Witness::hears(std::string_view text, std::size_t count) const {
  std::unique_lock lock(mutex_);
  return noted_.wait_for(lock, kDeadline,
                         [&] { return count_locked(Seen::message, text) >= count; });
}

bool Witness::never_more(std::size_t count, Seen seen, std::chrono::milliseconds watched) const {
  std::unique_lock lock(mutex_);
  return !noted_.wait_for(lock, watched, [&] { return count_locked(seen) > count; });
}

std::size_t Witness::count(Seen seen) const {
  const std::lock_guard lock(mutex_);
  return count_locked(seen);
}

std::size_t Witness::total() const {
  const std::lock_guard lock(mutex_);
  return sights_.size();
}

std::vector<Sight> Witness::all(Seen seen) const {
  const std::lock_guard lock(mutex_);
  std::vector<Sight> result;
  for (const Sight& sight : sights_)
    if (sight.seen == seen) result.push_back(sight);
  return result;
}

Sight Witness::first(Seen seen) const {
  const auto found = all(seen);
  EXPECT_FALSE(found.empty()) << "there was no " << name(seen) << '\n' << transcript();
  return found.empty() ? Sight{} : found.front();
}

Sight Witness::last(Seen seen) const {
  const auto found = all(seen);
  EXPECT_FALSE(found.empty()) << "there was no " << name(seen) << '\n' << transcript();
  return found.empty() ? Sight{} : found.back();
}

std::vector<std::string> Witness::messages() const {
  std::vector<std::string> result;
  for (Sight& sight : all(Seen::message)) result.push_back(std::move(sight.text));
  return result;
}

std::string Witness::transcript() const {
  const std::lock_guard lock(mutex_);
  std::ostringstream out;
  out << "what the client told:\n";
  const auto ms = [](base::Duration time) { return time / std::chrono::milliseconds{1}; };
  for (const Sight& sight : sights_) {
    out << "  " << ms(sight.at - sights_.front().at) << " ms: " << name(sight.seen);
    if (sight.seen == Seen::close || sight.seen == Seen::attempt_failed)
      out << ' ' << sight.close.cause << ' ' << sight.close.code;
    if (sight.count != 0) out << " #" << sight.count;
    if (sight.duration.count() != 0) out << " (" << ms(sight.duration) << " ms)";
    if (!sight.text.empty()) out << ": " << base::escape_for_log(sight.text);
    out << '\n';
  }
  return out.str();
}

void Witness::note(Sight sight) {
  const std::lock_guard lock(mutex_);
  sights_.push_back(std::move(sight));
  noted_.notify_all();
}

std::size_t Witness::count_locked(Seen seen, std::string_view text) const {
  std::size_t result = 0;
  for (const Sight& sight : sights_)
    if (sight.seen == seen && sight.text.starts_with(text)) ++result;
  return result;
}

}  // namespace heartwire::integration
