#include "heartwire/judge/server_catalogue.hpp"

#include "tests/unit/judge/server_stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(ServerCatalogue, every_case_is_told_whole_and_the_last_alone_ends_the_server) {
  for (const ServerCaseInfo& info : server_catalogue()) {
    EXPECT_TRUE(info.why.ends_with('.')) << info.name;
    EXPECT_EQ(info.ends_server, &info == &server_catalogue().back()) << info.name;
  }
}

TEST(ServerCatalogue, every_case_ends_in_its_time_with_a_server_that_does_nothing) {
  for (const ServerCaseInfo& info : server_catalogue()) {
    for (const bool opens : {true, false}) {
      ServerStage stage(info.name);
      if (opens) stage.open();
      stage.at(std::chrono::duration<double>(info.longest).count());

      EXPECT_TRUE(stage.is_judged()) << info.name << opens;
      EXPECT_FALSE(stage.machine().deadline()) << info.name << opens;
    }
  }
}

}  // namespace
}  // namespace heartwire::judge
