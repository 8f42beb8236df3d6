#include "heartwire/client/inbox.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::client {
namespace {

constexpr std::size_t kPayload = 100 - Inbox::kMessageOverhead;

core::MessageView text(std::string_view payload) {
  return {core::MessageType::text, payload};
}

TEST(Inbox, hands_out_what_came_in_order) {
  Inbox inbox(1000);
  inbox.push(text("one"));
  inbox.push({core::MessageType::binary, "two"});
  EXPECT_EQ(inbox.count(), 2u);
  EXPECT_EQ(inbox.pop()->message, (core::Message{core::MessageType::text, "one"}));
  EXPECT_EQ(inbox.pop()->message, (core::Message{core::MessageType::binary, "two"}));
  EXPECT_FALSE(inbox.pop());
  EXPECT_TRUE(inbox.is_empty());
  EXPECT_EQ(inbox.bytes(), 0u);
}

TEST(Inbox, pauses_once_at_its_bound_and_resumes_once_at_half) {
  Inbox inbox(400);
  const std::string payload(kPayload, 'x');
  EXPECT_FALSE(inbox.push(text(payload)));
  EXPECT_FALSE(inbox.push(text(payload)));
  EXPECT_FALSE(inbox.push(text(payload)));
  EXPECT_TRUE(inbox.push(text(payload)));
  EXPECT_FALSE(inbox.push(text(payload)));  // It was read already.
  EXPECT_EQ(inbox.bytes(), 500u);

  EXPECT_FALSE(inbox.pop()->is_resuming);
  EXPECT_FALSE(inbox.pop()->is_resuming);
  EXPECT_TRUE(inbox.pop()->is_resuming);
  EXPECT_FALSE(inbox.pop()->is_resuming);
}

TEST(Inbox, counts_empty_messages) {
  Inbox inbox(1000);
  int count = 1;
  while (!inbox.push(text(""))) ++count;
  EXPECT_LE(static_cast<std::size_t>(count), 1000 / Inbox::kMessageOverhead + 1);
}

TEST(Inbox, without_room_takes_one_message_at_a_time) {
  Inbox inbox(0);
  EXPECT_TRUE(inbox.push(text("x")));
  EXPECT_TRUE(inbox.pop()->is_resuming);
}

TEST(Inbox, names_its_errors) {
  EXPECT_STREQ(describe(ReceiveError::timeout), "no message came in time");
  EXPECT_STREQ(describe(ReceiveError::closed), "the client was closed or gave up");
}

}  // namespace
}  // namespace heartwire::client
