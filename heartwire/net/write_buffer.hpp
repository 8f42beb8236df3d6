#pragma once
// What the kernel did not take yet of one connection's output. Owns no memory while empty.

#include "heartwire/base/bytes.hpp"
#include "heartwire/net/io_result.hpp"
#include "heartwire/net/stream.hpp"

#include <cstddef>

namespace heartwire::net {

class WriteBuffer {
 public:
  /// Writes what waits here and then `fresh`, as much as the kernel takes, and keeps the rest. The
  /// result's count is what left; its status that of the last attempt.
  IoResult write(Stream& stream, base::ByteView fresh);

  /// Keeps `fresh` behind what waits, without trying to write: the kernel takes nothing now.
  void append(base::ByteView fresh) { bytes_.insert(bytes_.end(), fresh.begin(), fresh.end()); }

  bool is_empty() const noexcept { return first_ == bytes_.size(); }
  std::size_t size() const noexcept { return bytes_.size() - first_; }
  void clear() noexcept;

 private:
  base::Bytes bytes_;
  std::size_t first_ = 0;  ///< [0, first_) have left.
};

}  // namespace heartwire::net
