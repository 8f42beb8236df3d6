#pragma once
// The transformation of permessage-deflate (RFC 7692 section 7.2): a message to its compressed
// payload and back, over zlib, which no other file sees.
//
// Neither class holds memory before its first use. What they do for one message may lean on those
// before it (context takeover); where that was not agreed, call forget() between messages, and then
// one pair serves any number of connections.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/ws/error.hpp"
#include "heartwire/ws/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace heartwire::ws {

/// How to compress; see DeflateOptions for what each costs.
struct DeflateTuning {
  std::uint8_t window_bits = 15;  ///< 8 to 15.
  std::uint8_t level = 6;         ///< 1 to 9.
  std::uint8_t memory_level = 5;  ///< 1 to 9.

  bool operator==(const DeflateTuning&) const = default;
};

/// What zlib takes at most for one stream: its formula (zconf.h), and 8 KiB for the stream's own
/// record, which is between 6 and 7.2 KiB. With the defaults 40 KiB and 12 KiB.
constexpr std::size_t deflater_bytes_max(const DeflateTuning& tuning) noexcept {
  const int window_bits = tuning.window_bits < 9 ? 9 : tuning.window_bits;
  return (std::size_t{1} << (window_bits + 2)) + (std::size_t{1} << (tuning.memory_level + 9)) +
         8192;
}
constexpr std::size_t inflater_bytes_max(std::uint8_t window_bits) noexcept {
  return (std::size_t{1} << (window_bits < 9 ? 9 : window_bits)) + 8192;
}

class Deflater {
 public:
  Deflater() noexcept;
  ~Deflater();
  Deflater(Deflater&&) noexcept;
  Deflater& operator=(Deflater&&) noexcept;

  /// Appends the payload that stands for `message`, if that takes at most `bytes_max` octets. False
  /// if it does not: then `out` is as it was and history is forgotten, as the peer never sees what
  /// was compressed. Stops soon after the bound is passed. Another tuning than last time starts
  /// anew.
  bool deflate(const DeflateTuning& tuning, base::ByteView message, std::size_t bytes_max,
               base::Bytes& out);

  /// The next message leans on none before it. A peer needs no notice of that.
  void forget() noexcept;
  /// forget(), and holds no memory until the next use.
  void release() noexcept;
  std::size_t bytes_held() const noexcept;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

class Inflater {
 public:
  Inflater() noexcept;
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;

  /// Appends the message that `payload` stands for. `window_bits` is at least what was agreed, and
  /// the same for as long as history counts. Fails with deflate_corrupt, or with message_too_big as
  /// soon as the message passes `bytes_max`, however much would follow, and with text_not_utf8 as
  /// soon as `text`, which is given for messages that must be, finds that; then history is
  /// forgotten. `out` grows with what is inflated, and to `bytes_max` and one octet more at most.
  base::Result<base::Unit, ProtocolError> inflate(std::uint8_t window_bits, base::ByteView payload,
                                                  std::uint64_t bytes_max, base::Bytes& out,
                                                  Utf8Validator* text = nullptr);

  /// Only where the peer has agreed to take no context over.
  void forget() noexcept;
  void release() noexcept;
  std::size_t bytes_held() const noexcept;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace heartwire::ws
