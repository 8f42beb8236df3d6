// Garbage from the server, at each stage: before the upgrade, in place of its answer, and after it.

#include "tests/integration/support/live_test.hpp"

namespace heartwire::integration {
namespace {

class BadServer : public LiveTest {
 protected:
  Process& serve(const std::vector<std::string>& behaviour) {
    return start(python_peer("raw_server.py", behaviour));
  }

  /// One attempt and one retry, each with a handshake timeout of 300 ms.
  client::Options twice(const Process& server) {
    auto wanted = options(url_of(server.port()));
    wanted.handshake_timeout = 300ms;
    wanted.reconnect.attempts_max = 1;
    return wanted;
  }

  void expect_failed_attempts(const std::vector<std::string>& behaviour, core::Cause cause) {
    Process& server = serve(behaviour);
    client::Client client(twice(server));

    client.start();

    ASSERT_TRUE(witness.sees(Seen::gave_up));
    EXPECT_EQ(witness.count(Seen::attempt_failed), 2u);
    for (const Sight& failed : witness.all(Seen::attempt_failed)) {
      EXPECT_EQ(failed.close.cause, cause) << failed.text;
      EXPECT_FALSE(failed.text.empty());
    }
    EXPECT_EQ(witness.count(Seen::open), 0u);
    EXPECT_TRUE(server.prints("gone ", 2)) << "no transport is left behind";
  }

  /// The bytes `hex` right after a good upgrade are answered with this close code.
  void expect_close_code(const std::string& hex, std::uint16_t code) {
    Process& server = serve({"upgrade", hex});
    auto wanted = twice(server);
    wanted.message_bytes_max = 1000;
    wanted.reconnect.stable_after = 1h;
    client::Client client(wanted);

    client.start();

    ASSERT_TRUE(witness.sees(Seen::gave_up));
    EXPECT_EQ(witness.count(Seen::close), 2u);
    for (const Sight& close : witness.all(Seen::close)) {
      EXPECT_EQ(close.close.cause, core::Cause::protocol_error) << close.text;
      EXPECT_EQ(close.close.code, code) << close.text;
    }
    EXPECT_TRUE(server.prints("close-code 1 " + std::to_string(code)));
    EXPECT_TRUE(server.prints("close-code 2 " + std::to_string(code)));
    EXPECT_EQ(witness.count(Seen::message), 0u);
  }
};

TEST_F(BadServer, that_never_answers_the_upgrade_runs_into_the_handshake_timeout) {
  expect_failed_attempts({"silent"}, core::Cause::connect_timeout);
}

TEST_F(BadServer, that_trickles_its_answer_runs_into_the_handshake_timeout) {
  expect_failed_attempts({"trickle", "20", R"(HTTP/1.1 101 Switching Protocols\r\nX: )"},
                         core::Cause::connect_timeout);
}

TEST_F(BadServer, that_speaks_before_it_is_asked_is_no_websocket) {
  expect_failed_attempts({"bytes", "00ff00ff0d0a0d0a"}, core::Cause::handshake);
}

TEST_F(BadServer, that_answers_like_a_mail_server_is_no_websocket) {
  // "220 mail ESMTP\r\n"
  expect_failed_attempts({"bytes", "323230206d61696c2045534d54500d0a"}, core::Cause::handshake);
}

TEST_F(BadServer, that_answers_without_an_end_of_line_is_bounded) {
  std::string hex = "485454502f312e31203130312041";  // "HTTP/1.1 101 A"
  for (int i = 0; i < 40'000; ++i) hex += "41";
  expect_failed_attempts({"answer", hex}, core::Cause::handshake);
}

TEST_F(BadServer, that_upgrades_with_a_wrong_key_is_refused) {
  // "HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
  // "Sec-WebSocket-Accept: AAAA\r\n\r\n"
  expect_failed_attempts(
      {"answer",
       "485454502f312e3120313031204f4b0d0a557067726164653a20776562736f636b65740d0a436f6e6e656374696"
       "f"
       "6e3a20557067726164650d0a5365632d576562536f636b65742d4163636570743a20414141410d0a0d0a"},
      core::Cause::handshake);
}

TEST_F(BadServer, that_says_101_and_nothing_else_of_it_is_refused) {
  expect_failed_attempts({"status", "101 Switching Protocols"}, core::Cause::handshake);
}

TEST_F(BadServer, that_masks_its_frames_breaks_the_protocol) {
  expect_close_code(
      "818100000000"
      "61",
      1002);
}

TEST_F(BadServer, that_uses_a_reserved_opcode_breaks_the_protocol) {
  expect_close_code("8300", 1002);
}

TEST_F(BadServer, that_sets_a_reserved_bit_breaks_the_protocol) {
  expect_close_code("c10161", 1002);
}

TEST_F(BadServer, that_continues_nothing_breaks_the_protocol) {
  expect_close_code("800161", 1002);
}

TEST_F(BadServer, that_fragments_a_ping_breaks_the_protocol) {
  expect_close_code("0900", 1002);
}

TEST_F(BadServer, that_closes_with_a_code_it_may_not_send_breaks_the_protocol) {
  expect_close_code("880203ed", 1002);  // 1005
}

TEST_F(BadServer, that_sends_text_that_is_no_utf_8_is_told_1007) {
  expect_close_code("8102c328", 1007);
}

TEST_F(BadServer, that_announces_more_than_a_message_may_have_is_told_1009) {
  expect_close_code("827f7fffffffffffffff", 1009);
}

}  // namespace
}  // namespace heartwire::integration
