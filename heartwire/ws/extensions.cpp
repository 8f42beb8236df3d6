#include "heartwire/ws/extensions.hpp"

#include "heartwire/ws/head.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::ws {
namespace {

/// Walks over a value from the left. Space may stand around every token and separator.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : rest_(text) { skip_space(); }

  bool is_at_end() const noexcept { return rest_.empty(); }

  bool skip(char separator) noexcept {
    if (!rest_.starts_with(separator)) return false;
    rest_.remove_prefix(1);
    skip_space();
    return true;
  }

  /// Empty: there is none here.
  std::string_view take_token() noexcept {
    const std::size_t end = std::min(rest_.find_first_of(" \t,;=\""), rest_.size());
    const std::string_view token = rest_.substr(0, end);
    if (!is_token(token)) return {};
    rest_.remove_prefix(end);
    skip_space();
    return token;
  }

  /// A quoted-string without its quotes and backslashes; nothing if it does not end.
  std::optional<std::string> take_quoted() {
    std::string text;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        skip_space();
        return text;
      }
      if (rest_[i] == '\\' && ++i == rest_.size()) break;
      text += rest_[i];
    }
    return std::nullopt;
  }

  bool is_at_quote() const noexcept { return rest_.starts_with('"'); }

 private:
  void skip_space() noexcept {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
  }

  std::string_view rest_;
};

std::optional<ExtensionParameter> parse_parameter(Cursor& cursor) {
  ExtensionParameter parameter;
  parameter.name = cursor.take_token();
  if (parameter.name.empty()) return std::nullopt;
  if (!cursor.skip('=')) return parameter;
  if (cursor.is_at_quote()) {
    parameter.value = cursor.take_quoted();
  } else {
    parameter.value = std::string{cursor.take_token()};
  }
  // Also what was quoted must be a token once the quotes are off.
  if (!parameter.value || !is_token(*parameter.value)) return std::nullopt;
  return parameter;
}

std::optional<Extension> parse_extension(Cursor& cursor) {
  Extension extension;
  extension.name = cursor.take_token();
  if (extension.name.empty()) return std::nullopt;
  while (cursor.skip(';')) {
    auto parameter = parse_parameter(cursor);
    if (!parameter || extension.parameters.size() == kExtensionParametersMax) return std::nullopt;
    extension.parameters.push_back(std::move(*parameter));
  }
  return extension;
}

}  // namespace

bool parse_extensions(std::string_view value, std::vector<Extension>& out) {
  Cursor cursor(value);
  for (;;) {
    // A list may have empty elements (RFC 9110 section 5.6.1).
    while (cursor.skip(',')) {
    }
    if (cursor.is_at_end()) return true;
    auto extension = parse_extension(cursor);
    if (!extension || out.size() == kExtensionsMax) return false;
    out.push_back(std::move(*extension));
    if (!cursor.is_at_end() && !cursor.skip(',')) return false;
  }
}

std::optional<std::vector<Extension>> extensions_of(const Head& head) {
  std::vector<Extension> extensions;
  for (const Field& field : head.fields)
    if (equals_ignoring_case(field.name, "Sec-WebSocket-Extensions") &&
        !parse_extensions(field.value, extensions))
      return std::nullopt;
  return extensions;
}

}  // namespace heartwire::ws
