// Unmasking word by word against the RFC's own definition, octet by octet, wherever the bytes begin
// in memory, whatever came before them, and however they are cut.

#include "fuzz/input.hpp"
#include "heartwire/ws/mask.hpp"

namespace heartwire::fuzz {
namespace {

/// RFC 6455 section 5.3, as it is written there.
void mask_plainly(base::MutableByteView bytes, ws::MaskKey key, std::size_t phase) {
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] ^= static_cast<std::uint8_t>(key >> (24 - 8 * ((phase + i) % 4)));
}

void run(Input input) {
  const ws::MaskKey key = static_cast<ws::MaskKey>(input.number()) << 16U | input.number();
  const std::size_t phase = input.octet();
  const std::size_t offset = input.octet() % 16;
  const std::uint8_t how = input.octet();
  const base::Bytes original = copy(input.rest());

  base::Bytes expected = original;
  mask_plainly(expected, key, phase);

  base::Bytes shifted(offset);
  shifted.insert(shifted.end(), original.begin(), original.end());
  ws::apply_mask(base::MutableByteView{shifted}.subspan(offset), key, phase);
  HW_CHECK(base::Bytes(shifted.begin() + static_cast<std::ptrdiff_t>(offset), shifted.end()) ==
           expected);

  base::Bytes joined;
  for (base::Bytes& piece : cut(original, how)) {
    ws::apply_mask(piece, key, phase + joined.size());
    joined.insert(joined.end(), piece.begin(), piece.end());
  }
  HW_CHECK(joined == expected);

  ws::apply_mask(joined, key, phase);
  HW_CHECK(joined == original);
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
