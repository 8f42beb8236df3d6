#include "heartwire/net/address_race.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Instant at(base::Duration since_start) {
  return base::instant(1h) + since_start;
}

TEST(AddressRace, gives_each_address_a_head_start) {
  AddressRace race(3, 250ms);

  EXPECT_EQ(race.poll(at(0ms)), 0U);
  EXPECT_EQ(race.poll(at(0ms)), std::nullopt);
  EXPECT_EQ(race.deadline(), at(250ms));
  EXPECT_EQ(race.poll(at(249ms)), std::nullopt);
  EXPECT_EQ(race.poll(at(250ms)), 1U);
  EXPECT_EQ(race.deadline(), at(500ms));
}

TEST(AddressRace, tries_the_next_at_once_after_a_failure) {
  AddressRace race(3, 250ms);
  race.poll(at(0ms));

  race.fail(at(10ms));

  EXPECT_EQ(race.deadline(), at(10ms));
  EXPECT_EQ(race.poll(at(10ms)), 1U);
  EXPECT_EQ(race.poll(at(10ms)), std::nullopt);
  EXPECT_EQ(race.deadline(), at(260ms));
}

TEST(AddressRace, is_lost_when_all_have_failed_and_not_before) {
  AddressRace race(2, 250ms);
  race.poll(at(0ms));
  race.poll(at(250ms));
  EXPECT_EQ(race.deadline(), std::nullopt);

  race.fail(at(300ms));
  EXPECT_FALSE(race.is_lost());

  race.fail(at(400ms));
  EXPECT_TRUE(race.is_lost());
  EXPECT_EQ(race.poll(at(1h)), std::nullopt);
}

TEST(AddressRace, with_one_address_waits_for_nothing) {
  AddressRace race(1, 250ms);

  EXPECT_EQ(race.poll(at(0ms)), 0U);
  EXPECT_EQ(race.deadline(), std::nullopt);
}

}  // namespace
}  // namespace heartwire::net
