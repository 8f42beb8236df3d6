#pragma once
// The head of an HTTP/1.1 message as plain data: first line and fields (RFC 9110 section 5, RFC
// 9112). Reading it from bytes is http_head_reader's; what a head must say to open a WebSocket is
// the handshakes'.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::ws {

/// A header field. Names compare without case. A value from a peer has no spaces around it, and may
/// hold any octet from 0x80 on: escape it in logs.
struct Field {
  std::string name;
  std::string value;

  bool operator==(const Field&) const = default;
};

struct Head {
  std::string method;     ///< Of a request.
  std::string target;     ///< Of a request.
  int status = 0;         ///< Of a response.
  std::string reason;     ///< Of a response, for people.
  int version_minor = 1;  ///< HTTP/1.<this>.
  std::vector<Field> fields;

  /// How often the field is there.
  std::size_t count(std::string_view name) const noexcept;
  /// The first field of that name.
  std::optional<std::string_view> find(std::string_view name) const noexcept;
  /// The elements of all fields of that name, each a comma-separated list; empty ones dropped.
  std::vector<std::string_view> list(std::string_view name) const;
  /// True if list(name) holds `token`, compared without case.
  bool has_token(std::string_view name, std::string_view token) const;

  bool operator==(const Head&) const = default;
};

/// True if both are equal but for the case of ASCII letters.
bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// A method, a field name or a subprotocol (RFC 9110 section 5.6.2).
bool is_token(std::string_view text) noexcept;

/// What a user asked for that may not be sent; `text` is for people.
struct FieldError {
  std::string text;
};

/// The first thing wrong with fields that a user wants sent: a name that is no token, a value with
/// a control character (CR, LF and NUL would forge other fields), or a name that the handshake
/// owns: one of Host, Upgrade, Connection, Content-Length, Transfer-Encoding, Sec-WebSocket-*.
std::optional<FieldError> fault_of_fields(std::span<const Field> fields);

/// Appends `name: value` and the line's end.
void append_field(std::string& out, std::string_view name, std::string_view value);

}  // namespace heartwire::ws
