#pragma once
// Reads single values out of a JSON document without building a tree: a member of the top-level
// object by its name, or an element of the top-level array by its position.
//
// Strict (RFC 8259, valid UTF-8 only), one pass, bounded depth, nothing allocated, nothing kept but
// the values asked for. Any bytes may be given.
//
// It stands beside Boost.JSON, whose parser needs a compiled library and exceptions: a heartbeat is
// read in code that has neither. What builds or walks documents uses Boost.JSON.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace heartwire::core {

/// Documents nested deeper than this are refused.
inline constexpr std::size_t kJsonDepthMax = 32;
/// A member with a longer name (decoded) is never found, and a longer value is of kind `other`.
inline constexpr std::size_t kJsonTextBytesMax = 96;

enum class JsonKind : std::uint8_t {
  absent,
  string,
  number,
  null,
  other,  ///< true, false, an object, an array, or a string or number longer than the bound.
};

/// One value to look for, and what was found.
class JsonField {
 public:
  /// The member `name` of an object, or the element at `index` of an array, whichever the document
  /// is. `name` is borrowed as long as this object lives; the default position is out of reach.
  explicit JsonField(std::string_view name, std::uint32_t index = UINT32_MAX) noexcept
      : name_(name), index_(index) {}

  JsonKind kind() const noexcept { return kind_; }
  /// A string decoded, or a number as it was written; else empty. Valid as long as this object.
  std::string_view text() const noexcept { return {bytes_.data(), size_}; }
  /// True for the string `value`, and for a number that is written like it.
  bool equals(std::string_view value) const noexcept;
  /// The value of a number written as a non-negative integer below 2^64; else nothing.
  std::optional<std::uint64_t> as_unsigned() const noexcept;

  std::string_view name() const noexcept { return name_; }
  std::uint32_t index() const noexcept { return index_; }

  /// For the reader: starts a value of this kind, then adds to its text.
  void begin(JsonKind kind) noexcept;
  void append(std::string_view part) noexcept;

 private:
  std::string_view name_;
  std::uint32_t index_;
  std::uint16_t size_ = 0;
  JsonKind kind_ = JsonKind::absent;
  std::array<char, kJsonTextBytesMax> bytes_{};
};

/// Fills in `fields` from `document`. Of a repeated name the last value counts. False, with every
/// field absent: `document` is not JSON, or is nested too deep.
bool read_json(std::string_view document, std::span<JsonField> fields) noexcept;

/// Appends `text`, which is UTF-8, as a JSON string in quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace heartwire::core
