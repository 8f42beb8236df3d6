#include "heartwire/ws/head.hpp"

#include "heartwire/base/escape.hpp"

#include <algorithm>
#include <array>

namespace heartwire::ws {
namespace {

char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view kSpace = " \t";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool is_token_character(char c) noexcept {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z') ||
         kMarks.find(c) != std::string_view::npos;
}

bool is_value_character(char c) noexcept {
  const auto octet = static_cast<unsigned char>(c);
  return c == '\t' || (octet >= 0x20 && octet != 0x7F);
}

bool is_owned_by_handshake(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 5> kOwned = {"Host", "Upgrade", "Connection",
                                                      "Content-Length", "Transfer-Encoding"};
  constexpr std::string_view kPrefix = "Sec-WebSocket-";
  return std::any_of(kOwned.begin(), kOwned.end(),
                     [&](std::string_view owned) { return equals_ignoring_case(name, owned); }) ||
         equals_ignoring_case(name.substr(0, kPrefix.size()), kPrefix);
}

}  // namespace

std::size_t Head::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(fields.begin(), fields.end(),
                    [&](const Field& field) { return equals_ignoring_case(field.name, name); }));
}

std::optional<std::string_view> Head::find(std::string_view name) const noexcept {
  for (const Field& field : fields)
    if (equals_ignoring_case(field.name, name)) return field.value;
  return std::nullopt;
}

std::vector<std::string_view> Head::list(std::string_view name) const {
  std::vector<std::string_view> elements;
  for (const Field& field : fields) {
    if (!equals_ignoring_case(field.name, name)) continue;
    std::string_view rest = field.value;
    for (bool is_last = false; !is_last;) {
      const std::size_t comma = rest.find(',');
      is_last = comma == std::string_view::npos;
      const std::string_view element = trimmed(rest.substr(0, comma));
      if (!element.empty()) elements.push_back(element);
      if (!is_last) rest.remove_prefix(comma + 1);
    }
  }
  return elements;
}

bool Head::has_token(std::string_view name, std::string_view token) const {
  const auto elements = list(name);
  return std::any_of(elements.begin(), elements.end(), [&](std::string_view element) {
    return equals_ignoring_case(element, token);
  });
}

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

std::optional<FieldError> fault_of_fields(std::span<const Field> fields) {
  for (const Field& field : fields) {
    const std::string named = "header \"" + base::escape_for_log(field.name) + '"';
    if (!is_token(field.name)) return FieldError{named + " is no valid header name"};
    if (!std::all_of(field.value.begin(), field.value.end(), is_value_character))
      return FieldError{named + " has a value with a control character"};
    if (is_owned_by_handshake(field.name))
      return FieldError{named + " is set by the handshake itself"};
  }
  return std::nullopt;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace heartwire::ws
