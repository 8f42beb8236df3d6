// What the message reader may and may not keep, counted at the allocator of this executable.

#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/message_reader.hpp"
#include "heartwire/ws/message_writer.hpp"
#include "tests/unit/ws/allocations.hpp"
#include "tests/unit/ws/wire.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::ws {
namespace {

using base::Bytes;
using test::hex;
using test::raw_frame;

constexpr MaskKey kKey = 0x1234ABCD;

class MessageReaderMemory : public testing::Test {
 protected:
  /// Reads all of `bytes` and returns how many steps there were beside NeedMore.
  int read(base::MutableByteView bytes) {
    int steps = 0;
    while (!std::holds_alternative<NeedMore>(reader_.next(bytes, limits_))) ++steps;
    return steps;
  }

  ReaderLimits limits_{.message_bytes_max = 1 << 20, .frame_bytes_max = 1 << 20};
  MessageReader reader_{Role::server};
};

TEST_F(MessageReaderMemory, messages_complete_in_one_read_allocate_nothing) {
  Bytes bytes;
  for (int i = 0; i < 100; ++i) {
    append_message(bytes, MessageType::text, base::as_bytes("hello"), kKey);
    append_ping(bytes, base::as_bytes("p"), kKey);
  }

  const std::size_t before = test::allocation_count();
  const int steps = read(bytes);

  EXPECT_EQ(test::allocation_count(), before);
  EXPECT_EQ(steps, 200);
  EXPECT_EQ(reader_.bytes_held(), 0U);
}

TEST_F(MessageReaderMemory, a_message_complete_in_one_read_is_a_view_of_it) {
  Bytes bytes = raw_frame(0x81, "hello", kKey);
  base::MutableByteView input{bytes};

  const ReadStep step = reader_.next(input, limits_);

  EXPECT_EQ(std::get<Message>(step).payload.data(), bytes.data() + 6);
}

TEST_F(MessageReaderMemory, a_claimed_length_reserves_nothing) {
  limits_ = {.message_bytes_max = std::uint64_t{1} << 62,
             .frame_bytes_max = std::uint64_t{1} << 62};
  Bytes bytes = hex("82ff 4000000000000000 00000000 01");

  read(bytes);

  EXPECT_TRUE(reader_.is_mid_message());
  EXPECT_LT(reader_.bytes_held(), 400U);
}

TEST_F(MessageReaderMemory, a_claim_over_the_limit_fails_and_holds_nothing) {
  Bytes bytes = hex("82ff 4000000000000000 00000000");
  base::MutableByteView input{bytes};

  const ReadStep step = reader_.next(input, limits_);

  EXPECT_EQ(std::get<ProtocolError>(step), ProtocolError::frame_too_big);
  EXPECT_EQ(reader_.bytes_held(), 0U);
}

TEST_F(MessageReaderMemory, what_is_held_grows_with_what_came_and_stays_under_the_limit) {
  const std::string payload(1 << 20, 'x');
  Bytes bytes = raw_frame(0x81, payload, kKey);
  base::MutableByteView rest{bytes};
  std::size_t came = 0;

  while (rest.size() > 1000) {
    read(rest.first(1000));
    rest = rest.subspan(1000);
    came += 1000;
    ASSERT_LE(reader_.bytes_held(), 2 * came + 400);
    ASSERT_LE(reader_.bytes_held(), limits_.message_bytes_max + 400);
  }
  EXPECT_EQ(read(rest), 1);
  EXPECT_EQ(reader_.bytes_held(), 0U);
}

TEST_F(MessageReaderMemory, fragments_are_held_under_the_limit_too) {
  const std::string payload(1 << 16, 'x');
  int steps = 0;
  for (int i = 0; i < 16; ++i) {
    Bytes bytes = raw_frame(i == 0 ? 0x01 : i == 15 ? 0x80 : 0x00, payload, kKey);
    steps += read(bytes);
    ASSERT_LE(reader_.bytes_held(), limits_.message_bytes_max + 400);
  }
  EXPECT_EQ(steps, 1);
  EXPECT_EQ(reader_.bytes_held(), 0U);
}

TEST_F(MessageReaderMemory, a_cut_ping_is_held_only_until_it_is_whole) {
  Bytes bytes = raw_frame(0x89, "probe", kKey);
  base::MutableByteView rest{bytes};

  read(rest.first(3));
  EXPECT_GT(reader_.bytes_held(), 0U);
  EXPECT_EQ(read(rest.subspan(3)), 1);

  EXPECT_EQ(reader_.bytes_held(), 0U);
}

TEST_F(MessageReaderMemory, a_spent_big_buffer_is_not_kept_for_the_next_message) {
  Bytes bytes = test::joined({raw_frame(0x01, std::string(100000, 'x'), kKey),
                              raw_frame(0x80, "y", kKey), raw_frame(0x01, "z", kKey)});

  read(bytes);

  EXPECT_TRUE(reader_.is_mid_message());
  EXPECT_LT(reader_.bytes_held(), 1000U);
}

}  // namespace
}  // namespace heartwire::ws
