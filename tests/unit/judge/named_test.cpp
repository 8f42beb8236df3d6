#include "heartwire/judge/named.hpp"

#include "heartwire/judge/catalogue.hpp"
#include "heartwire/judge/server_catalogue.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(Named, finds_each_case_under_its_name) {
  for (const CaseInfo& info : catalogue()) EXPECT_EQ(find_named(catalogue(), info.name), &info);
  for (const ServerCaseInfo& info : server_catalogue())
    EXPECT_EQ(find_named(server_catalogue(), info.name), &info);
}

TEST(Named, finds_nothing_under_another) {
  EXPECT_EQ(find_named(catalogue(), ""), nullptr);
  EXPECT_EQ(find_named(catalogue(), "storm "), nullptr);
  EXPECT_EQ(find_named(server_catalogue(), "storm"), nullptr);
}

}  // namespace
}  // namespace heartwire::judge
