#include "heartwire/ws/frame.hpp"

#include "tests/unit/ws/wire.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace heartwire::ws {
namespace {

using test::hex;

constexpr HeaderRules kServerReads{Role::server, 0};
constexpr HeaderRules kClientReads{Role::client, 0};

struct Row {
  const char* what;
  const char* octets;
  FrameHeader header;
};

const Row kHeaders[] = {
    {"empty text", "8100", {Opcode::text, true, 0, {}, 0}},
    {"first fragment", "0105", {Opcode::text, false, 0, {}, 5}},
    {"last fragment", "8003", {Opcode::continuation, true, 0, {}, 3}},
    {"masked text", "8185 37fa213d", {Opcode::text, true, 0, 0x37fa213d, 5}},
    {"longest short length", "827d", {Opcode::binary, true, 0, {}, 125}},
    {"shortest of two octets", "827e 007e", {Opcode::binary, true, 0, {}, 126}},
    {"longest of two octets", "827e ffff", {Opcode::binary, true, 0, {}, 65535}},
    {"shortest of eight", "827f 0000000000010000", {Opcode::binary, true, 0, {}, 65536}},
    {"longest of eight",
     "82ff 7fffffffffffffff 00000000",
     {Opcode::binary, true, 0, 0, std::numeric_limits<std::uint64_t>::max() >> 1}},
    {"ping", "8900", {Opcode::ping, true, 0, {}, 0}},
    {"pong", "8afd 01020304", {Opcode::pong, true, 0, 0x01020304, 125}},
    {"close", "8882 00000000", {Opcode::close, true, 0, 0, 2}},
};

HeaderRules rules_for(const FrameHeader& header) {
  return header.mask_key ? kServerReads : kClientReads;
}

TEST(Frame, reads_every_form_of_a_header) {
  for (const Row& row : kHeaders) {
    const base::Bytes bytes = hex(row.octets);

    const auto parsed = parse_header(bytes, rules_for(row.header));

    ASSERT_TRUE(parsed && *parsed) << row.what;
    EXPECT_EQ((*parsed)->header, row.header) << row.what;
    EXPECT_EQ((*parsed)->size, bytes.size()) << row.what;
  }
}

TEST(Frame, writes_what_it_reads) {
  for (const Row& row : kHeaders) {
    std::array<std::uint8_t, kHeaderBytesMax> out{};

    const std::size_t size = encode_header(row.header, out);

    EXPECT_EQ(base::Bytes(out.begin(), out.begin() + size), hex(row.octets)) << row.what;
  }
}

TEST(Frame, asks_for_more_until_the_header_is_whole) {
  for (const Row& row : kHeaders) {
    const base::Bytes bytes = hex(row.octets);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto parsed = parse_header(base::ByteView{bytes}.first(size), rules_for(row.header));
      ASSERT_TRUE(parsed) << row.what;
      EXPECT_FALSE(*parsed) << row.what << ' ' << size;
    }
  }
}

/// `octets` ends with the first octet that shows the fault.
struct BadRow {
  const char* what;
  const char* octets;
  HeaderRules rules;
  ProtocolError error;
};

