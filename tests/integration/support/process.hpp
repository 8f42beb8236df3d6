#pragma once
// A foreign peer as a process of its own: started by a test, ordered about by signals, heard
// through the lines that it prints, and gone when the object goes, whatever became of the test.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace heartwire::integration {

class Process {
 public:
  /// Only a failing test waits as long as this.
  static constexpr std::chrono::seconds kDeadline{20};

  /// Starts `command`, found by PATH, as the head of a process group. It dies with the thread that
  /// called.
  explicit Process(std::vector<std::string> command);
  /// Kills it and what it started, however frozen, and waits until it is gone.
  ~Process();

  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const noexcept { return pid_; }
  void signal(int number) const;
  void freeze() const;
  void thaw() const;
  /// kill -9, and waits until it is gone.
  void kill();
  /// Writes a line to its input, which is a pipe that ends with this object.
  void tell(std::string_view line) const;
  /// The exit status, or minus the signal that ended it; the deadline passed: killed first.
  int wait_exit();

  /// Blocks until `count` lines begin with `start`. False: the deadline passed, or it ended.
  bool prints(std::string_view start, std::size_t count = 1) const;
  std::size_t count(std::string_view start) const;
  /// What follows `start` in the lines that begin with it, in order.
  std::vector<std::string> rest_of(std::string_view start) const;
  /// The number in its line `port N`; 0 if there is none in time.
  std::uint16_t port() const;
  /// All that it said, for a failing test.
  std::string transcript() const;

 private:
  std::size_t count_locked(std::string_view start) const;
  void listen();
  void reap(bool at_once);

  std::string name_;
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  bool is_reaped_ = false;
  int status_ = 0;

  mutable std::mutex mutex_;
  mutable std::condition_variable heard_;
  std::vector<std::string> lines_;
  bool is_silent_ = false;  ///< Its output has ended.
  std::thread listener_;
};

}  // namespace heartwire::integration
