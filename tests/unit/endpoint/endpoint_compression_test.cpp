// permessage-deflate through whole endpoints: what is on the wire, and what the users see.

#include "heartwire/ws/close_code.hpp"
#include "heartwire/ws/deflate.hpp"
#include "tests/support/endpoint_pair.hpp"
#include "tests/unit/endpoint/client_rig.hpp"
#include "tests/unit/endpoint/server_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>

namespace heartwire::endpoint {
namespace {

using core::SendError;
using std::chrono::minutes;
using std::chrono::seconds;
using test::ClientRig;
using test::compressed;
using test::noise;
using test::ServerRig;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

ServerEndpointOptions compressing_server() {
  ServerEndpointOptions options = test::plain_server();
  options.deflate.emplace();
  return options;
}

ClientEndpointOptions compressing_client() {
  ClientEndpointOptions options = test::plain_client();
  options.deflate.emplace();
  return options;
}

struct CompressedServer : ServerRig {
  explicit CompressedServer(ServerEndpointOptions wanted = compressing_server())
      : ServerRig(std::move(wanted), core::DialectSet::kUndecided, ws::DeflateParams{}) {}
};

ClientRig& open_compressed(ClientRig& rig) {
  return rig.dial().connect().receive(
      test::to_bytes(test::accepting_head("Sec-WebSocket-Extensions: permessage-deflate\r\n")));
}

/// One that no earlier message helps.
std::string deflated(std::string_view message) {
  ws::Deflater deflater;
  base::Bytes out;
  EXPECT_TRUE(deflater.deflate({}, base::as_bytes(message), SIZE_MAX, out));
  return std::string{base::as_text(out)};
}

std::string inflated(const test::Frame& frame) {
  ws::Inflater inflater;
  base::Bytes out;
  EXPECT_TRUE(inflater.inflate(15, base::as_bytes(frame.payload), 1 << 20, out).is_ok());
  return std::string{base::as_text(out)};
}

test::Frame part(ws::Opcode opcode, std::string payload, bool fin) {
  return {opcode, std::move(payload), fin};
}

TEST(EndpointCompression, a_server_compresses_what_is_long_and_shrinks) {
  CompressedServer rig;
  const std::string text(300, 't');

  ASSERT_TRUE(rig.send(test::text(text)));
  ASSERT_TRUE(rig.send(test::text("short")));
  ASSERT_TRUE(rig.send(test::binary(noise(300, 1))));

  const auto frames = rig.frames();
  ASSERT_THAT(frames, SizeIs(3));
  EXPECT_EQ(frames[0].rsv, ws::kRsv1);
  EXPECT_EQ(inflated(frames[0]), text);
  EXPECT_EQ(frames[1], test::text("short"));
  EXPECT_EQ(frames[2], test::binary(noise(300, 1)));
}

TEST(EndpointCompression, a_frame_made_for_many_goes_as_it_is) {
  CompressedServer rig;
  const base::Bytes frame = test::encode(base::Role::server, test::text(std::string(300, 't')));

  ASSERT_TRUE(rig.send_encoded(frame));

  EXPECT_THAT(rig.frames(), ElementsAre(test::text(std::string(300, 't'))));
}

TEST(EndpointCompression, each_side_reads_compressed_and_other_messages_in_turn) {
  CompressedServer server;
  ClientRig client(compressing_client());
  open_compressed(client);
  const std::vector<test::Frame> frames = {
      compressed(test::text(deflated("one"))), test::text("two"),
      compressed(part(ws::Opcode::binary, deflated("three").substr(0, 2), false)), test::ping("p"),
      part(ws::Opcode::continuation, deflated("three").substr(2), true)};

  server.receive(frames);
  client.receive(frames);

  const std::vector<core::Message> expected = {{core::MessageType::text, "one"},
                                               {core::MessageType::text, "two"},
                                               {core::MessageType::binary, "three"}};
  EXPECT_EQ(server.delivered, expected);
  EXPECT_EQ(client.delivered, expected);
  EXPECT_THAT(server.frames(), ElementsAre(test::pong("p")));
}

struct Fault {
  const char* what;
  std::vector<test::Frame> frames;
  ws::CloseCode code;
};

std::vector<Fault> faults() {
  return {
      {"data that is no DEFLATE", {compressed(test::text("\x06"))}, ws::CloseCode::protocol_error},
      {"a match before the first message",
       {compressed(test::text(std::string{"\xf2\0\x11\0\0", 5}))},
       ws::CloseCode::protocol_error},
      {"text that is not UTF-8 once inflated",
       {compressed(test::text(deflated("abc\xff")))},
       ws::CloseCode::invalid_payload},
      {"text that ends within a character",
       {compressed(test::text(deflated("abc\xc3")))},
       ws::CloseCode::invalid_payload},
      {"a message that is too long once inflated",
       {compressed(test::binary(deflated(std::string(5000, 'x'))))},
       ws::CloseCode::message_too_big},
      {"a fragmented bomb",
       {compressed(part(ws::Opcode::binary, deflated(std::string(5000, 'x')).substr(0, 5), false)),
        part(ws::Opcode::continuation, deflated(std::string(5000, 'x')).substr(5), true)},
       ws::CloseCode::message_too_big},
      {"RSV1 on a continuation",
       {part(ws::Opcode::text, "a", false), compressed(part(ws::Opcode::continuation, "b", true))},
       ws::CloseCode::protocol_error},
      {"RSV1 on a Ping", {compressed(test::ping("a"))}, ws::CloseCode::protocol_error},
      {"RSV2 beside RSV1",
       {{ws::Opcode::text, deflated("x"), true, ws::kRsv1 | ws::kRsv2}},
       ws::CloseCode::protocol_error},
  };
}

TEST(EndpointCompression, a_server_ends_on_each_fault_with_its_code) {
  for (const Fault& fault : faults()) {
    ServerEndpointOptions options = compressing_server();
    options.limits.message_bytes_max = 1000;
    CompressedServer rig(options);

    rig.receive(fault.frames);

    EXPECT_THAT(rig.delivered, IsEmpty()) << fault.what;
    ASSERT_TRUE(rig.end()) << fault.what;
    EXPECT_EQ(rig.end()->outcome.code, ws::number(fault.code)) << fault.what;
    EXPECT_EQ(rig.end()->outcome.cause, core::Cause::protocol_error) << fault.what;
  }
}

TEST(EndpointCompression, a_client_ends_on_each_fault_with_its_code) {
  for (const Fault& fault : faults()) {
    ClientEndpointOptions options = compressing_client();
    options.limits.message_bytes_max = 1000;
    ClientRig rig(options);
    open_compressed(rig);

    rig.receive(fault.frames);

    EXPECT_THAT(rig.delivered, IsEmpty()) << fault.what;
    EXPECT_EQ(rig.machine.lifecycle().last_outcome().code, ws::number(fault.code)) << fault.what;
    EXPECT_EQ(rig.machine.compression(), nullptr) << "nothing outlives the transport";
  }
}

TEST(EndpointCompression, a_message_of_just_the_limit_passes_though_compressing_made_it_longer) {
  ServerEndpointOptions options = compressing_server();
  options.limits = {.message_bytes_max = 1000, .frame_bytes_max = 1000};
  CompressedServer rig(options);
  std::mt19937 random{7};
  std::string noise(1000, '\0');
  for (char& octet : noise) octet = static_cast<char>(random() & 0xff);
  ASSERT_GT(deflated(noise).size(), 1000u);

  rig.receive({compressed(test::binary(deflated(noise)))});

  ASSERT_EQ(rig.delivered.size(), 1u);
  EXPECT_EQ(rig.delivered[0].payload, noise);
}

TEST(EndpointCompression, rsv1_without_an_agreement_is_a_fault) {
  ServerRig server(compressing_server());
  ClientRig client(compressing_client());
  client.open();

  server.receive({compressed(test::text(deflated("x")))});
  client.receive({compressed(test::text(deflated("x")))});

  EXPECT_EQ(server.end()->outcome.code, 1002);
  EXPECT_EQ(client.machine.lifecycle().last_outcome().code, 1002);
}

TEST(EndpointCompression, a_client_sends_plainly_where_the_server_does_not_agree) {
  ClientRig rig(compressing_client());
  rig.open();

  ASSERT_TRUE(rig.send(test::text(std::string(300, 't'))));

  EXPECT_EQ(rig.machine.accepted().deflate, std::nullopt);
  EXPECT_THAT(rig.frames(), ElementsAre(test::text(std::string(300, 't'))));
}

TEST(EndpointCompression, a_client_does_not_open_on_an_answer_that_it_did_not_ask_for) {
  ClientRig rig(compressing_client());

  rig.dial().connect().receive(test::to_bytes(test::accepting_head(
      "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=7\r\n")));

  EXPECT_EQ(rig.machine.lifecycle().last_outcome().cause, core::Cause::handshake);
  EXPECT_THAT(rig.machine.lifecycle().last_outcome().text, HasSubstr("bad parameter"));
}

TEST(EndpointCompression, a_long_message_is_compressed_whole_and_leaves_in_fragments) {
  ClientEndpointOptions options = compressing_client();
  options.pump.fragment_bytes = 100;
  ClientRig rig(options);
  open_compressed(rig);
  const std::string message = noise(250, 2) + std::string(5000, 'x');

  ASSERT_TRUE(rig.send(test::binary(message)));

  const auto frames = rig.frames();
  ASSERT_GE(frames.size(), 3U);
  ASSERT_LE(frames.size(), 5U);
  test::Frame whole = frames.front();
  EXPECT_EQ(whole.rsv, ws::kRsv1);
  for (std::size_t i = 1; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].opcode, ws::Opcode::continuation);
    EXPECT_EQ(frames[i].rsv, 0);
    EXPECT_EQ(frames[i].fin, i + 1 == frames.size());
    whole.payload += frames[i].payload;
  }
  EXPECT_EQ(inflated(whole), message);
}

