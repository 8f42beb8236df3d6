// Peers that mean harm, in both roles: whatever they send, nothing crashes, nothing grows past its
// bound, and the end is told once.

#include "heartwire/endpoint/server_handshake.hpp"
#include "tests/unit/endpoint/client_rig.hpp"
#include "tests/unit/endpoint/server_rig.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace heartwire::endpoint {
namespace {

using base::Role;
using test::ClientRig;
using test::Frame;
using test::ServerRig;
namespace life = core::lifecycle_action;

constexpr std::size_t kMessageMax = 200;

/// Frames that are almost right, now and then spoiled, and plain noise.
base::Bytes some_bytes(Role sender) {
  const auto opcode =
      static_cast<ws::Opcode>(*rc::gen::element<int>(0, 1, 1, 1, 2, 2, 8, 9, 9, 10, 10, 1, 2));
  const bool is_control = ws::is_control(opcode);
  const auto size =
      *rc::gen::weightedOneOf<std::size_t>({{8, rc::gen::inRange<std::size_t>(0, 126)},
                                            {1, rc::gen::just<std::size_t>(is_control ? 2 : 260)}});
  const auto letter = *rc::gen::element<char>('a', 'p', '\x03', '\xFF');
  Frame frame{opcode, std::string(size, letter), is_control || *rc::gen::arbitrary<bool>()};
  if (*rc::gen::inRange(0, 4) == 0) frame = test::text(*rc::gen::element<std::string>("ping", "2"));
  base::Bytes bytes = test::encode(sender, frame);
  if (*rc::gen::inRange(0, 12) == 0)
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] ^=
        *rc::gen::element<std::uint8_t>(0x80, 0x40, 0x01, 0xFF);
  if (*rc::gen::inRange(0, 40) == 0) bytes = *rc::gen::arbitrary<base::Bytes>();
  return bytes;
}

/// Many of them, in pieces that respect no border.
std::vector<base::Bytes> some_reads(Role sender) {
  base::Bytes all;
  const int frames = *rc::gen::inRange(1, 30);
  for (int i = 0; i < frames; ++i) all = test::joined({all, some_bytes(sender)});
  std::vector<base::Bytes> reads;
  for (std::size_t at = 0; at < all.size();) {
    const auto size = std::min(all.size() - at, *rc::gen::inRange<std::size_t>(1, 300));
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
    reads.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(size));
    at += size;
  }
  return reads;
}

ServerEndpointOptions small_server() {
  ServerEndpointOptions options = test::plain_server();
  options.limits.message_bytes_max = kMessageMax;
  options.send_buffer_bytes_max = 1000;
  options.dialects =
      test::dialects({core::dialect::text("ping", "pong"), core::dialect::engine_io(),
                      core::dialect::stomp(), core::dialect::mqtt(), core::dialect::phoenix()});
  return options;
}

RC_GTEST_PROP(EndpointHostile, a_server_bears_any_client, ()) {
  ServerRig rig(small_server());
  const bool is_reading = *rc::gen::arbitrary<bool>();
  if (!is_reading) rig.set_room(0);
  for (const base::Bytes& bytes : some_reads(Role::client)) {
    rig.receive(bytes);
    if (*rc::gen::inRange(0, 20) == 0) rig.close(1000);
    if (*rc::gen::inRange(0, 20) == 0) rig.pass(std::chrono::seconds{20});

    RC_ASSERT(rig.kept() <= 1000 + Receiver::kAnswerBytesMax + 300);
  }
  rig.lose();

  RC_ASSERT(rig.count<server_action::End>() == 1u);
  RC_ASSERT(rig.machine.deadline() == std::nullopt);
  for (const core::Message& message : rig.delivered)
    RC_ASSERT(message.payload.size() <= kMessageMax);
  // Nothing follows a Close.
  const auto frames = rig.frames();
  for (std::size_t i = 0; i + 1 < frames.size(); ++i)
    RC_ASSERT(frames[i].opcode != ws::Opcode::close);
}

