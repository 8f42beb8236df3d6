// What a server makes of a request. Cut anywhere, the same; a request that is accepted is one that
// nobody could read otherwise; what we answer reads as the answer that it is.

#include "fuzz/handshake.hpp"
#include "heartwire/endpoint/server_handshake.hpp"
#include "heartwire/ws/base64.hpp"
#include "heartwire/ws/deflate_params.hpp"
#include "heartwire/ws/handshake_server.hpp"

#include <variant>

namespace heartwire::fuzz {
namespace {

constexpr ws::HeadLimits kLimits{.head_bytes_max = 2000, .fields_max = 12};

/// Reads what we wrote as a client would.
ws::Head read_answer(const std::string& answer) {
  const auto reading = read_head(ws::HeadKind::response, {}, base::as_bytes(answer), kWhole);
  HW_CHECK(reading.head.has_value());
  return *reading.head;
}

void check_accepted(const ws::Head& head, const ws::UpgradeRequest& request) {
  HW_CHECK(head.method == "GET" && head.version_minor == 1);
  HW_CHECK(head.count("Host") == 1 && head.count("Transfer-Encoding") == 0);
  HW_CHECK(head.find("Content-Length").value_or("0") == "0");
  HW_CHECK(request.path.starts_with('/') && request.path.find('?') == std::string::npos);
  HW_CHECK((request.path + request.query).find_first_of(" \r\n#") == std::string::npos);
  HW_CHECK(ws::base64_decoded_size(request.key) == 16U);

  const auto deflate = ws::accept_deflate_offer({}, request.extensions);
  const auto answer =
      ws::make_accept(request, request.subprotocols.empty() ? "" : request.subprotocols.front(), {},
                      deflate ? deflate->text : "");
  HW_CHECK(answer.is_ok());
  const ws::Head read = read_answer(*answer);
  HW_CHECK(read.status == 101);
  HW_CHECK(read.count("Sec-WebSocket-Extensions") == (deflate ? 1 : 0));
  HW_CHECK(read.count("Sec-WebSocket-Protocol") == (request.subprotocols.empty() ? 0 : 1));
}

void check_refused(const ws::HttpRefusal& refusal) {
  HW_CHECK(refusal.status >= 400 && refusal.status <= 505);
  const auto answer = ws::make_refusal(refusal);
  HW_CHECK(answer.is_ok());
  HW_CHECK(read_answer(*answer).status == refusal.status);
}

/// The endpoint's own reading of the same bytes.
void check_endpoint(base::ByteView bytes, std::uint8_t how, const HeadReading& reading) {
  endpoint::ServerHandshake handshake(kLimits);
  std::size_t taken = 0;
  for (base::Bytes& piece : cut(bytes, how)) {
    base::MutableByteView rest{piece};
    const auto step = handshake.receive(rest);
    taken += piece.size() - rest.size();
    if (!step) continue;
    HW_CHECK(reading.head || reading.error);
    if (reading.head) HW_CHECK(taken == reading.consumed);
    if (const auto* refusal = std::get_if<ws::HttpRefusal>(&*step)) check_refused(*refusal);
    return;
  }
  HW_CHECK(!reading.head && !reading.error);
}

void run(Input input) {
  const std::uint8_t how = input.octet();
  const base::Bytes bytes = copy(input.rest());

  const HeadReading reading = read_head_any_way(ws::HeadKind::request, kLimits, bytes, how);

  check_endpoint(bytes, how, reading);
  if (!reading.head) return;
  HW_CHECK(reading.consumed <= kLimits.head_bytes_max);
  check_head(*reading.head, kLimits);
  const auto request = ws::check_request(*reading.head);
  if (request)
    check_accepted(*reading.head, *request);
  else
    check_refused(request.error());
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