TEST(EndpointCompression, a_probe_goes_between_the_fragments_and_goes_as_it_is) {
  ClientEndpointOptions options = compressing_client();
  options.deflate->bytes_min = 0;
  options.pump = {.fragment_bytes = 100, .ahead_bytes_max = 100};
  options.lifecycle.dialect = core::dialect::text(std::string(50, 'p'), std::string(50, 'q'));
  ClientRig rig(options);
  open_compressed(rig).set_room(0);
  ASSERT_TRUE(rig.send(test::binary(noise(400, 3) + std::string(100, 'x'))));
  rig.pass(minutes{1});

  rig.set_room(100'000);

  const auto frames = rig.frames();
  EXPECT_THAT(frames, testing::Contains(test::text(std::string(50, 'p'))));
}

TEST(EndpointCompression, what_was_under_way_when_the_transport_ended_is_sent_again_whole) {
  ClientEndpointOptions options = compressing_client();
  options.pump = {.fragment_bytes = 100, .ahead_bytes_max = 100};
  ClientRig rig(options);
  const std::string message = noise(400, 4) + std::string(1000, 'x');
  open_compressed(rig).set_room(0);
  ASSERT_TRUE(rig.send(test::binary(message)));
  ASSERT_GT(rig.kept(), 0U);

  rig.lose();
  rig.pass(seconds{2});
  rig.frames();
  rig.set_room(100'000);
  rig.connect().receive(test::to_bytes(test::accepting_head()));

  EXPECT_THAT(rig.frames(),
              testing::Contains(part(ws::Opcode::binary, message.substr(0, 100), false)))
      << "and plainly, since this server did not agree";
}

TEST(EndpointCompression, an_idle_server_connection_frees_what_it_may) {
  CompressedServer rig;
  ASSERT_TRUE(rig.send(test::text(std::string(300, 't'))));
  EXPECT_GT(rig.machine.compression()->bytes_held(), 0U);

  rig.receive({test::ping(), test::ping()});

  EXPECT_EQ(rig.machine.compression()->bytes_held(), 0U);
}

TEST(EndpointCompression, heartbeats_that_are_messages_count_as_idle_too) {
  ServerEndpointOptions options = compressing_server();
  options.dialects = test::dialects({core::dialect::text("ping", "pong")});
  CompressedServer rig(options);
  ASSERT_TRUE(rig.send(test::text(std::string(300, 't'))));

  rig.receive({test::text("ping"), test::text("ping")});

  EXPECT_EQ(rig.machine.compression()->bytes_held(), 0U);
}

TEST(EndpointCompression, holds_nothing_until_it_is_used) {
  CompressedServer rig;

  rig.receive({test::text("plain")});
  ASSERT_TRUE(rig.send(test::text("short")));

  EXPECT_EQ(rig.machine.compression()->bytes_held(), 0U);
}

TEST(EndpointCompression, both_ends_talk_whatever_they_agreed_on) {
  for (const std::uint8_t bits : test::kWindowBits)
    for (const bool takes_over : {true, false}) {
      support::EndpointPairOptions options;
      options.client.deflate.emplace();
      options.client.deflate->bytes_min = 0;
      options.client.deflate->own_window_bits = bits;
      options.client.deflate->peer_context_takeover = takes_over;
      options.server.deflate = options.client.deflate;
      support::EndpointPair pair(options);
      pair.keeps_messages = true;
      pair.wish(core::lifecycle_event::Start{});
      pair.run(seconds{1});
      std::vector<std::string> up;
      std::vector<std::string> down;
      for (std::uint64_t i = 0; i < 30; ++i) {
        up.push_back(noise(200, i % 7) + std::string(200 * i, 'u'));
        down.push_back(noise(300, i % 5) + std::string(100 * i, 'd'));
        ASSERT_TRUE(pair.send({core::MessageType::binary, up.back()}));
        ASSERT_TRUE(pair.server_send({core::MessageType::binary, down.back()}));
        pair.run(seconds{1});
      }

      ASSERT_EQ(pair.server_got.size(), up.size());
      ASSERT_EQ(pair.client_got.size(), down.size());
      for (std::size_t i = 0; i < up.size(); ++i) {
        EXPECT_EQ(pair.server_got[i].message.payload, up[i]);
        EXPECT_EQ(pair.client_got[i].payload, down[i]);
      }
      ASSERT_TRUE(pair.client().accepted().deflate);
      EXPECT_EQ(pair.client().accepted().deflate->server_no_context_takeover, !takes_over);
    }
}

}  // namespace
}  // namespace heartwire::endpoint