RC_GTEST_PROP(EndpointHostile, a_client_bears_any_server, ()) {
  ClientEndpointOptions options = test::plain_client();
  options.limits.message_bytes_max = kMessageMax;
  options.lifecycle.dialect =
      *rc::gen::element(core::dialect::protocol(), core::dialect::text("ping", "pong"),
                        core::dialect::engine_io(), core::dialect::stomp());
  ClientRig rig(options);
  rig.open().frames();
  if (*rc::gen::arbitrary<bool>()) rig.set_room(0);
  for (const base::Bytes& bytes : some_reads(Role::server)) {
    if (rig.generation() != 1) break;
    static_cast<void>(rig.send(test::text("a message of ours")));
    rig.receive(bytes);
    if (*rc::gen::inRange(0, 20) == 0) rig.handle(core::lifecycle_event::CheckNow{});
    if (*rc::gen::inRange(0, 30) == 0) rig.handle(core::lifecycle_event::Close{});
    if (*rc::gen::inRange(0, 20) == 0) rig.pass(std::chrono::seconds{20});

    RC_ASSERT(rig.kept() <= (std::size_t{128} << 10) + Receiver::kAnswerBytesMax + 300);
  }
  if (rig.generation() == 1) rig.lose();

  RC_ASSERT(rig.count<life::NotifyEnd>() >= 1u);
  for (const core::Message& message : rig.delivered)
    RC_ASSERT(message.payload.size() <= kMessageMax);
}

RC_GTEST_PROP(EndpointHostile, a_client_bears_any_answer_to_its_upgrade, ()) {
  ClientRig rig;
  rig.dial().connect();
  std::string answer = test::accepting_head();
  if (*rc::gen::inRange(0, 3) > 0) {
    const auto at = *rc::gen::inRange<std::size_t>(0, answer.size());
    answer[at] = *rc::gen::arbitrary<char>();
  }
  base::Bytes bytes = test::joined({test::to_bytes(answer), *rc::gen::arbitrary<base::Bytes>()});
  const auto cut = static_cast<std::ptrdiff_t>(*rc::gen::inRange<std::size_t>(0, bytes.size() + 1));

  rig.receive(base::Bytes{bytes.begin(), bytes.begin() + cut});
  if (rig.state() == core::State::connecting || rig.state() == core::State::open)
    rig.receive(base::Bytes{bytes.begin() + cut, bytes.end()});
  if (rig.generation() == 1) rig.lose();

  RC_ASSERT(rig.count<life::NotifyEnd>() == 1u);
  RC_ASSERT(rig.state() == core::State::waiting);
}

RC_GTEST_PROP(EndpointHostile, a_server_bears_any_request, ()) {
  std::string request = test::request_head();
  const int faults = *rc::gen::inRange(0, 3);
  for (int i = 0; i < faults; ++i)
    request[*rc::gen::inRange<std::size_t>(0, request.size())] = *rc::gen::arbitrary<char>();
  ServerHandshake handshake{ws::HeadLimits{}};
  base::Bytes bytes = test::to_bytes(request + "frames");
  std::optional<ServerHandshake::Step> step;
  for (base::MutableByteView rest{bytes}; !rest.empty() && !step;) {
    base::MutableByteView piece =
        rest.first(std::min(rest.size(), *rc::gen::inRange<std::size_t>(1, 50)));
    rest = rest.subspan(piece.size());
    step = handshake.receive(piece);
  }

  if (!step) return;
  if (const auto* refusal = std::get_if<ws::HttpRefusal>(&*step))
    RC_ASSERT(refusal->status >= 400 && refusal->status <= 505);
}

TEST(EndpointHostile, a_flood_of_empty_fragments_meets_an_end) {
  ServerEndpointOptions options = test::plain_server();
  options.limits.fragments_max = 1000;
  ServerRig rig(options);
  rig.receive({Frame{ws::Opcode::text, "", false}});
  const std::vector<Frame> fragments(100, Frame{ws::Opcode::continuation, "", false});
  for (int i = 0; i < 100 && !rig.end(); ++i) rig.receive(fragments);

  ASSERT_TRUE(rig.end());
  EXPECT_EQ(rig.end()->outcome.code, 1009);
}

}  // namespace
}  // namespace heartwire::endpoint
