#include "heartwire/ws/error.hpp"

#include <gtest/gtest.h>

#include <set>

namespace heartwire::ws {
namespace {

struct Row {
  ProtocolError error;
  CloseCode code;
};

constexpr Row kRows[] = {
    {ProtocolError::reserved_bits_set, CloseCode::protocol_error},
    {ProtocolError::reserved_opcode, CloseCode::protocol_error},
    {ProtocolError::control_fragmented, CloseCode::protocol_error},
    {ProtocolError::control_too_long, CloseCode::protocol_error},
    {ProtocolError::length_not_minimal, CloseCode::protocol_error},
    {ProtocolError::length_top_bit_set, CloseCode::protocol_error},
    {ProtocolError::mask_missing, CloseCode::protocol_error},
    {ProtocolError::mask_unexpected, CloseCode::protocol_error},
    {ProtocolError::continuation_unexpected, CloseCode::protocol_error},
    {ProtocolError::message_unfinished, CloseCode::protocol_error},
    {ProtocolError::text_not_utf8, CloseCode::invalid_payload},
    {ProtocolError::close_payload_of_one_byte, CloseCode::protocol_error},
    {ProtocolError::close_code_invalid, CloseCode::protocol_error},
    {ProtocolError::close_reason_not_utf8, CloseCode::invalid_payload},
    {ProtocolError::frame_too_big, CloseCode::message_too_big},
    {ProtocolError::message_too_big, CloseCode::message_too_big},
    {ProtocolError::fragments_too_many, CloseCode::message_too_big},
    {ProtocolError::deflate_corrupt, CloseCode::protocol_error},
};

TEST(Error, each_fault_has_its_close_code_which_may_be_sent) {
  for (const Row& row : kRows) {
    EXPECT_EQ(close_code_for(row.error), row.code) << describe(row.error);
    EXPECT_TRUE(is_valid_on_wire(number(close_code_for(row.error))));
  }
}

TEST(Error, each_fault_is_told_in_its_own_words) {
  std::set<std::string_view> texts;
  for (const Row& row : kRows) texts.insert(describe(row.error));

  EXPECT_EQ(texts.size(), std::size(kRows));
}

}  // namespace
}  // namespace heartwire::ws
