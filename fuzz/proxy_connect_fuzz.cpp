// What a client makes of an HTTP proxy's answer to CONNECT. Cut anywhere, the same, but that bytes
// right behind an answer are seen only when they come with it; only a 2xx opens the tunnel; and
// what we ask reads as that request and nothing else.

#include "fuzz/handshake.hpp"
#include "fuzz/proxy.hpp"
#include "heartwire/ws/proxy_connect.hpp"

namespace heartwire::fuzz {
namespace {

void check_request(base::ByteView sent, const std::string& authority, bool has_user) {
  const HeadReading reading = read_head(ws::HeadKind::request, {}, sent, kWhole);
  HW_CHECK(reading.head && reading.consumed == sent.size());
  HW_CHECK(reading.head->method == "CONNECT" && reading.head->target == authority);
  HW_CHECK(reading.head->find("Host") == authority);
  HW_CHECK(reading.head->count("Proxy-Authorization") == (has_user ? 1 : 0));
  HW_CHECK(reading.head->fields.size() == (has_user ? 2 : 1));
}

/// By the answer's head, which another target holds to the rules. Some proxies say 401 where they
/// mean 407.
void check_outcome(const ProxyTalk& octets, const HeadReading& reading) {
  if (reading.error) {
    HW_CHECK(octets.failure && octets.failure->fault == ws::ProxyFault::garbled);
  } else if (!reading.head) {
    HW_CHECK(!octets.failure && !octets.is_done);
  } else if (reading.head->status / 100 == 2) {
    HW_CHECK(octets.is_done && octets.taken == reading.consumed);
  } else {
    const int status = reading.head->status;
    HW_CHECK(octets.failure && octets.failure->status == status);
    HW_CHECK((octets.failure->fault == ws::ProxyFault::credentials) ==
             (status == 407 || status == 401));
  }
}

void run(Input input) {
  const std::uint8_t flags = input.octet();
  const std::uint8_t how = input.octet();
  const std::string host = take_host(input);
  const std::uint16_t port = std::max<std::uint16_t>(input.number(), 1);
  const base::Bytes said = copy(input.rest());
  const auto user = take_user(flags);
  const ws::ProxyConnect machine(host, port, user);

  const ProxyTalk octets = talk(machine, said, kOctets);

  check_request(octets.sent, ws::bracketed_host(host) + ':' + std::to_string(port),
                user.has_value());
  check_outcome(octets, read_head(ws::HeadKind::response, {}, said, kWhole));
  if (octets.failure) check_failure(*octets.failure, said);
  for (const std::uint8_t cut : {kWhole, how}) {
    const ProxyTalk other = talk(machine, said, cut);
    const bool is_too_much = octets.is_done && octets.taken < said.size() && other.failure;
    if (is_too_much)
      HW_CHECK(other.failure->fault == ws::ProxyFault::garbled);
    else
      HW_CHECK(other.failure == octets.failure && other.is_done == octets.is_done);
  }
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
