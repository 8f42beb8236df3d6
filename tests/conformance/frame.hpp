#pragma once
// The notation of the conformance cases: one frame as a peer writes it, right by default and wrong
// where a modifier says so, and its bytes. Written from RFC 6455 section 5.2 alone: nothing of ws/
// is used here, so that a fault there cannot hide itself.

#include "heartwire/base/role.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::conformance {

using base::Role;

inline constexpr std::uint8_t kContinuation = 0x0;
inline constexpr std::uint8_t kText = 0x1;
inline constexpr std::uint8_t kBinary = 0x2;
inline constexpr std::uint8_t kClose = 0x8;
inline constexpr std::uint8_t kPing = 0x9;
inline constexpr std::uint8_t kPong = 0xA;

constexpr bool is_control(std::uint8_t opcode) {
  return opcode >= kClose;
}

/// How many bits of the header hold the length.
enum class LengthField : std::uint8_t { shortest, bits16, bits64 };

struct Frame {
  std::uint8_t opcode = kText;
  std::string payload{};
  bool fin = true;
  std::uint8_t rsv = 0;
  LengthField length_field = LengthField::shortest;
  std::optional<std::uint64_t> claimed_length{};  ///< In the header, whatever the payload's is.
  bool is_masked_wrongly = false;
  std::uint32_t mask_key = 0x9C31'E50B;     ///< Of a client.
  std::optional<std::size_t> bytes_sent{};  ///< Of the whole frame, from its beginning.

  /// More frames of its message follow.
  Frame more() const;
  /// With these reserved bits, from 1 to 7: 4 is RSV1.
  Frame reserved(std::uint8_t bits) const;
  /// With its length in that field, though a shorter one would do.
  Frame length_in(LengthField field) const;
  /// With a header that tells this length; the payload stays what it is.
  Frame claiming(std::uint64_t length) const;
  /// Unmasked from a client, masked from a server.
  Frame masked_wrongly() const;
  Frame with_key(std::uint32_t key) const;
  /// Only its first octets are ever sent.
  Frame cut_after(std::size_t bytes) const;
};

Frame text(std::string payload = {});
Frame binary(std::string payload = {});
/// A continuation; `more()` if it is not the last.
Frame then(std::string payload = {});
Frame ping(std::string payload = {});
Frame pong(std::string payload = {});
/// Without a code: an empty Close.
Frame close();
Frame close(std::uint16_t code, std::string_view reason = {});
/// A Close whose payload is whatever a case wants.
Frame close_of(std::string payload);
Frame of_opcode(std::uint8_t opcode, std::string payload = {});

/// Masks, or unmasks, from `begin` on (section 5.3).
void apply_key(std::string& bytes, std::size_t begin, std::uint32_t key);
/// Appends `frame` as `sender` writes it.
void append_wire(std::string& out, Role sender, const Frame& frame);

/// ASCII of that length, in which every shift shows.
std::string letters(std::size_t size);
/// All octets, in an order that repeats late.
std::string octets(std::size_t size);

/// For transcripts: `text "hello"`, `binary, 300 bytes, 5d41402a`, `close 1000`. A Close is told
/// without its reason, which is the endpoint's to choose.
std::string describe(const Frame& frame);

}  // namespace heartwire::conformance
