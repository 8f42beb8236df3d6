#include "heartwire/ws/close_frame.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/utf8.hpp"

#include <algorithm>
#include <array>

namespace heartwire::ws {

base::Result<CloseFrame, ProtocolError> parse_close(base::ByteView payload) noexcept {
  if (payload.empty()) return CloseFrame{};
  if (payload.size() == 1) return base::Failure{ProtocolError::close_payload_of_one_byte};
  const auto code = static_cast<std::uint16_t>(payload[0] << 8 | payload[1]);
  if (!is_valid_on_wire(code)) return base::Failure{ProtocolError::close_code_invalid};
  const std::string_view reason = base::as_text(payload.subspan(2));
  if (!is_utf8(reason)) return base::Failure{ProtocolError::close_reason_not_utf8};
  return CloseFrame{code, reason};
}

std::string_view cut_close_reason(std::string_view reason) noexcept {
  return utf8_prefix(reason, kCloseReasonBytesMax);
}

void append_close(base::Bytes& out, std::optional<std::uint16_t> code, std::string_view reason,
                  std::optional<MaskKey> mask_key) {
  std::array<std::uint8_t, kControlBytesMax> payload{};
  std::size_t size = 0;
  if (code) {
    HW_CHECK(is_valid_on_wire(*code));
    payload[0] = static_cast<std::uint8_t>(*code >> 8);
    payload[1] = static_cast<std::uint8_t>(*code & 0xFF);
    const std::string_view cut = cut_close_reason(reason);
    std::copy(cut.begin(), cut.end(), payload.begin() + 2);
    size = 2 + cut.size();
  }
  append_frame(out, Opcode::close, true, base::ByteView{payload}.first(size), mask_key);
}

}  // namespace heartwire::ws
