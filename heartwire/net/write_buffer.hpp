#pragma once
// What the kernel did not take yet of one connection's output. Owns no memory while empty,
// else twice what has waited at one time at most, and while it grows what waits once more.

#include "heartwire/base/bytes.hpp"
#include "heartwire/net/io_result.hpp"
#include "heartwire/net/stream.hpp"

#include <cstddef>
#include <memory>

namespace heartwire::net {

class WriteBuffer {
 public:
  /// Writes what waits here and then `fresh`, as much as the kernel takes, and keeps the rest. The
  /// result's count is what left; its status that of the last attempt.
  IoResult write(Stream& stream, base::ByteView fresh);

  /// Keeps `fresh` behind what waits, without trying to write: the kernel takes nothing now.
  void append(base::ByteView fresh);

  bool is_empty() const noexcept { return waiting_ == nullptr; }
  std::size_t size() const noexcept { return is_empty() ? 0 : waiting_->rest().size(); }
  void clear() noexcept { waiting_.reset(); }

 private:
  struct Waiting {
    base::Bytes bytes;
    std::size_t first = 0;  ///< [0, first) have left.

    base::ByteView rest() const noexcept { return base::ByteView{bytes}.subspan(first); }
  };

  // One pointer, for most connections have nothing here, most of the time.
  std::unique_ptr<Waiting> waiting_;
};

}  // namespace heartwire::net
