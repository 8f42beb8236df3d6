#pragma once
// What an interactive program waits for: a line of input, a signal to end, a point in time, or a
// word from another of its threads. Blocking, for one thread. Reads terminals, pipes and files
// alike.

#include <chrono>
#include <csignal>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>

namespace heartwire::net {

struct ConsoleOptions {
  /// The file descriptor to read, borrowed. Default: standard input.
  int input = 0;
  /// Longer lines are reported as TooLong and skipped, so that input cannot grow memory. Default
  /// 4096, the longest that a terminal gives.
  std::size_t line_bytes_max = 4096;
  /// Whether SIGHUP is reported as HungUp. Default false: it ends the program, as it does when a
  /// terminal goes away.
  bool catches_hangup = false;
};

class Console {
 public:
  struct Line {
    std::string text;  ///< Without its line end.
  };
  struct TooLong {};
  struct EndOfInput {};   ///< Reported once; then input is not looked at any more.
  struct Interrupted {};  ///< SIGINT or SIGTERM.
  struct HungUp {};       ///< SIGHUP, if that is caught.
  struct Woken {};        ///< By wake().
  struct TimedOut {};
  using Event = std::variant<Line, TooLong, EndOfInput, Interrupted, HungUp, Woken, TimedOut>;

  /// From here to the destructor SIGINT and SIGTERM (and SIGHUP, if caught) are blocked in this
  /// thread, and in those it starts, and come out of next() instead. Construct it before starting
  /// any thread, and in one place at a time. The destructor puts back what was blocked before: a
  /// program that must not be killed by a signal while it ends blocks them itself first.
  explicit Console(ConsoleOptions options = {});
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  ~Console();

  /// The next event; TimedOut at `until`, never without. Unless `wants_lines`, input stays unread.
  /// Signals and wake() come before lines that wait.
  Event next(std::optional<std::chrono::steady_clock::time_point> until, bool wants_lines);

  /// Makes next() return Woken, now or when it is called; several before that are one. From any
  /// thread that ends, or stops calling this, before the destructor.
  void wake() noexcept;

 private:
  std::optional<Event> buffered_line();
  std::optional<Event> poll(std::optional<std::chrono::steady_clock::time_point> until,
                            bool polls_input);
  void read_input();

  ConsoleOptions options_;
  bool has_ended_ = false;
  bool has_told_end_ = false;
  bool is_skipping_ = false;  ///< Within a line that was too long.
  std::string buffer_;
  std::size_t begin_ = 0;  ///< Of what is still to be given out of `buffer_`.
  sigset_t blocked_before_{};
  int signals_ = -1;
  int wakes_ = -1;
};

}  // namespace heartwire::net
