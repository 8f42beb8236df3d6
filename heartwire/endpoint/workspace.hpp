#pragma once
// What all endpoints of one thread share while one of them works: the bytes being read, the bytes
// to write, a scratch text, and the source of masking keys. An endpoint itself owns no buffer while
// it is idle.

#include "heartwire/base/bytes.hpp"

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
};

}  // namespace heartwire::endpoint
