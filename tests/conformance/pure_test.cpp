// Every case against the pure endpoints, in both roles, cut in every way.

#include "tests/conformance/pure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <set>

namespace heartwire::conformance {
namespace {

class Pure : public testing::TestWithParam<CaseClass> {
 public:
  static void run(Role role) {
    for (const Case& test : GetParam().cases())
      for (const Feeding feeding : feedings_of(test))
        EXPECT_EQ(run_pure(test, role, feeding), expected(test))
            << test.name << ", " << name(feeding) << ", CONFORMANCE_SEED=" << seed();
  }
};

TEST_P(Pure, a_server_conforms) {
  run(Role::server);
}

TEST_P(Pure, a_client_conforms) {
  run(Role::client);
}

INSTANTIATE_TEST_SUITE_P(Conformance, Pure, testing::ValuesIn(case_classes()),
                         [](const auto& one) { return std::string{one.param.name}; });

TEST(ConformanceTable, every_case_has_a_name_of_its_own_and_its_section) {
  std::set<std::string> names;
  for (const CaseClass& group : case_classes()) {
    std::size_t count = 0;
    for (const Case& test : group.cases()) {
      EXPECT_TRUE(names.insert(test.name).second) << test.name;
      EXPECT_THAT(test.name, testing::MatchesRegex(".*\\((RFC [0-9]+ )?[0-9.]+\\)")) << test.name;
      ++count;
    }
    std::printf("%4zu %s\n", count, group.name);
  }
  std::printf("%4zu cases\n", names.size());
}

}  // namespace
}  // namespace heartwire::conformance
