#include "heartwire/ws/message_writer.hpp"

#include "heartwire/ws/message_reader.hpp"
#include "tests/unit/ws/wire.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace heartwire::ws {
namespace {

using test::hex;

TEST(MessageWriter, a_server_sends_in_the_clear_and_a_client_masked) {
  base::Bytes out;

  append_message(out, MessageType::text, base::as_bytes("hi"), std::nullopt);
  append_message(out, MessageType::binary, base::as_bytes("hi"), 0x01010101);

  EXPECT_EQ(out, hex("81 02 68 69  82 82 01010101 69 68"));
}

TEST(MessageWriter, a_fan_out_is_encoded_once_as_any_server_message) {
  base::Bytes out;
  const std::string text(70000, 'x');
  append_message(out, MessageType::text, base::as_bytes(text), std::nullopt);

  EXPECT_EQ(encode_message(MessageType::text, base::as_bytes(text)), out);
}

TEST(MessageWriter, control_frames_carry_their_payload) {
  base::Bytes out;

  append_ping(out, base::as_bytes("ab"), std::nullopt);
  append_pong(out, {}, std::nullopt);

  EXPECT_EQ(out, hex("89 02 61 62  8a 00"));
}

TEST(MessageWriter, fragments_are_cut_to_size_each_with_its_own_key) {
  base::Bytes out;
  MaskKey next = 1;

  append_fragmented(out, MessageType::text, base::as_bytes("abcde"), 2,
                    [&] { return std::optional<MaskKey>{next++}; });

  EXPECT_EQ(out, test::joined({test::raw_frame(0x01, "ab", 1), test::raw_frame(0x00, "cd", 2),
                               test::raw_frame(0x80, "e", 3)}));
}

TEST(MessageWriter, a_message_that_fits_or_is_empty_is_one_frame) {
  base::Bytes out;
  const auto unmasked = [] { return std::optional<MaskKey>{}; };

  append_fragmented(out, MessageType::binary, base::as_bytes("ab"), 2, unmasked);
  append_fragmented(out, MessageType::text, {}, 2, unmasked);

  EXPECT_EQ(out, hex("82 02 61 62  81 00"));
}

TEST(MessageWriter, what_it_writes_the_other_role_reads) {
  const ReaderLimits limits;
  base::Rng rng{5};
  for (const std::size_t size : {0U, 1U, 125U, 126U, 65535U, 65536U, 200000U}) {
    base::Bytes payload(size);
    for (auto& octet : payload) octet = static_cast<std::uint8_t>(rng.next());
    base::Bytes out;
    append_fragmented(out, MessageType::binary, payload, 1 + rng.below(size + 1),
                      [&] { return std::optional<MaskKey>{static_cast<MaskKey>(rng.next())}; });

    MessageReader reader{Role::server};
    base::MutableByteView input{out};
    const ReadStep step = reader.next(input, limits);

    ASSERT_TRUE(std::holds_alternative<Message>(step)) << size;
    const base::ByteView got = std::get<Message>(step).payload;
    EXPECT_EQ(base::Bytes(got.begin(), got.end()), payload);
  }
}

}  // namespace
}  // namespace heartwire::ws
