#pragma once
// HTTP heads read as they come, and what every head that was accepted must look like.

#include "fuzz/input.hpp"
#include "heartwire/ws/head.hpp"
#include "heartwire/ws/http_head_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::fuzz {

/// What came of bytes that may be a head and more.
struct HeadReading {
  std::optional<ws::Head> head{};
  std::optional<ws::HttpError> error{};
  std::size_t consumed = 0;  ///< With a head.

  bool operator==(const HeadReading&) const = default;
};

inline HeadReading read_head(ws::HeadKind kind, ws::HeadLimits limits, base::ByteView bytes,
                             std::uint8_t how) {
  ws::HeadReader reader(kind, limits);
  std::size_t before = 0;
  for (const base::Bytes& piece : cut(bytes, how)) {
    const auto step = reader.feed(piece);
    if (!step) return {.error = step.error()};
    HW_CHECK(step->consumed <= piece.size());
    if (step->head) return {.head = step->head, .consumed = before + step->consumed};
    HW_CHECK(step->consumed == piece.size());
    before += piece.size();
  }
  return {};
}

/// Octets that two readers might take for different heads.
inline void check_octets(std::string_view head) {
  for (std::size_t i = 0; i < head.size(); ++i) {
    const auto octet = static_cast<unsigned char>(head[i]);
    const char next = i + 1 < head.size() ? head[i + 1] : '\0';
    if (octet == '\r') HW_CHECK(next == '\n');
    if (octet == '\n') HW_CHECK(i > 0 && head[i - 1] == '\r' && next != ' ' && next != '\t');
    const bool is_line_end = octet == '\r' || octet == '\n';
    if (!is_line_end && octet != '\t') HW_CHECK(octet >= 0x20 && octet != 0x7F);
  }
}

/// Reads it whole; every other way to cut it must give the same.
inline HeadReading read_head_any_way(ws::HeadKind kind, ws::HeadLimits limits, base::ByteView bytes,
                                     std::uint8_t how) {
  HeadReading whole = read_head(kind, limits, bytes, kWhole);
  HW_CHECK(read_head(kind, limits, bytes, how) == whole);
  HW_CHECK(read_head(kind, limits, bytes, kOctets) == whole);
  if (whole.head) check_octets(base::as_text(bytes.first(whole.consumed)));
  return whole;
}

/// No field can hide another one, or a body.
inline void check_head(const ws::Head& head, ws::HeadLimits limits) {
  HW_CHECK(head.version_minor == 0 || head.version_minor == 1);
  HW_CHECK(head.fields.size() <= limits.fields_max);
  constexpr std::string_view kSpaces = " \t";
  for (const ws::Field& field : head.fields) {
    HW_CHECK(ws::is_token(field.name));
    HW_CHECK(field.value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos);
    if (field.value.empty()) continue;
    HW_CHECK(kSpaces.find(field.value.front()) == std::string_view::npos);
    HW_CHECK(kSpaces.find(field.value.back()) == std::string_view::npos);
  }
}

}  // namespace heartwire::fuzz
