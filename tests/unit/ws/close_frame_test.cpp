#include "heartwire/ws/close_frame.hpp"

#include "tests/unit/ws/wire.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::ws {
namespace {

using test::hex;

TEST(CloseFrame, reads_nothing_a_code_or_both) {
  const base::Bytes code = hex("03e8");
  const base::Bytes both = hex("0fa0 e282ac");

  EXPECT_EQ(*parse_close({}), CloseFrame{});
  EXPECT_EQ(*parse_close(code), (CloseFrame{1000, ""}));
  EXPECT_EQ(*parse_close(both), (CloseFrame{4000, "\xe2\x82\xac"}));
}

struct BadRow {
  const char* what;
  const char* octets;
  ProtocolError error;
};

constexpr BadRow kFaults[] = {
    {"one octet", "03", ProtocolError::close_payload_of_one_byte},
    {"0", "0000", ProtocolError::close_code_invalid},
    {"999", "03e7", ProtocolError::close_code_invalid},
    {"1004", "03ec", ProtocolError::close_code_invalid},
    {"1005", "03ed", ProtocolError::close_code_invalid},
    {"1006", "03ee", ProtocolError::close_code_invalid},
    {"1015", "03f7", ProtocolError::close_code_invalid},
    {"1016", "03f8", ProtocolError::close_code_invalid},
    {"2999", "0bb7", ProtocolError::close_code_invalid},
    {"5000", "1388", ProtocolError::close_code_invalid},
    {"65535", "ffff", ProtocolError::close_code_invalid},
    {"reason not UTF-8", "03e8 ff", ProtocolError::close_reason_not_utf8},
    {"reason cut in a character", "03e8 e282", ProtocolError::close_reason_not_utf8},
};

TEST(CloseFrame, refuses_what_the_rfc_forbids) {
  for (const BadRow& row : kFaults) {
    const base::Bytes payload = hex(row.octets);
    const auto close = parse_close(payload);
    ASSERT_FALSE(close.is_ok()) << row.what;
    EXPECT_EQ(close.error(), row.error) << row.what;
  }
}

TEST(CloseFrame, writes_nothing_a_code_or_both) {
  base::Bytes out;
  append_close(out, std::nullopt, "dropped without a code", std::nullopt);
  append_close(out, 1000, "", std::nullopt);
  append_close(out, 1001, "bye", 0x00000000);

  EXPECT_EQ(out, hex("8800  8802 03e8  8885 00000000 03e9 627965"));
}

TEST(CloseFrame, cuts_a_long_reason_between_characters) {
  const std::string ascii(200, 'x');
  std::string euros;
  for (int i = 0; i < 60; ++i) euros += "\xe2\x82\xac";

  EXPECT_EQ(cut_close_reason(ascii).size(), kCloseReasonBytesMax);
  EXPECT_EQ(cut_close_reason("x" + euros).size(), 121U);
  EXPECT_EQ(cut_close_reason("fine\xff no more"), "fine");

  base::Bytes out;
  append_close(out, 1000, ascii, std::nullopt);
  EXPECT_EQ(out.size(), 2U + 125U);
}

TEST(CloseFrameDeathTest, sending_a_code_that_may_not_be_sent_is_a_bug) {
  base::Bytes out;

  EXPECT_DEATH(append_close(out, 1006, "", std::nullopt), "check failed");
}

}  // namespace
}  // namespace heartwire::ws
