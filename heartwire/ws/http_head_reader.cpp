#include "heartwire/ws/http_head_reader.hpp"

#include "heartwire/base/check.hpp"

#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/none.hpp>
#include <boost/optional/optional.hpp>

#include <algorithm>
#include <iterator>

namespace heartwire::ws {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view kEnd = "\r\n\r\n";
constexpr std::string_view kResponseStart = "HTTP/1.";

void take_first_line(const http::request<http::empty_body>& message, Head& head) {
  head.method = std::string{message.method_string()};
  head.target = std::string{message.target()};
}

void take_first_line(const http::response<http::empty_body>& message, Head& head) {
  head.status = static_cast<int>(message.result_int());
  head.reason = std::string{message.reason()};
}

/// `bytes` is a head up to and with its blank line.
template <bool IsRequest>
base::Result<Head, HttpError> parse(std::string_view bytes, const HeadLimits& limits) {
  http::parser<IsRequest, http::empty_body> parser;
  parser.eager(false);
  parser.header_limit(static_cast<std::uint32_t>(bytes.size()));
  // No body is ever read here, so the size that the peer announces for one is no fault.
  parser.body_limit(boost::none);
  boost::beast::error_code error;
  parser.put(boost::beast::net::const_buffer{bytes.data(), bytes.size()}, error);
  if (error || !parser.is_header_done()) return base::Failure{HttpError::malformed};

  const auto& message = parser.get();
  if (static_cast<std::size_t>(std::distance(message.begin(), message.end())) > limits.fields_max)
    return base::Failure{HttpError::too_many_fields};
  Head head;
  head.version_minor = static_cast<int>(message.version()) - 10;  // the parser takes 1.0 and 1.1
  take_first_line(message, head);
  for (const auto& field : message)
    head.fields.push_back({std::string{field.name_string()}, std::string{field.value()}});
  return head;
}

}  // namespace

std::string_view describe(HttpError error) noexcept {
  switch (error) {
    case HttpError::tls_record: return "the peer speaks TLS where plain HTTP was expected";
    case HttpError::not_http: return "the answer is not HTTP/1.1";
    case HttpError::control_character: return "control character in the HTTP head";
    case HttpError::bare_line_feed: return "line feed without carriage return in the HTTP head";
    case HttpError::bare_carriage_return:
      return "carriage return without line feed in the HTTP head";
    case HttpError::folded_line: return "folded header line";
    case HttpError::blank_first_line: return "blank line before the HTTP head";
    case HttpError::malformed: return "malformed HTTP head";
    case HttpError::too_large: return "HTTP head over the size limit";
    case HttpError::too_many_fields: return "too many header fields";
  }
  HW_CHECK(false);
}

HeadReader::HeadReader(HeadKind kind, HeadLimits limits) noexcept : limits_(limits), kind_(kind) {}

base::Result<HeadReader::Step, HttpError> HeadReader::feed(base::ByteView input) {
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (++taken_ > limits_.head_bytes_max) return base::Failure{HttpError::too_large};
    if (const auto fault = fault_of_next(input[i])) return base::Failure{*fault};
    bytes_ += static_cast<char>(input[i]);
    if (!std::string_view{bytes_}.ends_with(kEnd)) continue;
    auto head = parse_and_clear();
    if (!head) return base::Failure{head.error()};
    if (*head) return Step{std::move(*head), i + 1};
  }
  return Step{std::nullopt, input.size()};
}

/// What the octet after bytes_ shows to be wrong.
std::optional<HttpError> HeadReader::fault_of_next(std::uint8_t octet) const noexcept {
  const char previous = bytes_.empty() ? '\0' : bytes_.back();
  if (bytes_.empty() && (octet == 0x15 || octet == 0x16)) return HttpError::tls_record;
  if (octet == '\n' && previous != '\r') return HttpError::bare_line_feed;
  if (octet != '\n' && previous == '\r') return HttpError::bare_carriage_return;
  if (bytes_.empty() && octet == '\r') return HttpError::blank_first_line;
  if ((octet == ' ' || octet == '\t') && previous == '\n') return HttpError::folded_line;
  const bool is_control = octet < 0x20 || octet == 0x7F;
  if (is_control && octet != '\r' && octet != '\n' && octet != '\t')
    return HttpError::control_character;
  if (kind_ == HeadKind::response && bytes_.size() < kResponseStart.size() &&
      octet != static_cast<std::uint8_t>(kResponseStart[bytes_.size()]))
    return HttpError::not_http;
  return std::nullopt;
}

/// Nothing: it was an interim response.
base::Result<std::optional<Head>, HttpError> HeadReader::parse_and_clear() {
  auto head =
      kind_ == HeadKind::request ? parse<true>(bytes_, limits_) : parse<false>(bytes_, limits_);
  bytes_ = {};
  if (!head) return base::Failure{head.error()};
  const bool is_interim = head->status / 100 == 1 && head->status != 101;
  if (is_interim) return std::optional<Head>{};
  return std::optional<Head>{std::move(*head)};
}

}  // namespace heartwire::ws
