// Offers and answers of permessage-deflate, judged without sockets.

#include "tests/conformance/negotiation.hpp"

#include "heartwire/endpoint/client_handshake.hpp"
#include "heartwire/endpoint/server_handshake.hpp"
#include "heartwire/ws/url.hpp"
#include "tests/conformance/our_deflate.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <variant>

namespace heartwire::conformance {
namespace {

base::MutableByteView bytes_of(std::string& text) {
  return {reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
}

TEST(Negotiation, a_server_answers_offers) {
  std::size_t count = 0;
  for (const Offer& offer : offers()) {
    const std::string lines = extension_lines(offer.fields);
    std::string head =
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        lines + "\r\n";

    base::MutableByteView input = bytes_of(head);
    const auto step = endpoint::ServerHandshake({}).receive(input);

    ASSERT_TRUE(step) << lines;
    ++count;
    const auto* refusal = std::get_if<ws::HttpRefusal>(&*step);
    EXPECT_EQ(refusal != nullptr && refusal->status == 400, offer.is_malformed) << lines;
    if (refusal != nullptr) continue;
    const auto answer =
        ws::accept_deflate_offer(server_deflate(), std::get<ws::UpgradeRequest>(*step).extensions);
    EXPECT_EQ(answer ? std::optional{answer->text} : std::nullopt, offer.answer) << lines;
  }
  std::printf("%zu offers\n", count);
}

TEST(Negotiation, a_client_judges_answers) {
  std::size_t count = 0;
  for (const Answer& answer : answers()) {
    const std::string lines = extension_lines(answer.fields);
    ws::HandshakeRequestOptions wanted;
    wanted.deflate = client_deflate(answer.offered);
    auto handshake =
        endpoint::ClientHandshake::make(*ws::parse_url("ws://example.com/"), wanted, {});
    std::string head =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n" +
        lines + "\r\n";

    base::MutableByteView input = bytes_of(head);
    const auto accepted = handshake->receive(input);

    ASSERT_TRUE(accepted) << lines;
    ++count;
    const bool is_good{*accepted};
    EXPECT_EQ(is_good, answer.is_good) << lines;
    if (!is_good) continue;
    EXPECT_EQ((*accepted)->deflate.has_value(), !answer.fields.empty()) << lines;
  }
  std::printf("%zu answers\n", count);
}

}  // namespace
}  // namespace heartwire::conformance
