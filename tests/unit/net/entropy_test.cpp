#include "heartwire/net/entropy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace heartwire::net {
namespace {

TEST(Entropy, does_not_repeat_itself) {
  std::set<std::uint64_t> seeds;
  for (int count = 0; count < 1000; ++count) seeds.insert(random_seed());

  EXPECT_EQ(seeds.size(), 1000U);
  EXPECT_NE(random_key(), random_key());
}

TEST(Entropy, fills_more_than_the_system_gives_at_once) {
  base::Bytes bytes(1000, 0);

  fill_random(bytes);

  const auto tail = std::count(bytes.end() - 400, bytes.end(), 0);
  EXPECT_LT(tail, 40) << "four hundred random octets with that many zeroes";
}

TEST(EntropyPool, goes_on_past_its_store_without_repeating) {
  EntropyPool pool;
  std::set<std::uint32_t> words;
  for (int count = 0; count < 1000; ++count) words.insert(pool.next_u32());

  EXPECT_GE(words.size(), 998U);
}

}  // namespace
}  // namespace heartwire::net
