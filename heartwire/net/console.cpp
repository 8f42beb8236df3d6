#include "heartwire/net/console.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <limits>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

namespace heartwire::net {
namespace {

using std::chrono::steady_clock;

/// Read at a time.
constexpr std::size_t kReadBytes = std::size_t{16} << 10;

sigset_t caught_signals(const ConsoleOptions& options) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  if (options.catches_hangup) sigaddset(&signals, SIGHUP);
  return signals;
}

/// For poll(): rounded up, so that a wait never ends before its time.
int milliseconds_until(std::optional<steady_clock::time_point> until) {
  if (!until) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - steady_clock::now());
  return static_cast<int>(
      std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, std::numeric_limits<int>::max()));
}

}  // namespace

Console::Console(ConsoleOptions options) : options_(options) {
  const sigset_t signals = caught_signals(options_);
  pthread_sigmask(SIG_BLOCK, &signals, &blocked_before_);
  signals_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  wakes_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  HW_CHECK(signals_ >= 0 && wakes_ >= 0);
}

Console::~Console() {
  ::close(wakes_);
  ::close(signals_);
  pthread_sigmask(SIG_SETMASK, &blocked_before_, nullptr);
}

void Console::wake() noexcept {
  const std::uint64_t one = 1;
  // It can only fail when the count is at its limit, and then next() is woken anyway.
  [[maybe_unused]] const ssize_t written = ::write(wakes_, &one, sizeof one);
}

Console::Event Console::next(std::optional<steady_clock::time_point> until, bool wants_lines) {
  while (true) {
    if (std::optional<Event> event = poll(steady_clock::time_point{}, false))
      return *std::move(event);
    if (wants_lines)
      if (std::optional<Event> event = buffered_line()) return *std::move(event);
    if (std::optional<Event> event = poll(until, wants_lines && !has_ended_))
      return *std::move(event);
    if (until && steady_clock::now() >= *until) return TimedOut{};
  }
}

std::optional<Console::Event> Console::poll(std::optional<steady_clock::time_point> until,
                                            bool polls_input) {
  std::array<pollfd, 3> entries{
      {{signals_, POLLIN, 0}, {wakes_, POLLIN, 0}, {polls_input ? options_.input : -1, POLLIN, 0}}};
  if (::poll(entries.data(), entries.size(), milliseconds_until(until)) <= 0) return std::nullopt;
  signalfd_siginfo signal;
  if (entries[0].revents != 0 && ::read(signals_, &signal, sizeof signal) > 0) {
    if (signal.ssi_signo == SIGHUP) return HungUp{};
    return Interrupted{};
  }
  std::uint64_t wakes = 0;
  if (entries[1].revents != 0 && ::read(wakes_, &wakes, sizeof wakes) > 0) return Woken{};
  if (entries[2].revents != 0) read_input();
  return std::nullopt;
}

std::optional<Console::Event> Console::buffered_line() {
  while (true) {
    const std::size_t end = buffer_.find('\n', begin_);
    const bool is_complete = end != std::string::npos;
    const std::size_t size = (is_complete ? end : buffer_.size()) - begin_;
    if (!is_complete && size <= options_.line_bytes_max && !has_ended_) return std::nullopt;
    if (!is_complete && has_ended_ && size == 0) {
      if (std::exchange(has_told_end_, true)) return std::nullopt;
      return EndOfInput{};
    }
    std::string line = buffer_.substr(begin_, size);
    begin_ += size + (is_complete ? 1 : 0);
    if (std::exchange(is_skipping_, !is_complete && !has_ended_)) continue;
    if (is_skipping_ || line.size() > options_.line_bytes_max) return TooLong{};
    return Line{std::move(line)};
  }
}

void Console::read_input() {
  buffer_.erase(0, std::exchange(begin_, 0));
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + kReadBytes);
  const ssize_t count = ::read(options_.input, buffer_.data() + kept, kReadBytes);
  const bool has_failed = count < 0 && errno != EINTR && errno != EAGAIN;
  buffer_.resize(kept + (count > 0 ? static_cast<std::size_t>(count) : 0));
  if (count == 0 || has_failed) has_ended_ = true;
}

}  // namespace heartwire::net
