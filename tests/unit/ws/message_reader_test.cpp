#include "heartwire/ws/message_reader.hpp"

#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/message_writer.hpp"
#include "tests/unit/ws/wire.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace heartwire::ws {
namespace {

using base::Bytes;
using test::hex;
using test::joined;
using test::raw_frame;

using Told = std::vector<std::string>;

std::string tell(const ReadStep& step) {
  if (const auto* message = std::get_if<Message>(&step))
    return (message->type == MessageType::text ? "text " : "binary ") +
           std::string{base::as_text(message->payload)};
  if (const auto* ping = std::get_if<Ping>(&step))
    return "ping " + std::string{base::as_text(ping->payload)};
  if (const auto* pong = std::get_if<Pong>(&step))
    return "pong " + std::string{base::as_text(pong->payload)};
  if (const auto* close = std::get_if<CloseFrame>(&step))
    return "close " + std::to_string(close->code.value_or(0)) + ' ' + std::string{close->reason};
  if (const auto* error = std::get_if<ProtocolError>(&step))
    return "error: " + std::string{describe(*error)};
  return "need more";
}

/// Gives `reader` the bytes in pieces and tells every step but NeedMore, up to the last one.
Told read(MessageReader& reader, Bytes bytes, const std::vector<std::size_t>& way,
          const ReaderLimits& limits = {}) {
  Told told;
  base::MutableByteView rest{bytes};
  for (const std::size_t size : way) {
    base::MutableByteView piece = rest.first(size);
    rest = rest.subspan(size);
    for (;;) {
      const ReadStep step = reader.next(piece, limits);
      if (std::holds_alternative<NeedMore>(step)) break;
      told.push_back(tell(step));
      if (std::holds_alternative<ProtocolError>(step)) return told;
    }
    EXPECT_TRUE(piece.empty());
  }
  return told;
}

Told read_whole(const Bytes& bytes, Role role = Role::server, const ReaderLimits& limits = {},
                std::uint8_t rsv_allowed = 0) {
  MessageReader reader{role, rsv_allowed};
  return read(reader, bytes, {bytes.size()}, limits);
}

std::string fault(ProtocolError error) {
  return "error: " + std::string{describe(error)};
}

constexpr MaskKey kKey = 0x1234ABCD;

struct Row {
  const char* what;
  std::vector<Bytes> frames;
  Told told;
};

const std::string kLong(70000, 'x');

const Row kMessages[] = {
    {"text", {raw_frame(0x81, "Hello", kKey)}, {"text Hello"}},
    {"binary that is not UTF-8", {raw_frame(0x82, "\xff\xfe", kKey)}, {"binary \xff\xfe"}},
    {"empty text", {raw_frame(0x81, "", kKey)}, {"text "}},
    {"empty ping", {raw_frame(0x89, "", kKey)}, {"ping "}},
    {"two messages",
     {raw_frame(0x81, "a", kKey), raw_frame(0x82, "b", kKey + 1)},
     {"text a", "binary b"}},
    {"lengths of two and eight octets",
     {raw_frame(0x81, std::string(300, 'y'), kKey), raw_frame(0x82, kLong, kKey)},
     {"text " + std::string(300, 'y'), "binary " + kLong}},
    {"fragments",
     {raw_frame(0x01, "Hel", kKey), raw_frame(0x00, "l", kKey + 1), raw_frame(0x80, "o", kKey)},
     {"text Hello"}},
    {"empty fragments",
     {raw_frame(0x01, "", kKey), raw_frame(0x00, "", kKey), raw_frame(0x80, "", kKey)},
     {"text "}},
    {"control frames between fragments",
     {raw_frame(0x02, "a", kKey), raw_frame(0x89, "p", kKey), raw_frame(0x00, "b", kKey),
      raw_frame(0x8A, "q", kKey), raw_frame(0x80, "c", kKey)},
     {"ping p", "pong q", "binary abc"}},
    {"longest ping between fragments",
     {raw_frame(0x01, "a", kKey), raw_frame(0x89, std::string(125, 'p'), kKey),
      raw_frame(0x80, "b", kKey)},
     {"ping " + std::string(125, 'p'), "text ab"}},
    {"fragments, then a whole message, then fragments",
     {raw_frame(0x01, "a", kKey), raw_frame(0x80, "b", kKey), raw_frame(0x81, "cd", kKey),
      raw_frame(0x02, "e", kKey), raw_frame(0x80, "f", kKey)},
     {"text ab", "text cd", "binary ef"}},
    {"a character cut by fragments",
     {raw_frame(0x01, "\xe2", kKey), raw_frame(0x00, "\x82", kKey), raw_frame(0x80, "\xac", kKey)},
     {"text \xe2\x82\xac"}},
};

const Row kCloses[] = {
    {"close without code", {raw_frame(0x88, "", kKey)}, {"close 0 "}},
    {"close with code and reason",
     {raw_frame(0x88,
                "\x03\xe9"
                "bye",
                kKey)},
     {"close 1001 bye"}},
    {"nothing is read after a close",
     {raw_frame(0x88, "\x03\xe8", kKey), raw_frame(0x81, "late", kKey), hex("ff ff ff")},
     {"close 1000 "}},
    {"close between fragments",
     {raw_frame(0x01, "a", kKey), raw_frame(0x88, "\x03\xe8", kKey), raw_frame(0x80, "b", kKey)},
     {"close 1000 "}},
};

const Row kFaults[] = {
    {"continuation of nothing",
     {raw_frame(0x80, "a", kKey)},
     {fault(ProtocolError::continuation_unexpected)}},
    {"continuation after a whole message",
     {raw_frame(0x81, "a", kKey), raw_frame(0x80, "b", kKey)},
     {"text a", fault(ProtocolError::continuation_unexpected)}},
    {"message inside a message",
     {raw_frame(0x01, "a", kKey), raw_frame(0x81, "b", kKey)},
     {fault(ProtocolError::message_unfinished)}},
    {"text that is not UTF-8",
     {raw_frame(0x81, "a\xff", kKey)},
     {fault(ProtocolError::text_not_utf8)}},
    {"text that ends in a character",
     {raw_frame(0x81, "a\xe2\x82", kKey)},
     {fault(ProtocolError::text_not_utf8)}},
    {"fragments that end in a character",
     {raw_frame(0x01, "a\xe2", kKey), raw_frame(0x80, "\x82", kKey)},
     {fault(ProtocolError::text_not_utf8)}},
    {"close of one octet",
     {raw_frame(0x88, "\x03", kKey)},
     {fault(ProtocolError::close_payload_of_one_byte)}},
    {"close with 1005",
     {raw_frame(0x88, "\x03\xed", kKey)},
     {fault(ProtocolError::close_code_invalid)}},
    {"close with a reason that is not UTF-8",
     {raw_frame(0x88, "\x03\xe8\xc0", kKey)},
     {fault(ProtocolError::close_reason_not_utf8)}},
    {"unmasked", {raw_frame(0x81, "a")}, {fault(ProtocolError::mask_missing)}},
    {"reserved opcode", {raw_frame(0x83, "", kKey)}, {fault(ProtocolError::reserved_opcode)}},
    {"reserved bit", {raw_frame(0xC1, "", kKey)}, {fault(ProtocolError::reserved_bits_set)}},
    {"fragmented ping", {raw_frame(0x09, "", kKey)}, {fault(ProtocolError::control_fragmented)}},
    {"long pong",
     {raw_frame(0x8A, std::string(126, 'p'), kKey)},
     {fault(ProtocolError::control_too_long)}},
};

void expect_same_however_cut(const Row& row) {
  base::Rng rng{1};
  const Bytes bytes = joined(row.frames);
  for (const auto& way : test::ways_to_cut(bytes.size(), rng)) {
    MessageReader reader{Role::server};
    ASSERT_EQ(read(reader, bytes, way), row.told) << row.what << ", pieces: " << way.size();
    EXPECT_EQ(reader.bytes_held(), 0U) << row.what;
  }
}

TEST(MessageReader, assembles_messages_however_the_bytes_are_cut) {
  for (const Row& row : kMessages) expect_same_however_cut(row);
}

TEST(MessageReader, reads_one_close_and_nothing_after_it_however_the_bytes_are_cut) {
  for (const Row& row : kCloses) expect_same_however_cut(row);
}

TEST(MessageReader, refuses_each_fault_however_the_bytes_are_cut) {
  for (const Row& row : kFaults) expect_same_however_cut(row);
}

TEST(MessageReader, random_sequences_survive_random_cuts) {
  base::Rng rng{2};
  for (int round = 0; round < 300; ++round) {
    Bytes bytes;
    Told expected;
    const auto key = [&] { return std::optional{static_cast<MaskKey>(rng.next())}; };
    for (std::uint64_t i = rng.below(8); i-- > 0;) {
      const std::string text(static_cast<std::size_t>(rng.below(300)), 'a');
      append_fragmented(bytes, MessageType::text, base::as_bytes(text),
                        static_cast<std::size_t>(1 + rng.below(200)), key);
      expected.push_back("text " + text);
      const std::string probe(static_cast<std::size_t>(rng.below(126)), 'p');
      append_ping(bytes, base::as_bytes(probe), key());
      expected.push_back("ping " + probe);
    }
    for (const auto& way : test::ways_to_cut(bytes.size(), rng, 4)) {
      MessageReader reader{Role::server};
      ASSERT_EQ(read(reader, bytes, way), expected) << round;
    }
  }
}

TEST(MessageReader, a_client_reads_what_is_not_masked_and_only_that) {
  EXPECT_EQ(read_whole(raw_frame(0x81, "a"), Role::client), Told{"text a"});
  EXPECT_EQ(read_whole(raw_frame(0x81, "a", kKey), Role::client),
            Told{fault(ProtocolError::mask_unexpected)});
}

TEST(MessageReader, a_wrong_octet_fails_before_the_message_is_whole) {
  Bytes bytes = raw_frame(0x81, "good\xff" + std::string(1000, 'x'), kKey);
  bytes.resize(6 + 2 + 5);
  MessageReader reader{Role::server};

  EXPECT_EQ(read(reader, bytes, {bytes.size()}), Told{fault(ProtocolError::text_not_utf8)});
}

TEST(MessageReader, a_fault_is_final_and_repeated) {
  const ReaderLimits limits;
  MessageReader reader{Role::server};
  read(reader, raw_frame(0x83, "", kKey), {6});

  Bytes more = raw_frame(0x81, "a", kKey);
  base::MutableByteView input{more};

  EXPECT_EQ(tell(reader.next(input, limits)), fault(ProtocolError::reserved_opcode));
  EXPECT_TRUE(input.empty());
}

TEST(MessageReader, limits_hold_at_the_header_that_breaks_them) {
  const ReaderLimits limits{.message_bytes_max = 10, .frame_bytes_max = 8, .fragments_max = 3};
  const auto told = [&](const std::vector<Bytes>& frames) {
    return read_whole(joined(frames), Role::client, limits);
  };
  const Bytes header_of_9 = hex("8209");

  EXPECT_EQ(told({raw_frame(0x82, "12345678")}), Told{"binary 12345678"});
  EXPECT_EQ(told({header_of_9}), Told{fault(ProtocolError::frame_too_big)});
  EXPECT_EQ(told({raw_frame(0x02, "12345"), raw_frame(0x80, "67890")}), Told{"binary 1234567890"});
  EXPECT_EQ(told({raw_frame(0x02, "12345"), hex("8006")}),
            Told{fault(ProtocolError::message_too_big)});
  EXPECT_EQ(told({raw_frame(0x02, ""), raw_frame(0x00, ""), raw_frame(0x80, "")}), Told{"binary "});
  EXPECT_EQ(
      told({raw_frame(0x02, ""), raw_frame(0x00, ""), raw_frame(0x00, ""), raw_frame(0x00, "")}),
      Told{fault(ProtocolError::fragments_too_many)});
  EXPECT_EQ(told({hex("827f 7fffffffffffffff")}), Told{fault(ProtocolError::frame_too_big)});
}

TEST(MessageReader, a_message_limit_below_the_frame_limit_holds_too) {
  const ReaderLimits limits{.message_bytes_max = 4};

  EXPECT_EQ(read_whole(hex("8205"), Role::client, limits),
            Told{fault(ProtocolError::message_too_big)});
}

TEST(MessageReader, an_encoded_message_may_be_a_sixteenth_longer_and_no_more) {
  const ReaderLimits limits{.message_bytes_max = 160, .frame_bytes_max = 160};
  const auto told = [&](const Bytes& bytes) {
    return read_whole(bytes, Role::client, limits, kRsv1);
  };
  const std::string most(160 + 10 + 64, 'x');

  EXPECT_EQ(told(raw_frame(0xc2, most)).front().substr(0, 7), "binary ");
  EXPECT_EQ(told(hex("c27e 00eb")), Told{fault(ProtocolError::frame_too_big)});
  EXPECT_EQ(told(joined({raw_frame(0x42, most), raw_frame(0x80, "y")})),
            Told{fault(ProtocolError::message_too_big)});
  EXPECT_EQ(told(hex("827e 00a1")), Told{fault(ProtocolError::frame_too_big)}) << "not encoded";
}

TEST(MessageReader, holds_the_last_ping_that_it_is_given_and_reads_on) {
  MessageReader reader{Role::client};
  reader.hold_ping(base::as_bytes("one"));
  reader.hold_ping(base::as_bytes("two"));
  Bytes bytes = raw_frame(0x81, "text");
  base::MutableByteView input{bytes};

  EXPECT_EQ(tell(reader.next(input, {})), "text text");
  ASSERT_TRUE(reader.is_holding_ping());
  EXPECT_GT(reader.bytes_held(), 0u);
  EXPECT_EQ(base::as_text(reader.take_held_ping()), "two");
  EXPECT_FALSE(reader.is_holding_ping());
  EXPECT_TRUE(std::holds_alternative<NeedMore>(reader.next(input, {})));
  EXPECT_EQ(reader.bytes_held(), 0u);
}

TEST(MessageReader, each_message_counts_its_own_bytes_and_fragments) {
  const ReaderLimits limits{.message_bytes_max = 4, .fragments_max = 2};
  std::vector<Bytes> frames;
  Told expected;
  for (int i = 0; i < 5; ++i) {
    frames.push_back(raw_frame(0x02, "12"));
    frames.push_back(raw_frame(0x80, "34"));
    expected.push_back("binary 1234");
  }

  EXPECT_EQ(read_whole(joined(frames), Role::client, limits), expected);
}

TEST(MessageReader, hands_a_message_of_an_extension_out_raw) {
  const ReaderLimits limits;
  MessageReader reader{Role::client, kRsv1};
  Bytes bytes = joined({raw_frame(0xC1, "\xff\x00\xff"), raw_frame(0x41, "\xff"),
                        raw_frame(0x80, "\xfe"), raw_frame(0x81, "plain")});
  base::MutableByteView input{bytes};

  const ReadStep whole = reader.next(input, limits);
  EXPECT_EQ(std::get<Message>(whole).rsv, kRsv1);
  const ReadStep fragmented = reader.next(input, limits);
  EXPECT_EQ(std::get<Message>(fragmented).rsv, kRsv1);
  EXPECT_EQ(tell(fragmented), "text \xff\xfe");
  const ReadStep plain = reader.next(input, limits);
  EXPECT_EQ(std::get<Message>(plain).rsv, 0);
}

TEST(MessageReader, knows_whether_a_message_is_under_way) {
  MessageReader reader{Role::client};
  const auto after = [&](Bytes bytes) {
    read(reader, bytes, {bytes.size()});
    return reader.is_mid_message();
  };

  EXPECT_FALSE(after(raw_frame(0x81, "a")));
  EXPECT_FALSE(after(hex("8902 61")));
  EXPECT_FALSE(after(hex("62")));
  EXPECT_TRUE(after(raw_frame(0x01, "a")));
  EXPECT_TRUE(after(raw_frame(0x89, "p")));
  EXPECT_FALSE(after(raw_frame(0x80, "b")));
  EXPECT_TRUE(after(hex("8105 61")));
}

TEST(MessageReader, keeps_its_place_when_it_is_moved) {
  MessageReader first{Role::client};
  read(first, hex("8105 48 65"), {4});

  MessageReader second{std::move(first)};

  EXPECT_EQ(read(second, hex("6c 6c 6f"), {3}), Told{"text Hello"});
}

}  // namespace
}  // namespace heartwire::ws
