// What a client makes of the answer to its upgrade. Cut anywhere, the same; only an answer that
// proves our key, and names what we offered, opens a connection; all else is
// refused in words fit to print.

#include "fuzz/handshake.hpp"
#include "heartwire/endpoint/client_handshake.hpp"
#include "heartwire/ws/accept_key.hpp"
#include "heartwire/ws/base64.hpp"
#include "heartwire/ws/handshake_client.hpp"
#include "heartwire/ws/retry_after.hpp"

namespace heartwire::fuzz {
namespace {

constexpr ws::HandshakeKey kKey{};
constexpr ws::DeflateOptions kDeflate{};

const std::vector<std::string>& offered() {
  static const std::vector<std::string> all{"chat", "v12.stomp"};
  return all;
}

void check_accepted(const ws::Head& head, const ws::Accepted& accepted) {
  HW_CHECK(head.status == 101 && head.version_minor == 1);
  HW_CHECK(head.find("Sec-WebSocket-Accept") == ws::accept_key(ws::base64_encode(kKey)));
  HW_CHECK(accepted.deflate.has_value() == !ws::extensions_of(head)->empty());
  const bool was_offered =
      std::find(offered().begin(), offered().end(), accepted.subprotocol) != offered().end();
  HW_CHECK(accepted.subprotocol.empty() || was_offered);
}

void check_refused(const ws::Head& head, const ws::HandshakeRefusal& refusal) {
  HW_CHECK((refusal.fault == ws::HandshakeFault::http_status) == (head.status != 101));
  HW_CHECK(refusal.status == head.status && !refusal.text.empty());
  HW_CHECK(std::all_of(refusal.text.begin(), refusal.text.end(),
                       [](char c) { return c >= 0x20 && c < 0x7F; }));
  if (refusal.retry_after) {
    HW_CHECK(*refusal.retry_after >= std::chrono::seconds{0});
    HW_CHECK(*refusal.retry_after <= ws::kRetryAfterMax);
  }
}

/// The endpoint's own reading of the same bytes.
void check_endpoint(base::ByteView bytes, std::uint8_t how, bool is_accepted, bool is_decided) {
  auto made = endpoint::ClientHandshake::make(
      *ws::parse_url("ws://example.com/"), {.subprotocols = offered(), .deflate = kDeflate}, kKey);
  endpoint::ClientHandshake handshake = std::move(made).value();
  for (base::Bytes& piece : cut(bytes, how)) {
    base::MutableByteView rest{piece};
    const auto answer = handshake.receive(rest);
    if (!answer) continue;
    HW_CHECK(is_decided && answer->is_ok() == is_accepted);
    return;
  }
  HW_CHECK(!is_decided);
}

void run(Input input) {
  const std::uint8_t how = input.octet();
  const base::Bytes bytes = copy(input.rest());

  const HeadReading reading = read_head_any_way(ws::HeadKind::response, {}, bytes, how);

  bool is_accepted = false;
  if (reading.head) {
    check_head(*reading.head, {});
    const auto answer = ws::check_response(*reading.head, kKey, offered(), kDeflate);
    is_accepted = answer.is_ok();
    if (answer)
      check_accepted(*reading.head, *answer);
    else
      check_refused(*reading.head, answer.error());
  }
  check_endpoint(bytes, how, is_accepted, reading.head || reading.error);
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
