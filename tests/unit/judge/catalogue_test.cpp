#include "heartwire/judge/catalogue.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(Catalogue, every_case_is_told_whole) {
  for (const CaseInfo& info : catalogue()) {
    EXPECT_FALSE(info.title.empty()) << info.name;
    EXPECT_TRUE(info.why.ends_with('.')) << info.name;
    EXPECT_GT(info.longest, base::Duration::zero()) << info.name;
    EXPECT_NE(info.make({}), nullptr) << info.name;
  }
  EXPECT_EQ(catalogue().size(), 20U);
}

TEST(Catalogue, every_case_ends_in_its_time_with_a_client_that_does_nothing) {
  for (const CaseInfo& info : catalogue()) {
    Stage stage(info.name);
    stage.come();
    stage.at(std::chrono::duration<double>(info.longest).count());

    EXPECT_TRUE(stage.is_judged()) << info.name;
    EXPECT_FALSE(stage.machine().deadline()) << info.name;
  }
}

TEST(Catalogue, every_case_ends_when_its_client_ends) {
  for (const CaseInfo& info : catalogue()) {
    for (const bool has_come : {false, true}) {
      Stage stage(info.name);
      if (has_come) stage.come(1);
      stage.at(1);
      stage.tell(ClientEnded{1});

      EXPECT_TRUE(stage.is_judged()) << info.name << has_come;
    }
  }
}

TEST(Catalogue, no_case_fails_a_client_that_leaves_in_order_and_ends) {
  for (const CaseInfo& info : catalogue()) {
    Stage stage(info.name);
    const LinkId link = stage.come(1);
    stage.at(0.5);
    stage.close(link);
    stage.leave(link);
    stage.tell(ClientEnded{1});

    ASSERT_TRUE(stage.is_judged()) << info.name;
    const Finding settled = settle(*stage.machine().finding(), {});
    if (info.name == "busy-pings" || info.name == "ping-flood") continue;  // It left under load.
    EXPECT_NE(settled.verdict, Verdict::fail) << info.name << ": " << settled.figure;
  }
}

TEST(Catalogue, only_cases_with_a_port_of_their_own_stop_listening) {
  for (const CaseInfo& info : catalogue()) {
    Stage stage(info.name);
    stage.come();
    stage.at(300);

    EXPECT_EQ(stage.count<StopListening>() > 0, info.needs_own_port) << info.name;
    EXPECT_EQ(stage.count<StopListening>(), stage.count<Listen>()) << info.name;
  }
}

TEST(Catalogue, no_client_floods_a_case_with_connections) {
  for (const CaseInfo& info : catalogue()) {
    Stage stage(info.name);
    for (int i = 0; i < 1000 && !stage.is_judged(); ++i) {
      stage.at(i * 0.001);
      stage.leave(stage.come());
    }

    EXPECT_TRUE(stage.is_judged()) << info.name;
  }
}

}  // namespace
}  // namespace heartwire::judge
