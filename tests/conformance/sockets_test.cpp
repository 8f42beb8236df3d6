// Every case over real sockets, in both roles, cut in every way.

#include "tests/conformance/sockets.hpp"

#include <gtest/gtest.h>

namespace heartwire::conformance {
namespace {

class Sockets : public testing::TestWithParam<CaseClass> {
 public:
  template <typename Run>
  static void run(Run run_all) {
    const Cases cases = GetParam().cases();
    std::vector<Job> jobs;
    for (const Case& test : cases)
      for (const Feeding feeding : feedings_of(test)) jobs.push_back({&test, feeding});
    const std::vector<Transcript> results = run_all(jobs);
    for (std::size_t i = 0; i < jobs.size(); ++i)
      EXPECT_EQ(results[i], expected(*jobs[i].test))
          << jobs[i].test->name << ", " << name(jobs[i].feeding) << ", CONFORMANCE_SEED=" << seed();
  }
};

TEST_P(Sockets, a_server_conforms) {
  run(run_on_server);
}

TEST_P(Sockets, a_client_conforms) {
  run(run_on_clients);
}

INSTANTIATE_TEST_SUITE_P(Conformance, Sockets, testing::ValuesIn(case_classes()),
                         [](const auto& one) { return std::string{one.param.name}; });

}  // namespace
}  // namespace heartwire::conformance
