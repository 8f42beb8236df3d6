#pragma once
// Reads the head of an HTTP/1.1 request or response as it comes, within bounds.
//
// Stricter than most: what RFC 9112 lets a lenient reader repair is refused, since two readers that
// repair differently are how requests are smuggled. A bare LF or CR, folded lines, control
// characters and blank lines before the first are faults from the first octet that shows them. The
// lines themselves are read by Boost.Beast's parser, which has been fuzzed for years.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/ws/head.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::ws {

enum class HeadKind : std::uint8_t { request, response };

struct HeadLimits {
  /// Octets up to the blank line, interim responses included. Default 16 KiB, twice what common
  /// servers allow for, since cookies and tokens travel here.
  std::size_t head_bytes_max = std::size_t{16} << 10;
  /// Header fields. Default 100: browsers send about 20.
  std::size_t fields_max = 100;
};

enum class HttpError : std::uint8_t {
  tls_record,  ///< The peer speaks TLS to a plain port, or answers so.
  not_http,    ///< A response that does not begin with HTTP/1.
  control_character,
  bare_line_feed,
  bare_carriage_return,
  folded_line,
  blank_first_line,
  malformed,
  too_large,
  too_many_fields,
};

/// What is wrong, for people.
std::string_view describe(HttpError error) noexcept;

/// Reads one head. Movable; owns the octets so far.
class HeadReader {
 public:
  explicit HeadReader(HeadKind kind, HeadLimits limits = {}) noexcept;

  struct Step {
    std::optional<Head> head;  ///< Nothing: all of the input was taken, and more is needed.
    std::size_t consumed = 0;  ///< What follows in the input belongs to frames.
  };

  /// Takes what was read. Interim responses (1xx but 101) are skipped. After a head or a fault it
  /// may not be called again.
  base::Result<Step, HttpError> feed(base::ByteView input);

 private:
  std::optional<HttpError> fault_of_next(std::uint8_t octet) const noexcept;
  base::Result<std::optional<Head>, HttpError> parse_and_clear();

  std::string bytes_;
  HeadLimits limits_;
  std::size_t taken_ = 0;  ///< Of all heads so far.
  HeadKind kind_;
};

}  // namespace heartwire::ws
