// The streaming validator against a decoder that computes code points: the same verdict on the
// whole, however it is cut, and on every beginning, which fails with the octet that makes it
// hopeless and not later.

#include "fuzz/input.hpp"
#include "heartwire/ws/utf8.hpp"

#include <cstdint>

namespace heartwire::fuzz {
namespace {

/// How a text stands with RFC 3629.
enum class Standing : std::uint8_t { complete, unfinished, wrong };

std::uint32_t length_of(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >> 5U == 0b110) return 2;
  if (lead >> 4U == 0b1110) return 3;
  if (lead >> 3U == 0b11110) return 4;
  return 0;
}

/// True if some character of `length` octets begins with these. The octets that are missing can
/// make its code anything from `code` with zeros to `code` with ones behind it.
bool can_become_character(std::uint32_t code, std::uint32_t length, std::uint32_t missing) {
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const std::uint32_t low = std::max(code << 6U * missing, kLeast[length]);
  const std::uint32_t high =
      std::min((code << 6U * missing) | ((1U << 6U * missing) - 1), 0x10FFFFU);
  const bool are_surrogates = low >= 0xD800 && high <= 0xDFFF;
  return low <= high && !are_surrogates;
}

/// How the character at the front of `text` stands; `size` is how many octets of it are there.
Standing first_character(base::ByteView text, std::size_t& size) {
  const std::uint32_t length = length_of(text[0]);
  if (length == 0) return Standing::wrong;
  std::uint32_t code = length == 1 ? text[0] : text[0] & (0xFFU >> (length + 1));
  for (size = 1; size < length && size < text.size(); ++size) {
    if (text[size] >> 6U != 0b10) return Standing::wrong;
    code = code << 6U | (text[size] & 0x3FU);
  }
  const auto missing = static_cast<std::uint32_t>(length - size);
  if (!can_become_character(code, length, missing)) return Standing::wrong;
  return missing == 0 ? Standing::complete : Standing::unfinished;
}

Standing judge(base::ByteView text) {
  while (!text.empty()) {
    std::size_t size = 1;
    const Standing standing = first_character(text, size);
    if (standing != Standing::complete) return standing;
    text = text.subspan(size);
  }
  return Standing::complete;
}

Standing judge_streaming(base::ByteView text, std::uint8_t how) {
  ws::Utf8Validator validator;
  for (const base::Bytes& piece : cut(text, how))
    if (!validator.feed(piece)) return Standing::wrong;
  return validator.is_complete() ? Standing::complete : Standing::unfinished;
}

void check_prefix(base::ByteView text, std::size_t bytes_max) {
  const std::string_view prefix = ws::utf8_prefix(base::as_text(text), bytes_max);

  HW_CHECK(prefix.size() <= bytes_max && base::as_text(text).starts_with(prefix));
  HW_CHECK(judge(base::as_bytes(prefix)) == Standing::complete);
  for (std::size_t size = prefix.size() + 1; size <= std::min(bytes_max, text.size()); ++size)
    HW_CHECK(judge(text.first(size)) != Standing::complete);
}

void run(Input input) {
  const std::uint8_t how = input.octet();
  const std::size_t bytes_max = input.octet();
  base::ByteView rest = input.rest();
  const base::Bytes text = copy(rest.first(std::min<std::size_t>(rest.size(), 300)));

  HW_CHECK(ws::is_utf8(base::as_text(text)) == (judge(text) == Standing::complete));
  HW_CHECK(judge_streaming(text, how) == judge(text));
  HW_CHECK(judge_streaming(text, kWhole) == judge(text));
  check_prefix(text, bytes_max);

  ws::Utf8Validator validator;
  for (std::size_t size = 1; size <= text.size(); ++size) {
    const Standing expected = judge(base::ByteView{text}.first(size));
    const bool is_good = validator.feed(base::ByteView{text}.subspan(size - 1, 1));
    HW_CHECK(is_good == (expected != Standing::wrong));
    if (!is_good) break;
    HW_CHECK(validator.is_complete() == (expected == Standing::complete));
  }
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
