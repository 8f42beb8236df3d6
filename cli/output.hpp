#pragma once
// Standard output and standard error, written by a thread of their own, so that a reader who is
// slow (a pager, a full pipe) never holds up the loop on which heartbeats are sent.
//
// Lines of both streams leave in the order in which they were given. What waits is bounded by the
// caller's care: who can wait stops at `on_crowded`, who cannot drops while is_crowded().

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace heartwire::cli {

enum class Stream : unsigned char { out, err };

struct OutputOptions {
  /// Bytes that wait from which the output is crowded, until half of them are left. Default 1 MiB:
  /// a busy second, and little memory.
  std::size_t crowded_bytes = std::size_t{1} << 20;
  /// Called when it has become crowded (on the thread of write()), and when there is room again (on
  /// the output's own). Default: nobody.
  std::function<void()> on_crowded{};
  std::function<void()> on_roomy{};
  /// Called once, on the output's own thread, when standard output can no longer be written. What
  /// is written to it from then on is dropped. Default: nobody.
  std::function<void()> on_broken{};
  /// File descriptors, borrowed; for tests.
  int out = 1;
  int err = 2;
};

class Output {
 public:
  explicit Output(OutputOptions options = {});
  /// Writes what waits, unless abandon() was called.
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// Never blocks. Any thread.
  void write(Stream stream, std::string text);
  bool is_crowded() const;
  /// Standard output can no longer be written, because its reader has gone or because it failed.
  bool is_broken() const;
  /// It failed, as on a full disk; standard error has been told.
  bool has_failed() const;

  /// Drops what waits, even if a reader has stopped in the middle of a line.
  void abandon();

 private:
  struct Piece {
    Stream stream;
    std::string text;
  };

  void run();
  /// Nothing, or the error number.
  int write_all(const Piece& piece);
  void note_broken(int error);
  bool wait_writable(int descriptor) const;
  void finish(std::size_t bytes);

  OutputOptions options_;
  int abandoned_ = -1;  ///< Readable once abandon() was called.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Piece> pieces_;
  std::size_t bytes_ = 0;
  bool is_crowded_ = false;
  bool is_broken_ = false;
  bool has_failed_ = false;
  bool is_ending_ = false;
  std::thread thread_;  ///< Last, so that it finds everything else made.
};

}  // namespace heartwire::cli
