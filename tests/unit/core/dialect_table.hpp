#pragma once
// Tables of what a dialect makes of received messages, and hostile messages that every dialect must
// leave to the application.

#include "heartwire/core/dialect.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::core {

inline void PrintTo(Meaning meaning, std::ostream* out) {
  constexpr const char* kNames[] = {"application", "probe", "answer", "beat", "notice"};
  *out << kNames[static_cast<std::size_t>(meaning)];
}

inline MessageView text_message(std::string_view payload) {
  return {MessageType::text, payload};
}
inline MessageView binary_message(std::string_view payload) {
  return {MessageType::binary, payload};
}

struct DialectRow {
  Role role;
  MessageView message;
  Meaning meaning;
  std::string_view reply = {};
};

inline void expect_rows(const Dialect& dialect, const std::vector<DialectRow>& rows) {
  for (const DialectRow& row : rows) {
    SCOPED_TRACE(std::string(row.role == Role::client ? "client <- " : "server <- ") +
                 testing::PrintToString(row.message.payload));
    std::string reply = "left over";
    const Reading reading = dialect.read(row.role, row.message, reply);
    EXPECT_EQ(reading.meaning, row.meaning);
    EXPECT_EQ(reply, row.reply);
    if (!reply.empty()) {
      EXPECT_EQ(reading.reply_type, row.message.type);
    }
    EXPECT_EQ(reading.rhythm.has_value(), reading.meaning == Meaning::notice);
  }
}

/// Messages that are no heartbeat in any dialect, whoever reads them.
inline std::vector<std::string> hostile_payloads() {
  return {
      "",
      std::string(1, '\0'),
      "\xFF\xFE\xFD",
      "\xF0\x9F\x92",  // a character cut short
      "{\"type\":\"ping\xC3\"}",
      "[null,\"1\",\"phoenix\",\"phx_reply\",{\"a\":\"\xE2\x82\"}]",
      std::string(4000, '['),
      "{\"type\":\"ping\",\"deep\":" + std::string(1000, '[') + std::string(1000, ']') + "}",
      "{\"type\":\"ping\"",
      "{\"type\":\"ping\"}}",
      "{\"type\":ping}",
      "{'type':'ping'}",
      "{\"type\":\"ping\",}",
      "{\"type\":\"ping\"} // comment",
      "{\"type\":[\"ping\"]}",
      "{\"type\":{\"type\":\"ping\"}}",
      "[\"type\",\"ping\"]",
      "0{\"pingInterval\":1e999999999,\"pingTimeout\":20000}",
      "0{\"pingInterval\":" + std::string(3000, '9') + ",\"pingTimeout\":1}",
      "CONNECTED\nheart-beat:x,y\n\n",
      std::string("\x10\xFF\xFF\xFF\xFF\xFF", 6),
      std::string("\xC0\x00\x00", 3),
      "\r",
      "pong pong",
      std::string(1 << 20, '\n') + "x",
  };
}

inline void expect_all_left_to_the_application(const Dialect& dialect) {
  for (const std::string& payload : hostile_payloads()) {
    for (const Role role : {Role::client, Role::server}) {
      for (const MessageType type : {MessageType::text, MessageType::binary}) {
        SCOPED_TRACE(testing::PrintToString(payload.substr(0, 60)));
        std::string reply;
        EXPECT_EQ(dialect.read(role, {type, payload}, reply), Reading{});
        EXPECT_TRUE(reply.empty());
      }
    }
  }
}

/// Reads `rounds` messages made from `seeds` by cutting, joining and flipping. Whatever comes out,
/// what it says must hold together.
inline void read_mutations(const Dialect& dialect, const std::vector<std::string>& seeds,
                           int rounds) {
  std::mt19937 random(20240607);
  const auto below = [&random](std::size_t n) { return std::size_t{random()} % n; };
  for (int round = 0; round < rounds; ++round) {
    std::string payload = seeds[below(seeds.size())];
    for (std::size_t step = below(4); step > 0; --step) {
      const std::size_t at = below(payload.size() + 1);
      switch (below(4)) {
        case 0: payload.resize(at); break;
        case 1: payload.insert(at, 1, static_cast<char>(random())); break;
        case 2: payload.insert(at, seeds[below(seeds.size())]); break;
        default:
          if (at < payload.size()) payload[at] = static_cast<char>(random());
      }
    }
    const Role role = below(2) == 0 ? Role::client : Role::server;
    const MessageType type = below(4) == 0 ? MessageType::binary : MessageType::text;
    std::string reply;
    const Reading reading = dialect.read(role, {type, payload}, reply);
    ASSERT_TRUE(reply.empty() || reading.meaning == Meaning::probe);
    ASSERT_EQ(reading.rhythm.has_value(), reading.meaning == Meaning::notice);
    ASSERT_TRUE(!reading.sequence || reading.meaning == Meaning::answer);
  }
}

}  // namespace heartwire::core
