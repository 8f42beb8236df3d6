#include "heartwire/ws/base64.hpp"

#include "tests/unit/ws/wire.hpp"

#include <gtest/gtest.h>

namespace heartwire::ws {
namespace {

TEST(Base64, encodes_the_examples_of_rfc_4648) {
  const auto encoded = [](std::string_view text) { return base64_encode(base::as_bytes(text)); };

  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foob"), "Zm9vYg==");
  EXPECT_EQ(encoded("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64_encode(test::hex("fb ff fe")), "+//+");
}

TEST(Base64, tells_how_much_a_text_decodes_to) {
  for (std::size_t size = 0; size < 40; ++size) {
    const base::Bytes bytes(size, 0xA5);
    EXPECT_EQ(base64_decoded_size(base64_encode(bytes)), size);
  }
}

TEST(Base64, refuses_what_is_not_canonical) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zg==Zg==", "Z=g=",
                           "Zm9*", "Zm 9", "Zh==", "Zm9=", "Zm9v\n"})
    EXPECT_EQ(base64_decoded_size(text), std::nullopt) << text;
}

}  // namespace
}  // namespace heartwire::ws
