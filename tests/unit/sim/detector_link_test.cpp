#include "heartwire/sim/detector_link.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::sim {
namespace {

TEST(DetectorLink, links_have_names_of_their_own_and_get_worse) {
  const auto& links = detector_links();

  EXPECT_EQ(links[0].name, "wired");
  EXPECT_EQ(links[1].name, "4g");
  EXPECT_EQ(links[2].name, "bad-mobile");
  for (std::size_t i = 1; i < links.size(); ++i) {
    EXPECT_GT(links[i].good_loss_ppm, links[i - 1].good_loss_ppm);
    EXPECT_LT(links[i].outage_every, links[i - 1].outage_every);
    EXPECT_LT(links[i].good_time, links[i - 1].good_time);
  }
}

}  // namespace
}  // namespace heartwire::sim
