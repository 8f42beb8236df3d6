// Frame headers. Any octets: a header comes out only when it is whole; what is accepted is encoded
// to the same octets; and no longer input ever changes the verdict on its beginning.

#include "fuzz/input.hpp"
#include "heartwire/ws/frame.hpp"

#include <algorithm>
#include <array>

namespace heartwire::fuzz {
namespace {

void check_round_trip(base::ByteView bytes, const ws::ParsedHeader& parsed) {
  std::array<std::uint8_t, ws::kHeaderBytesMax> encoded{};
  const std::size_t size = ws::encode_header(parsed.header, encoded);

  HW_CHECK(size == parsed.size && size <= bytes.size());
  HW_CHECK(std::equal(encoded.begin(), encoded.begin() + static_cast<std::ptrdiff_t>(size),
                      bytes.begin()));
}

void check_rules(const ws::FrameHeader& header, const ws::HeaderRules& rules) {
  HW_CHECK(header.mask_key.has_value() == (rules.reader == base::Role::server));
  HW_CHECK((header.rsv & ~rules.rsv_allowed) == 0);
  HW_CHECK(header.payload_length >> 63U == 0);
  if (ws::is_control(header.opcode))
    HW_CHECK(header.fin && header.rsv == 0 && header.payload_length <= ws::kControlBytesMax);
}

void run(Input input) {
  const std::uint8_t flags = input.octet();
  const ws::HeaderRules rules{.reader = (flags & 8U) != 0 ? base::Role::client : base::Role::server,
                              .rsv_allowed = static_cast<std::uint8_t>(flags & 0b111U)};
  const base::Bytes bytes = copy(input.rest());
  const auto all = ws::parse_header(bytes, rules);

  for (std::size_t size = 0; size <= std::min(bytes.size(), ws::kHeaderBytesMax); ++size) {
    const base::Bytes beginning = copy(base::ByteView{bytes}.first(size));
    const auto parsed = ws::parse_header(beginning, rules);
    if (!parsed || *parsed) HW_CHECK(parsed == all);
  }
  if (!all || !*all) return;
  check_round_trip(bytes, **all);
  check_rules((*all)->header, rules);
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
