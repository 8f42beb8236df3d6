#include "heartwire/ws/mask.hpp"

#include "heartwire/base/rng.hpp"
#include "tests/unit/ws/wire.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace heartwire::ws {
namespace {

TEST(Mask, masks_the_example_of_the_rfc) {
  base::Bytes bytes = test::hex("48 65 6c 6c 6f");

  apply_mask(bytes, 0x37fa213d);

  EXPECT_EQ(bytes, test::hex("7f 9f 4d 51 58"));
}

TEST(Mask, agrees_with_octet_by_octet_at_every_length_alignment_and_phase) {
  base::Rng rng{1};
  for (std::size_t size = 0; size < 100; ++size) {
    for (std::size_t start = 0; start < 9; ++start) {
      const auto key = static_cast<MaskKey>(rng.next());
      const auto phase = static_cast<std::size_t>(rng.below(9));
      base::Bytes bytes(start + size);
      for (auto& octet : bytes) octet = static_cast<std::uint8_t>(rng.next());
      base::Bytes expected = bytes;
      for (std::size_t i = 0; i < size; ++i)
        expected[start + i] ^= static_cast<std::uint8_t>(key >> (24 - 8 * ((phase + i) % 4)));

      apply_mask(base::MutableByteView{bytes}.subspan(start), key, phase);

      ASSERT_EQ(bytes, expected) << size << ' ' << start << ' ' << phase;
    }
  }
}

TEST(Mask, piece_by_piece_is_the_same_as_at_once) {
  base::Rng rng{2};
  base::Bytes whole(333, 0x5A);
  const base::Bytes plain = whole;
  apply_mask(whole, 0x01020304);

  for (const auto& way : test::ways_to_cut(plain.size(), rng)) {
    base::Bytes pieces = plain;
    std::size_t at = 0;
    for (const std::size_t size : way) {
      apply_mask(base::MutableByteView{pieces}.subspan(at, size), 0x01020304, at);
      at += size;
    }
    ASSERT_EQ(pieces, whole);
  }
}

TEST(Mask, twice_is_nothing) {
  base::Bytes bytes = test::hex("00 01 02 03 04 05 06 07 08 09 0a");
  const base::Bytes before = bytes;

  apply_mask(bytes, 0xDEADBEEF, 3);
  ASSERT_NE(bytes, before);
  apply_mask(bytes, 0xDEADBEEF, 3);

  EXPECT_EQ(bytes, before);
}

}  // namespace
}  // namespace heartwire::ws