constexpr BadRow kFaults[] = {
    {"RSV1", "c1", kServerReads, ProtocolError::reserved_bits_set},
    {"RSV2", "a1", kServerReads, ProtocolError::reserved_bits_set},
    {"RSV3", "91", kServerReads, ProtocolError::reserved_bits_set},
    {"all three", "f2", kClientReads, ProtocolError::reserved_bits_set},
    {"RSV2 where RSV1 is negotiated",
     "a1",
     {Role::server, kRsv1},
     ProtocolError::reserved_bits_set},
    {"RSV1 on a continuation", "c0", {Role::server, kRsv1}, ProtocolError::reserved_bits_set},
    {"RSV1 on a ping", "c9", {Role::server, kRsv1}, ProtocolError::reserved_bits_set},
    {"opcode 3", "83", kServerReads, ProtocolError::reserved_opcode},
    {"opcode 7", "87", kServerReads, ProtocolError::reserved_opcode},
    {"opcode b", "8b", kServerReads, ProtocolError::reserved_opcode},
    {"opcode f", "8f", kServerReads, ProtocolError::reserved_opcode},
    {"fragmented close", "08", kServerReads, ProtocolError::control_fragmented},
    {"fragmented ping", "09", kServerReads, ProtocolError::control_fragmented},
    {"fragmented pong", "0a", kServerReads, ProtocolError::control_fragmented},
    {"ping of two length octets", "89fe", kServerReads, ProtocolError::control_too_long},
    {"close of eight length octets", "887f", kClientReads, ProtocolError::control_too_long},
    {"unmasked from a client", "8100", kServerReads, ProtocolError::mask_missing},
    {"masked from a server", "8180", kClientReads, ProtocolError::mask_unexpected},
    {"0 in two octets", "827e 0000", kClientReads, ProtocolError::length_not_minimal},
    {"125 in two octets", "827e 007d", kClientReads, ProtocolError::length_not_minimal},
    {"65535 in eight", "827f 000000000000ffff", kClientReads, ProtocolError::length_not_minimal},
    {"top bit", "827f 8000000000000000", kClientReads, ProtocolError::length_top_bit_set},
    {"all bits", "827f ffffffffffffffff", kClientReads, ProtocolError::length_top_bit_set},
};

TEST(Frame, refuses_each_fault_at_the_octet_that_shows_it) {
  for (const BadRow& row : kFaults) {
    const base::Bytes bytes = hex(row.octets);

    const auto before = parse_header(base::ByteView{bytes}.first(bytes.size() - 1), row.rules);
    const auto parsed = parse_header(bytes, row.rules);

    EXPECT_TRUE(before.is_ok()) << row.what;
    ASSERT_FALSE(parsed.is_ok()) << row.what;
    EXPECT_EQ(parsed.error(), row.error) << row.what << ": " << describe(parsed.error());
  }
}

TEST(Frame, takes_a_negotiated_bit_on_the_first_frame) {
  const base::Bytes bytes = hex("c100");

  const auto parsed = parse_header(bytes, {Role::client, kRsv1});

  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->header.rsv, kRsv1);
}

TEST(Frame, makes_the_examples_of_the_rfc) {
  const auto made = [](Opcode opcode, bool fin, std::string_view text,
                       std::optional<MaskKey> key = {}) {
    base::Bytes out;
    append_frame(out, opcode, fin, base::as_bytes(text), key);
    return out;
  };

  EXPECT_EQ(made(Opcode::text, true, "Hello"), hex("81 05 48 65 6c 6c 6f"));
  EXPECT_EQ(made(Opcode::text, true, "Hello", 0x37fa213d), hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
  EXPECT_EQ(made(Opcode::text, false, "Hel"), hex("01 03 48 65 6c"));
  EXPECT_EQ(made(Opcode::continuation, true, "lo"), hex("80 02 6c 6f"));
  EXPECT_EQ(made(Opcode::pong, true, "Hello", 0x37fa213d), hex("8a 85 37 fa 21 3d 7f 9f 4d 51 58"));
}

TEST(Frame, is_appended_behind_what_is_there) {
  base::Bytes out = hex("01 02 03");

  append_frame(out, Opcode::ping, true, {}, 0xFFFFFFFF);

  EXPECT_EQ(out, hex("01 02 03 89 80 ff ff ff ff"));
}

TEST(FrameDeathTest, a_control_frame_that_breaks_the_rules_is_a_bug) {
  base::Bytes out;
  const base::Bytes long_payload(126);

  EXPECT_DEATH(append_frame(out, Opcode::ping, true, long_payload, {}), "check failed");
  EXPECT_DEATH(append_frame(out, Opcode::close, false, {}, {}), "check failed");
}

}  // namespace
}  // namespace heartwire::ws
