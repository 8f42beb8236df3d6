#pragma once
// What all endpoints of one thread share while one of them works: the bytes being read, the bytes
// to write, a scratch text, and the source of masking keys; with compression also its buffers, and
// zlib's state for connections that keep none. An endpoint itself owns no buffer while it is idle.

#include "heartwire/base/bytes.hpp"
#include "heartwire/ws/deflate.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace heartwire::endpoint {

/// Masking keys that a peer cannot predict (RFC 6455 section 5.3). The driver draws them from the
/// operating system's generator; a simulator from a seed.
class MaskKeySource {
 public:
  virtual ~MaskKeySource() = default;
  virtual std::uint32_t next_mask_key() = 0;
};

/// A buffer that is used again and again, and holds on to no more than kSpareBytesMax for it.
class ScratchBuffer {
 public:
  static constexpr std::size_t kSpareBytesMax = std::size_t{64} << 10;

  /// Empty, for the next use.
  base::Bytes& clear() noexcept {
    if (bytes_.capacity() > kSpareBytesMax) bytes_ = base::Bytes{};
    bytes_.clear();
    return bytes_;
  }
  std::size_t capacity() const noexcept { return bytes_.capacity(); }

 private:
  base::Bytes bytes_;
};

/// Belongs to one thread. Between two endpoints' turns `input` and `output` are empty.
struct Workspace {
  explicit Workspace(MaskKeySource& mask_keys) : masks(&mask_keys) {}

  MaskKeySource* masks;
  /// The rest of the bytes being read; they are unmasked in place.
  base::MutableByteView input;
  /// What the endpoint wants written. The driver takes it after polling, in one write.
  base::Bytes output;
  /// Scratch for probes and replies.
  std::string text;
  /// The message just inflated; and the one just deflated.
  ScratchBuffer inflated;
  ScratchBuffer deflated;
  /// For messages that stand alone.
  ws::Inflater inflater;
  ws::Deflater deflater;
};

}  // namespace heartwire::endpoint
