#include "heartwire/core/outbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace heartwire::core {
namespace {

using base::Duration;
using base::Instant;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

constexpr Instant at(Duration since_start) {
  return base::instant(seconds{1000} + since_start);
}
constexpr Instant kStart = at(Duration::zero());

Message text(std::string payload) {
  return {MessageType::text, std::move(payload)};
}
SendOptions keyed(std::string key) {
  return {std::nullopt, std::move(key)};
}
SendOptions mortal(Duration time_to_live) {
  return {time_to_live, {}};
}

/// The suite (named as the class it tests): an outbox with room for a thousand small messages.
class Outbox : public testing::Test {
 protected:
  OutboxOptions options{100'000, WhenNotOpen::queue};
  core::Outbox outbox{options};

  MessageId push(const std::string& payload, SendOptions send = {}, Instant now = kStart) {
    return outbox.push(now, text(payload), std::move(send)).value();
  }

  /// Takes all that waits, as payloads.
  std::vector<std::string> take_all(Instant now = kStart) {
    std::vector<std::string> payloads;
    while (const auto taken = outbox.take(now)) payloads.emplace_back(taken->message.payload);
    return payloads;
  }

  std::vector<MessageId> expired(Instant now) {
    std::vector<MessageId> ids;
    while (const auto id = outbox.poll_expired(now)) ids.push_back(*id);
    return ids;
  }
};

TEST_F(Outbox, hands_messages_out_in_order) {
  push("a");
  push("b");
  push("c");

  EXPECT_THAT(take_all(), ElementsAre("a", "b", "c"));
  EXPECT_FALSE(outbox.has_waiting());
  EXPECT_EQ(outbox.take(kStart), std::nullopt);
}

TEST_F(Outbox, keeps_the_type_of_a_message) {
  outbox.push(kStart, {MessageType::binary, std::string("\0\xff", 2)}, {}).value();

  EXPECT_EQ(outbox.take(kStart)->message,
            (MessageView{MessageType::binary, std::string_view("\0\xff", 2)}));
}

TEST_F(Outbox, a_message_counts_until_it_is_written) {
  const MessageId id = push("hello");
  const std::size_t bytes = 5 + core::Outbox::kMessageOverhead;

  outbox.take(kStart);
  EXPECT_EQ(outbox.count(), 1U);
  EXPECT_EQ(outbox.bytes(), bytes);

  outbox.on_written(id);
  EXPECT_EQ(outbox.count(), 0U);
  EXPECT_EQ(outbox.bytes(), 0U);
}

TEST_F(Outbox, shows_the_newest_message_in_flight_while_it_is) {
  const MessageId first = push("a");
  const MessageId second = push("b");
  EXPECT_FALSE(outbox.newest_in_flight());
  outbox.take(kStart);
  EXPECT_EQ(outbox.newest_in_flight()->id, first);
  outbox.take(kStart);
  push("c");

  EXPECT_EQ(outbox.newest_in_flight()->id, second);
  EXPECT_EQ(outbox.newest_in_flight()->message.payload, "b");
  outbox.on_written(first);
  EXPECT_EQ(outbox.newest_in_flight()->id, second);
  outbox.on_written(second);
  EXPECT_FALSE(outbox.newest_in_flight());
}

TEST_F(Outbox, what_was_in_flight_at_a_loss_comes_first_and_in_order) {
  const MessageId first = push("a");
  push("b");
  push("c");
  push("d");
  outbox.take(kStart);
  outbox.take(kStart);
  outbox.take(kStart);
  outbox.on_written(first);

  outbox.on_lost();

  EXPECT_THAT(take_all(), ElementsAre("b", "c", "d"));
}

TEST_F(Outbox, refuses_what_does_not_fit_and_changes_nothing) {
  options.outbox_bytes_max = 2 * (core::Outbox::kMessageOverhead + 10);
  push("0123456789");
  push("0123456789");

  const auto refused = outbox.push(kStart, text(""), {});

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), SendError::outbox_full);
  EXPECT_EQ(outbox.count(), 2U);
  EXPECT_EQ(outbox.bytes(), options.outbox_bytes_max);
}

TEST_F(Outbox, tells_a_message_that_can_never_fit) {
  options.outbox_bytes_max = core::Outbox::kMessageOverhead + 10;

  EXPECT_EQ(outbox.push(kStart, text("01234567890"), {}).error(), SendError::too_large);
  EXPECT_EQ(outbox.push(kStart, text("0123456789"), keyed("k")).error(), SendError::too_large)
      << "keys take memory too";
  EXPECT_TRUE(outbox.push(kStart, text("0123456789"), {}));
}

TEST_F(Outbox, has_room_again_once_a_message_is_written) {
  options.outbox_bytes_max = core::Outbox::kMessageOverhead + 1;
  const MessageId id = push("a");
  outbox.take(kStart);
  EXPECT_FALSE(outbox.push(kStart, text("b"), {}));

  outbox.on_written(id);

  EXPECT_TRUE(outbox.push(kStart, text("b"), {}));
}

