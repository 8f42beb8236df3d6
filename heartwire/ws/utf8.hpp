#pragma once
// UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF. Text may
// come in pieces cut anywhere, and the first octet that cannot be right fails at once.

#include "heartwire/base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace heartwire::ws {

/// Streaming validator. After a failure its state means nothing.
class Utf8Validator {
 public:
  /// Takes the next piece. False: the text is not UTF-8, whatever may follow.
  bool feed(base::ByteView bytes) noexcept;

  /// True between characters: the text may end here.
  bool is_complete() const noexcept { return owed_ == 0; }

 private:
  bool take(std::uint8_t octet) noexcept;
  bool take_lead(std::uint8_t octet) noexcept;

  std::uint8_t owed_ = 0;     ///< Continuation octets that the current character still needs.
  std::uint8_t low_ = 0x80;   ///< The next of them lies in [low_, high_]. Only the first after a
  std::uint8_t high_ = 0xBF;  ///< lead is narrower than [80, BF]; all rules of RFC 3629 fit in it.
};

static_assert(sizeof(Utf8Validator) <= 4);

/// True if all of `text` is UTF-8.
bool is_utf8(std::string_view text) noexcept;

/// The longest beginning of `text` of at most `bytes_max` octets that is UTF-8 and ends between
/// characters.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) noexcept;

}  // namespace heartwire::ws
