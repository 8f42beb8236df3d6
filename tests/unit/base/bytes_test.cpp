#include "heartwire/base/bytes.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace heartwire::base {
namespace {

TEST(Bytes, borrows_text_as_octets_without_copying_it) {
  const std::string_view text = "h\xffi";

  const ByteView view = as_bytes(text);

  ASSERT_EQ(view.size(), 3U);
  EXPECT_EQ(view[1], 0xff);
  EXPECT_EQ(static_cast<const void*>(view.data()), static_cast<const void*>(text.data()));
}

TEST(Bytes, reads_octets_as_the_same_text_again) {
  const std::string_view text{"a\0b", 3};

  EXPECT_EQ(as_text(as_bytes(text)), text);
}

TEST(Bytes, treats_nothing_as_nothing) {
  EXPECT_TRUE(as_bytes("").empty());
  EXPECT_TRUE(as_text(ByteView{}).empty());
}

}  // namespace
}  // namespace heartwire::base