TEST_F(Outbox, a_newer_message_replaces_the_one_with_its_key_in_its_place) {
  const MessageId old_price = push("price 1", keyed("price"));
  push("chat");
  std::optional<MessageId> replaced;

  const MessageId new_price =
      outbox.push(kStart, text("price two"), keyed("price"), &replaced).value();

  EXPECT_EQ(replaced, old_price);
  EXPECT_NE(new_price, old_price);
  EXPECT_EQ(outbox.count(), 2U);
  EXPECT_EQ(outbox.bytes(), 2 * core::Outbox::kMessageOverhead + 9 + 5 + 4);
  EXPECT_THAT(take_all(), ElementsAre("price two", "chat"));
}

TEST_F(Outbox, nothing_is_replaced_under_another_key_or_none) {
  std::optional<MessageId> replaced = 7;
  push("a", keyed("x"));
  outbox.push(kStart, text("b"), keyed("y"), &replaced).value();
  EXPECT_EQ(replaced, std::nullopt);
  push("c");
  outbox.push(kStart, text("d"), {}, &replaced).value();

  EXPECT_EQ(replaced, std::nullopt);
  EXPECT_THAT(take_all(), ElementsAre("a", "b", "c", "d"));
}

TEST_F(Outbox, what_is_in_flight_is_not_replaced) {
  push("old", keyed("k"));
  outbox.take(kStart);
  std::optional<MessageId> replaced;

  outbox.push(kStart, text("new"), keyed("k"), &replaced).value();

  EXPECT_EQ(replaced, std::nullopt);
  EXPECT_EQ(outbox.count(), 2U);
}

TEST_F(Outbox, a_replacement_fits_where_the_replaced_was) {
  options.outbox_bytes_max = core::Outbox::kMessageOverhead + 6;
  push("12345", keyed("k"));

  EXPECT_TRUE(outbox.push(kStart, text("abcde"), keyed("k")));
  EXPECT_EQ(outbox.push(kStart, text("abcdef"), keyed("k")).error(), SendError::too_large);
  EXPECT_THAT(take_all(), ElementsAre("abcde"));
}

TEST_F(Outbox, a_refused_replacement_leaves_the_older_message) {
  options.outbox_bytes_max = 2 * core::Outbox::kMessageOverhead + 3;
  push("a", keyed("k"));
  push("b");
  std::optional<MessageId> replaced;

  EXPECT_EQ(outbox.push(kStart, text("aa"), keyed("k"), &replaced).error(), SendError::outbox_full);

  EXPECT_EQ(replaced, std::nullopt);
  EXPECT_THAT(take_all(), ElementsAre("a", "b"));
}

TEST_F(Outbox, a_message_expires_with_a_word) {
  push("for ever");
  const MessageId id = push("soon", mortal(seconds{2}));
  EXPECT_EQ(outbox.deadline(), at(seconds{2}));

  EXPECT_THAT(expired(at(milliseconds{1999})), ElementsAre());
  EXPECT_THAT(expired(at(seconds{2})), ElementsAre(id));

  EXPECT_EQ(outbox.deadline(), std::nullopt);
  EXPECT_EQ(outbox.bytes(), core::Outbox::kMessageOverhead + 8);
  EXPECT_THAT(take_all(at(seconds{2})), ElementsAre("for ever"));
}

TEST_F(Outbox, expired_messages_are_told_oldest_first) {
  const MessageId first = push("a", mortal(seconds{3}));
  const MessageId second = push("b", mortal(seconds{1}));
  push("c", mortal(seconds{9}));
  const MessageId fourth = push("d", mortal(seconds{2}));

  EXPECT_THAT(expired(at(seconds{5})), ElementsAre(first, second, fourth));
  EXPECT_EQ(outbox.deadline(), at(seconds{9}));
}

TEST_F(Outbox, an_expired_message_is_not_handed_out_but_told_at_once) {
  const MessageId id = push("stale", mortal(seconds{1}));
  push("fresh");

  EXPECT_THAT(take_all(at(seconds{4})), ElementsAre("fresh"));

  EXPECT_EQ(outbox.deadline(), at(seconds{1})) << "there is something to tell";
  EXPECT_THAT(expired(at(seconds{4})), ElementsAre(id));
  EXPECT_EQ(outbox.deadline(), std::nullopt);
}

TEST_F(Outbox, expired_messages_make_room) {
  options.outbox_bytes_max = core::Outbox::kMessageOverhead + 1;
  push("a", mortal(seconds{1}));

  EXPECT_FALSE(outbox.push(kStart, text("b"), {}));
  EXPECT_TRUE(outbox.push(at(seconds{1}), text("b"), {}));
}

TEST_F(Outbox, a_message_in_flight_does_not_expire) {
  push("a", mortal(seconds{1}));
  outbox.take(kStart);

  EXPECT_EQ(outbox.deadline(), std::nullopt);
  EXPECT_THAT(expired(at(seconds{9})), ElementsAre());
}

