#include "cli/output.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <string_view>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace heartwire::cli {
namespace {

/// A pipe that polls as writable takes this much without blocking (PIPE_BUF on Linux).
constexpr std::size_t kChunkBytes = 4096;

}  // namespace

Output::Output(OutputOptions options)
    : options_(std::move(options)), abandoned_(::eventfd(0, EFD_CLOEXEC)) {
  HW_CHECK(abandoned_ >= 0);
  thread_ = std::thread([this] { run(); });
}

Output::~Output() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
  ::close(abandoned_);
}

void Output::write(Stream stream, std::string text) {
  if (text.empty()) return;
  bool has_become_crowded = false;
  {
    const std::lock_guard lock(mutex_);
    if (is_broken_ && stream == Stream::out) return;
    bytes_ += text.size();
    pieces_.push_back({stream, std::move(text)});
    has_become_crowded = bytes_ >= options_.crowded_bytes && !std::exchange(is_crowded_, true);
  }
  changed_.notify_one();
  if (has_become_crowded && options_.on_crowded) options_.on_crowded();
}

bool Output::is_crowded() const {
  const std::lock_guard lock(mutex_);
  return is_crowded_;
}

bool Output::is_broken() const {
  const std::lock_guard lock(mutex_);
  return is_broken_;
}

bool Output::has_failed() const {
  const std::lock_guard lock(mutex_);
  return has_failed_;
}

void Output::abandon() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(abandoned_, &one, sizeof one);
}

void Output::run() {
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !pieces_.empty() || is_ending_; });
    if (pieces_.empty()) return;
    const Piece piece = std::move(pieces_.front());
    pieces_.pop_front();
    lock.unlock();
    const int error = write_all(piece);
    if (error != 0 && piece.stream == Stream::out) note_broken(error);
    finish(piece.text.size());
  }
}

/// A reader that goes away, as `head` does, has had enough; any other error is one.
void Output::note_broken(int error) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(is_broken_, true)) return;
    has_failed_ = error != EPIPE;
  }
  if (error != EPIPE)
    write_all({Stream::err, "heartwire: cannot write to standard output: " +
                                std::generic_category().message(error) + '\n'});
  if (options_.on_broken) options_.on_broken();
}

void Output::finish(std::size_t bytes) {
  bool has_become_roomy = false;
  {
    const std::lock_guard lock(mutex_);
    bytes_ -= bytes;
    has_become_roomy = bytes_ <= options_.crowded_bytes / 2 && std::exchange(is_crowded_, false);
  }
  if (has_become_roomy && options_.on_roomy) options_.on_roomy();
}

int Output::write_all(const Piece& piece) {
  const int descriptor = piece.stream == Stream::out ? options_.out : options_.err;
  std::string_view rest = piece.text;
  while (!rest.empty()) {
    if (!wait_writable(descriptor)) return 0;
    const ssize_t count = ::write(descriptor, rest.data(), std::min(rest.size(), kChunkBytes));
    if (count > 0)
      rest.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR && errno != EAGAIN)
      return errno;
  }
  return 0;
}

/// False when abandoned. An error shows itself in the write that follows.
bool Output::wait_writable(int descriptor) const {
  std::array<pollfd, 2> entries{{{descriptor, POLLOUT, 0}, {abandoned_, POLLIN, 0}}};
  ::poll(entries.data(), entries.size(), -1);
  return entries[1].revents == 0;
}

}  // namespace heartwire::cli
