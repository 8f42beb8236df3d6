#pragma once
// Two processes that measure each other's cost: a forked child behind a pipe, and samples of memory
// in use and CPU time.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace heartwire::bench {

/// Memory on the heap and CPU time of one process at one moment.
struct Sample {
  std::uint64_t heap_bytes = 0;
  std::uint64_t cpu_us = 0;

  static Sample now();
  double bytes_since(const Sample& before) const;
  double cpu_us_since(const Sample& before) const;
};

/// Must come before any thread is started: makes one heap for all threads, so that it can be
/// measured, and raises the limit of open files. Ends the program with a text if that is too low.
void prepare(unsigned connections);

/// Waits, looking every few milliseconds, and ends the program if it takes too long.
void wait_until(const std::function<bool()>& is_reached, std::chrono::seconds timeout);

/// A forked process that runs `work` and ends with it, or with us.
class Child {
 public:
  /// The child's end.
  class Pipe {
   public:
    Pipe(int read_fd, int write_fd) : read_fd_(read_fd), write_fd_(write_fd) {}
    /// Waits for the parent to ask for a sample; false once it is gone.
    bool await_request();
    template <typename T>
    void send(const T& value) {
      write_all(write_fd_, &value, sizeof(value));
    }
    int read_fd() const { return read_fd_; }
    /// Replaces the process by `program` with one argument, its standard input and output being the
    /// pipe; ends it if there is no such program.
    [[noreturn]] void become(const char* program, const char* argument);

   private:
    int read_fd_;
    int write_fd_;
  };

  /// Fork before any thread is started in the parent.
  explicit Child(const std::function<void(Pipe&)>& work);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Zero once the child is gone.
  template <typename T>
  T receive() {
    T value{};
    read_all(read_fd_, &value, sizeof(value));
    return value;
  }
  /// The child's, now.
  Sample sample();
  /// CPU time that the child has used, also if it became another program; in steps of the system's
  /// clock tick, 10 ms.
  std::uint64_t cpu_us() const;

 private:
  static void write_all(int fd, const void* data, std::size_t size);
  static bool read_all(int fd, void* data, std::size_t size);

  int pid_ = -1;
  int read_fd_ = -1;
  int write_fd_ = -1;
};

}  // namespace heartwire::bench
