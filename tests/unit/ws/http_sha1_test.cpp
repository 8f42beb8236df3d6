#include "heartwire/ws/http_sha1.hpp"

#include "tests/unit/ws/wire.hpp"

#include <gtest/gtest.h>

namespace heartwire::ws {
namespace {

TEST(HttpSha1, gives_the_published_digests) {
  const auto digest = [](std::string_view text) {
    const auto octets = sha1(base::as_bytes(text));
    return base::Bytes(octets.begin(), octets.end());
  };

  EXPECT_EQ(digest("abc"), test::hex("a9993e364706816aba3e25717850c26c9cd0d89d"));
  EXPECT_EQ(digest(""), test::hex("da39a3ee5e6b4b0d3255bfef95601890afd80709"));
}

}  // namespace
}  // namespace heartwire::ws
