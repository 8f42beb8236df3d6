#include "heartwire/sim/wire_tap.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/sim/payload.hpp"

#include <algorithm>
#include <variant>

namespace heartwire::sim {

void WireTap::agree(const ws::DeflateParams& agreed) {
  compression_.emplace(ws::DeflateOptions{}, agreed, base::Role::server);
}

std::vector<std::uint32_t> WireTap::take(base::ByteView bytes, endpoint::Workspace& workspace) {
  std::vector<std::uint32_t> numbers;
  const std::size_t head = std::min(head_bytes_, bytes.size());
  head_bytes_ -= head;
  bytes = bytes.subspan(head);
  base::Bytes copy(bytes.begin(), bytes.end());  // It is unmasked in place.
  base::MutableByteView input = copy;
  const ws::ReaderLimits limits;
  for (;;) {
    const ws::ReadStep step = reader_.next(input, limits);
    if (std::holds_alternative<ws::NeedMore>(step) ||
        std::holds_alternative<ws::CloseFrame>(step) ||
        std::holds_alternative<ws::ProtocolError>(step))
      return numbers;
    const auto* message = std::get_if<ws::Message>(&step);
    if (message == nullptr) continue;
    base::ByteView payload = message->payload;
    if (message->rsv != 0) {
      HW_CHECK(compression_);
      const auto inflated = compression_->inflate(*message, limits.message_bytes_max, workspace);
      HW_CHECK(inflated);
      payload = *inflated;
    }
    const std::uint32_t number = number_of(base::as_text(payload));
    if (number != 0 && number != kNoNumber) numbers.push_back(number);
  }
}

}  // namespace heartwire::sim
