#include "heartwire/core/json_field.hpp"

#include <algorithm>
#include <charconv>

namespace heartwire::core {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// How many bytes at the start of `text` are one character of valid UTF-8; 0: none. Overlong forms,
// surrogates and what lies beyond U+10FFFF differ from valid ones in their first two bytes.
std::size_t utf8_size(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() < size) return 0;
  const unsigned least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < least || byte(1) > most) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return size;
}

// One pass over a document, by recursive descent no deeper than kJsonDepthMax. Each function takes
// its piece off the front of `rest_`, or returns false: the document is not JSON. Values that
// nobody asked for go to null.
class Reader {
 public:
  Reader(std::string_view document, std::span<JsonField> fields) noexcept
      : rest_(document), fields_(fields) {}

  bool read() noexcept {
    skip_space();
    if (!take_value(0, nullptr)) return false;
    skip_space();
    return rest_.empty();
  }

 private:
  // `depth` is how many objects and arrays are open.
  bool take_value(std::size_t depth, JsonField* to) noexcept {
    if (rest_.empty()) return false;
    switch (rest_.front()) {
      case '{': return begin(to, JsonKind::other) && take_object(depth);
      case '[': return begin(to, JsonKind::other) && take_array(depth);
      case '"': return take_string(to);
      case 't': return begin(to, JsonKind::other) && take("true");
      case 'f': return begin(to, JsonKind::other) && take("false");
      case 'n': return begin(to, JsonKind::null) && take("null");
      default: return take_number(to);
    }
  }

  bool take_object(std::size_t depth) noexcept {
    if (depth == kJsonDepthMax) return false;
    take("{");
    skip_space();
    if (take("}")) return true;
    do {
      skip_space();
      JsonField name{{}};
      if (!take_string(&name)) return false;
      skip_space();
      if (!take(":")) return false;
      skip_space();
      if (!take_value(depth + 1, depth == 0 ? find(name) : nullptr)) return false;
      skip_space();
    } while (take(","));
    return take("}");
  }

  bool take_array(std::size_t depth) noexcept {
    if (depth == kJsonDepthMax) return false;
    take("[");
    skip_space();
    if (take("]")) return true;
    std::uint32_t index = 0;
    do {
      skip_space();
      if (!take_value(depth + 1, depth == 0 ? find(index++) : nullptr)) return false;
      skip_space();
    } while (take(","));
    return take("]");
  }

  bool take_string(JsonField* to) noexcept {
    if (!take("\"")) return false;
    begin(to, JsonKind::string);
    while (!rest_.empty()) {
      if (take("\"")) return true;
      const bool is_good = rest_.front() == '\\' ? take_escape(to) : take_characters(to);
      if (!is_good) return false;
    }
    return false;
  }

  // As many characters as stand for themselves; at least one.
  bool take_characters(JsonField* to) noexcept {
    std::size_t size = 0;
    while (size < rest_.size() && rest_[size] != '"' && rest_[size] != '\\') {
      if (static_cast<unsigned char>(rest_[size]) < 0x20) return false;
      const std::size_t one = utf8_size(rest_.substr(size));
      if (one == 0) return false;
      size += one;
    }
    append(to, rest_.substr(0, size));
    rest_.remove_prefix(size);
    return true;
  }

  bool take_escape(JsonField* to) noexcept {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    take("\\");
    if (rest_.empty()) return false;
    if (take("u")) return take_code_point(to);
    const std::size_t at = kNames.find(rest_.front());
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    append(to, kMeanings.substr(at, 1));
    return true;
  }

  // What follows \u: four digits, and for what lies beyond them a second such escape.
  bool take_code_point(JsonField* to) noexcept {
    std::uint32_t code = 0;
    if (!take_hex(code) || (code >= 0xDC00 && code <= 0xDFFF)) return false;
    if (code >= 0xD800 && code <= 0xDBFF) {
      std::uint32_t low = 0;
      if (!take("\\u") || !take_hex(low) || low < 0xDC00 || low > 0xDFFF) return false;
      code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
    }
    append_code_point(to, code);
    return true;
  }

