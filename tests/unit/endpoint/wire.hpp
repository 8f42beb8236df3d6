#pragma once
// The other side's bytes, as tests write and read them.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/base/role.hpp"
#include "heartwire/core/message.hpp"
#include "heartwire/endpoint/workspace.hpp"
#include "heartwire/ws/opcode.hpp"

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::endpoint::test {

/// Masking keys from a seed.
class SeededMaskKeys final : public MaskKeySource {
 public:
  explicit SeededMaskKeys(std::uint64_t seed = 1) : rng_(seed) {}
  std::uint32_t next_mask_key() override { return static_cast<std::uint32_t>(rng_.next()); }

 private:
  base::Rng rng_;
};

struct Frame {
  ws::Opcode opcode = ws::Opcode::text;
  std::string payload{};  ///< Unmasked.
  bool fin = true;
  std::uint8_t rsv = 0;

  bool operator==(const Frame&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Frame& frame);

/// As `sender` writes it.
base::Bytes encode(base::Role sender, const Frame& frame);
base::Bytes encode(base::Role sender, const std::vector<Frame>& frames);

/// Takes the whole frames that `sender` wrote off the front of `bytes`. A malformed one fails the
/// test.
std::vector<Frame> take_frames(base::Role sender, base::Bytes& bytes);

Frame text(std::string payload);
Frame binary(std::string payload);
/// As a compressed message begins.
Frame compressed(Frame frame);
Frame ping(std::string payload = {});
Frame pong(std::string payload = {});
/// `code` 0: an empty Close.
Frame close_frame(std::uint16_t code, std::string_view reason = {});

/// What no compressor makes shorter; the same for the same seed.
std::string noise(std::size_t size, std::uint64_t seed);
/// Of permessage-deflate.
inline constexpr std::uint8_t kWindowBits[] = {8, 9, 12, 15};

base::Bytes to_bytes(std::string_view text);
base::Bytes joined(const std::vector<base::Bytes>& pieces);

/// The 16 zero octets that the tests' clients use as a key, and the head that answers them.
std::string accepting_head(std::string_view more_fields = {});
/// A valid request, with the fields that matter to a test added.
std::string request_head(std::string_view more_fields = {});

}  // namespace heartwire::endpoint::test
