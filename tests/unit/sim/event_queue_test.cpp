#include "heartwire/sim/event_queue.hpp"

#include <gtest/gtest.h>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;
using base::instant;

TEST(EventQueue, GivesEventsByTime) {
  EventQueue queue;

  queue.push({.at = instant(3s), .subject = 3});
  queue.push({.at = instant(1s), .subject = 1});
  queue.push({.at = instant(2s), .subject = 2});

  EXPECT_EQ(queue.pop()->subject, 1u);
  EXPECT_EQ(queue.pop()->subject, 2u);
  EXPECT_EQ(queue.pop()->subject, 3u);
  EXPECT_FALSE(queue.pop());
}

TEST(EventQueue, KeepsTheOrderOfWhatComesAtTheSameTime) {
  EventQueue queue;

  for (std::uint32_t i = 0; i < 50; ++i) queue.push({.at = instant(1s), .subject = i});

  for (std::uint32_t i = 0; i < 50; ++i) EXPECT_EQ(queue.pop()->subject, i);
  EXPECT_FALSE(queue.pop());
}

}  // namespace
}  // namespace heartwire::sim
