#include "heartwire/endpoint/server_handshake.hpp"

#include "tests/unit/endpoint/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace heartwire::endpoint {
namespace {

using Step = std::optional<ServerHandshake::Step>;

Step receive(ServerHandshake& handshake, base::Bytes bytes) {
  base::MutableByteView input{bytes};
  return handshake.receive(input);
}

int status_of(std::string_view request, ws::HeadLimits limits = {}) {
  ServerHandshake handshake{limits};
  const Step step = receive(handshake, test::to_bytes(request));
  const auto* refusal = step ? std::get_if<ws::HttpRefusal>(&*step) : nullptr;
  return refusal == nullptr ? 0 : refusal->status;
}

TEST(ServerHandshake, a_request_in_order_is_handed_to_the_application) {
  ServerHandshake handshake{{}};
  base::Bytes bytes =
      test::to_bytes(test::request_head("Origin: https://a.example\r\n") + "frames");
  base::MutableByteView input{bytes};

  const Step step = handshake.receive(input);

  ASSERT_TRUE(step && std::holds_alternative<ws::UpgradeRequest>(*step));
  const auto& request = std::get<ws::UpgradeRequest>(*step);
  EXPECT_EQ(request.path, "/chat");
  EXPECT_EQ(request.query, "room=1");
  EXPECT_EQ(request.origin, "https://a.example");
  EXPECT_EQ(base::as_text(input), "frames");
}

TEST(ServerHandshake, reads_a_request_that_is_cut_anywhere) {
  const base::Bytes head = test::to_bytes(test::request_head());
  for (std::size_t cut = 1; cut < head.size(); ++cut) {
    ServerHandshake handshake{{}};
    const auto middle = head.begin() + static_cast<std::ptrdiff_t>(cut);

    ASSERT_FALSE(receive(handshake, {head.begin(), middle})) << cut;
    const Step step = receive(handshake, {middle, head.end()});
    ASSERT_TRUE(step && std::holds_alternative<ws::UpgradeRequest>(*step)) << cut;
  }
}

TEST(ServerHandshake, a_bad_request_gets_the_refusal_that_it_deserves) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 426);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
  EXPECT_EQ(status_of("hello\r\n\r\n"), 400);
  EXPECT_EQ(status_of("\x16\x03\x01"), 400);
}

TEST(ServerHandshake, a_request_over_the_limits_is_told_so) {
  EXPECT_EQ(status_of(test::request_head(), {.head_bytes_max = 64}), 431);
  EXPECT_EQ(status_of(test::request_head(), {.fields_max = 2}), 431);
}

}  // namespace
}  // namespace heartwire::endpoint