  bool take_hex(std::uint32_t& code) noexcept {
    constexpr std::size_t kDigits = 4;
    if (rest_.size() < kDigits) return false;
    const char* const end = rest_.data() + kDigits;
    const auto [stopped_at, error] = std::from_chars(rest_.data(), end, code, 16);
    if (error != std::errc{} || stopped_at != end) return false;
    rest_.remove_prefix(kDigits);
    return true;
  }

  bool take_number(JsonField* to) noexcept {
    const std::string_view from = rest_;
    take("-");
    if (!take("0") && !take_digits()) return false;
    if (take(".") && !take_digits()) return false;
    if (take("e") || take("E")) {
      if (!take("+")) take("-");
      if (!take_digits()) return false;
    }
    begin(to, JsonKind::number);
    append(to, from.substr(0, from.size() - rest_.size()));
    return true;
  }

  bool take_digits() noexcept {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_digit);
    const auto size = static_cast<std::size_t>(end - rest_.begin());
    rest_.remove_prefix(size);
    return size > 0;
  }

  bool take(std::string_view token) noexcept {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  void skip_space() noexcept {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
  }

  JsonField* find(const JsonField& name) noexcept {
    if (name.kind() != JsonKind::string) return nullptr;  // longer than the bound
    const auto is_it = [&name](const JsonField& field) { return field.name() == name.text(); };
    const auto found = std::find_if(fields_.begin(), fields_.end(), is_it);
    return found == fields_.end() ? nullptr : &*found;
  }

  JsonField* find(std::uint32_t index) noexcept {
    const auto is_it = [index](const JsonField& field) { return field.index() == index; };
    const auto found = std::find_if(fields_.begin(), fields_.end(), is_it);
    return found == fields_.end() ? nullptr : &*found;
  }

  static bool begin(JsonField* to, JsonKind kind) noexcept {
    if (to != nullptr) to->begin(kind);
    return true;
  }

  static void append(JsonField* to, std::string_view part) noexcept {
    if (to != nullptr) to->append(part);
  }

  static void append_code_point(JsonField* to, std::uint32_t code) noexcept {
    std::array<char, 4> bytes{};
    std::size_t size = 0;
    const auto add = [&](std::uint32_t byte) { bytes[size++] = static_cast<char>(byte); };
    if (code < 0x80) {
      add(code);
    } else {
      if (code < 0x800) {
        add(0xC0 | code >> 6U);
      } else if (code < 0x10000) {
        add(0xE0 | code >> 12U);
        add(0x80 | (code >> 6U & 0x3FU));
      } else {
        add(0xF0 | code >> 18U);
        add(0x80 | (code >> 12U & 0x3FU));
        add(0x80 | (code >> 6U & 0x3FU));
      }
      add(0x80 | (code & 0x3FU));
    }
    append(to, {bytes.data(), size});
  }

  std::string_view rest_;
  std::span<JsonField> fields_;
};

}  // namespace

bool JsonField::equals(std::string_view value) const noexcept {
  return (kind_ == JsonKind::string || kind_ == JsonKind::number) && text() == value;
}

std::optional<std::uint64_t> JsonField::as_unsigned() const noexcept {
  if (kind_ != JsonKind::number) return std::nullopt;
  std::uint64_t value = 0;
  const char* const end = bytes_.data() + size_;
  const auto [stopped_at, error] = std::from_chars(bytes_.data(), end, value);
  if (error != std::errc{} || stopped_at != end) return std::nullopt;
  return value;
}

void JsonField::begin(JsonKind kind) noexcept {
  kind_ = kind;
  size_ = 0;
}

void JsonField::append(std::string_view part) noexcept {
  if (kind_ == JsonKind::other) return;
  if (part.size() > bytes_.size() - size_) {
    begin(JsonKind::other);
    return;
  }
  std::copy(part.begin(), part.end(), bytes_.begin() + size_);
  size_ = static_cast<std::uint16_t>(size_ + part.size());
}

bool read_json(std::string_view document, std::span<JsonField> fields) noexcept {
  if (Reader(document, fields).read()) return true;
  for (JsonField& field : fields) field.begin(JsonKind::absent);
  return false;
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace heartwire::core