TEST_F(Outbox, a_message_lost_in_flight_may_expire_again) {
  const MessageId id = push("a", mortal(seconds{1}));
  push("b");
  outbox.take(kStart);
  outbox.take(kStart);

  outbox.on_lost();

  EXPECT_EQ(outbox.deadline(), at(seconds{1}));
  EXPECT_THAT(expired(at(seconds{1})), ElementsAre(id));
  EXPECT_THAT(take_all(at(seconds{1})), ElementsAre("b"));
}

TEST_F(Outbox, no_time_to_live_wraps) {
  push("never", mortal(Duration::max()));
  const MessageId now = push("now", mortal(Duration::zero()));
  const MessageId past = push("past", mortal(Duration::min()));

  EXPECT_EQ(take_all(), std::vector<std::string>{"never"});
  EXPECT_THAT(expired(kStart), testing::UnorderedElementsAre(now, past));
  EXPECT_EQ(outbox.deadline(), std::nullopt);
}

TEST_F(Outbox, a_replacement_brings_its_own_time_to_live) {
  push("a", {Duration{seconds{1}}, "k"});
  push("b", keyed("k"));

  EXPECT_EQ(outbox.deadline(), std::nullopt);
  EXPECT_THAT(expired(at(seconds{5})), ElementsAre());
}

TEST_F(Outbox, a_waiting_message_can_be_taken_back) {
  push("a");
  const MessageId id = push("b", mortal(seconds{1}));
  push("c");

  EXPECT_EQ(outbox.take_back(id), text("b"));

  EXPECT_EQ(outbox.take_back(id), std::nullopt);
  EXPECT_EQ(outbox.deadline(), std::nullopt);
  EXPECT_THAT(take_all(), ElementsAre("a", "c"));
}

TEST_F(Outbox, what_is_in_flight_or_unknown_cannot_be_taken_back) {
  const MessageId id = push("a");
  outbox.take(kStart);

  EXPECT_EQ(outbox.take_back(id), std::nullopt);
  EXPECT_EQ(outbox.take_back(0), std::nullopt);
  EXPECT_EQ(outbox.take_back(99), std::nullopt);
  EXPECT_EQ(outbox.count(), 1U);
}

TEST_F(Outbox, all_that_waits_can_be_taken_back) {
  const MessageId first = push("a");
  const MessageId second = push("b", mortal(seconds{1}));
  const MessageId third = push("c");
  outbox.take(kStart);

  EXPECT_THAT(outbox.take_back_all(),
              ElementsAre(Unsent{second, text("b")}, Unsent{third, text("c")}));

  EXPECT_FALSE(outbox.has_waiting());
  EXPECT_EQ(outbox.deadline(), std::nullopt);
  outbox.on_written(first);
  EXPECT_EQ(outbox.bytes(), 0U);
}

TEST_F(Outbox, stays_in_order_over_a_long_flow_that_never_runs_empty) {
  push("0");
  for (int round = 0; round < 1000; ++round) {
    push(std::to_string(round + 1));
    const auto taken = outbox.take(kStart);
    ASSERT_EQ(taken->message.payload, std::to_string(round));
    outbox.on_written(taken->id);
    ASSERT_EQ(outbox.count(), 1U);
  }
}

TEST_F(Outbox, a_bug_in_what_was_written_stops_the_program) {
  push("a");
  const MessageId second = push("b");
  EXPECT_DEATH(outbox.on_written(second), "check failed");
  outbox.take(kStart);
  outbox.take(kStart);
  EXPECT_DEATH(outbox.on_written(second), "check failed");
}

TEST_F(Outbox, a_script_that_succeeds_survives_a_loss_at_every_step) {
  const std::vector<std::string> payloads{"a", "b", "c"};
  // Each round is a write of one message in two steps, taken and written; the loss comes after
  // `steps` of them.
  for (std::size_t steps = 0; steps <= 2 * payloads.size(); ++steps) {
    core::Outbox lossy(options);
    for (const auto& payload : payloads) lossy.push(kStart, text(payload), {}).value();
    std::vector<std::string> written;
    for (std::size_t step = 0; step < steps; step += 2) {
      const auto taken = lossy.take(kStart);
      if (step + 1 == steps) break;
      written.emplace_back(taken->message.payload);
      lossy.on_written(taken->id);
    }

    lossy.on_lost();

    while (const auto taken = lossy.take(kStart)) {
      written.emplace_back(taken->message.payload);
      lossy.on_written(taken->id);
    }
    EXPECT_EQ(written, payloads) << "lost after " << steps << " steps";
    EXPECT_EQ(lossy.bytes(), 0U);
  }
}

TEST_F(Outbox, every_error_has_words_of_its_own) {
  std::set<std::string> words;
  for (const SendError error : {SendError::not_open, SendError::outbox_full, SendError::too_large,
                                SendError::closed, SendError::invalid_text}) {
    words.insert(describe(error));
  }
  EXPECT_EQ(words.size(), 5U);
}

}  // namespace
}  // namespace heartwire::core
