#include "heartwire/ws/head.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace heartwire::ws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Head head_with(std::vector<Field> fields) {
  Head head;
  head.fields = std::move(fields);
  return head;
}

TEST(Head, finds_fields_without_regard_to_case) {
  const Head head = head_with({{"Host", "a"}, {"X-One", "1"}, {"x-one", "2"}});

  EXPECT_EQ(head.find("HOST"), "a");
  EXPECT_EQ(head.find("X-ONE"), "1");
  EXPECT_EQ(head.count("X-One"), 2U);
  EXPECT_EQ(head.find("X-On"), std::nullopt);
  EXPECT_EQ(head.count("Other"), 0U);
}

TEST(Head, reads_a_list_over_all_its_fields) {
  const Head head = head_with({{"P", " a , b,,"}, {"Q", "x"}, {"p", "c"}, {"P", ""}});

  EXPECT_THAT(head.list("p"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(head.list("none"), IsEmpty());
}

TEST(Head, compares_whole_tokens) {
  const Head head = head_with({{"Connection", "keep-alive, Upgrade"}});

  EXPECT_TRUE(head.has_token("connection", "upgrade"));
  EXPECT_FALSE(head.has_token("connection", "upgrad"));
  EXPECT_FALSE(head.has_token("connection", "keep"));
}

TEST(Head, knows_a_token) {
  EXPECT_TRUE(is_token("graphql-transport-ws"));
  EXPECT_TRUE(is_token("!#$%&'*+-.^_`|~09azAZ"));
  for (const char* text : {"", "a b", "a,b", "a:b", "a/b", "a\x7f", "\xc3\xa9", "a\n"})
    EXPECT_FALSE(is_token(text)) << text;
}

struct BadRow {
  Field field;
  const char* told;
};

const BadRow kFaults[] = {
    {{"", "x"}, "no valid header name"},
    {{"a b", "x"}, "no valid header name"},
    {{"a:", "x"}, "no valid header name"},
    {{"X\r\nY", "x"}, "\"X\\r\\nY\" is no valid header name"},
    {{"X", "a\r\nY: b"}, "control character"},
    {{"X", "a\nb"}, "control character"},
    {{"X", std::string("a\0b", 3)}, "control character"},
    {{"host", "x"}, "set by the handshake"},
    {{"Upgrade", "x"}, "set by the handshake"},
    {{"CONNECTION", "x"}, "set by the handshake"},
    {{"Content-Length", "0"}, "set by the handshake"},
    {{"transfer-encoding", "x"}, "set by the handshake"},
    {{"Sec-WebSocket-Key", "x"}, "set by the handshake"},
    {{"sec-websocket-anything", "x"}, "set by the handshake"},
};

TEST(Head, refuses_to_send_what_would_forge_or_contradict) {
  for (const BadRow& row : kFaults) {
    const Field fields[] = {{"Good", "value"}, row.field};
    const auto fault = fault_of_fields(fields);
    ASSERT_TRUE(fault) << row.told;
    EXPECT_THAT(fault->text, HasSubstr(row.told));
  }
}

TEST(Head, lets_ordinary_fields_pass) {
  const Field fields[] = {{"Authorization", "Bearer a.b.c"},
                          {"X-Tab", "a\tb"},
                          {"Cookie", "n=\xc3\xa9"},
                          {"Sec-WebSocket", "not reserved"}};

  EXPECT_FALSE(fault_of_fields(fields));
}

TEST(Head, writes_a_field_as_a_line) {
  std::string out = "GET / HTTP/1.1\r\n";

  append_field(out, "Host", "a");

  EXPECT_EQ(out, "GET / HTTP/1.1\r\nHost: a\r\n");
}

}  // namespace
}  // namespace heartwire::ws
