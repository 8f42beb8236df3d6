#include "heartwire/net/system_error.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace heartwire::net {
namespace {

TEST(SystemError, reads_well_inside_a_sentence) {
  EXPECT_EQ(system_error_text(ECONNREFUSED), "connection refused");
  EXPECT_EQ(system_error_text(ENOENT), "no such file or directory");
}

TEST(SystemError, has_words_for_an_unknown_number) {
  EXPECT_FALSE(system_error_text(987654).empty());
}

}  // namespace
}  // namespace heartwire::net
