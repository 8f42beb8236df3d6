// `heartwire serve --echo`, told to leave every message alone, under the cases over real sockets.

#include "tests/conformance/sockets.hpp"
#include "tests/integration/support/process.hpp"

#include <gtest/gtest.h>

namespace heartwire::conformance {
namespace {

/// The command that docs/conformance.md gives.
const std::vector<std::string> kServe = {HEARTWIRE_TOOL,
                                         "serve",
                                         "--echo",
                                         "--compress",
                                         "--dialect",
                                         "ping",
                                         "--sending",
                                         "off",
                                         "--send-buffer",
                                         "256MiB",
                                         "--json",
                                         "--listen",
                                         "127.0.0.1:0",
                                         "--message-bytes-max",
                                         "64MiB",
                                         "--quiet",
                                         "--handshake-timeout",
                                         "60s"};

int port_of(const integration::Process& tool) {
  const std::string start = "{\"event\":\"listening\"";
  if (!tool.prints(start)) return 0;
  const std::string line = tool.rest_of(start).front();
  const std::string host = "ws://127.0.0.1:";
  return std::stoi(line.substr(line.find(host) + host.size()));
}

/// The tool wishes for windows of 12 bits at most, and the peer of a case keeps to the case's own.
bool is_for_tool(const Case& test) {
  return !test.agreed || test.agreed->peer_window_bits <= 12 || test.agreed->peer_window_bits == 15;
}

class Tool : public testing::TestWithParam<CaseClass> {};

TEST_P(Tool, serve_echo_conforms) {
  const Cases cases = GetParam().cases();
  std::vector<Job> jobs;
  for (const Case& test : cases)
    if (is_for_tool(test)) jobs.push_back({&test, Feeding::random_cuts});
  const integration::Process tool(kServe);
  const int port = port_of(tool);
  ASSERT_NE(port, 0) << tool.transcript();

  const std::vector<Transcript> results = run_on_port(jobs, port);

  for (std::size_t i = 0; i < jobs.size(); ++i)
    EXPECT_EQ(results[i], expected(*jobs[i].test, false))
        << jobs[i].test->name << ", CONFORMANCE_SEED=" << seed();
}

/// Those whose cases want nothing of the endpoint but to echo up to 64 MiB.
std::vector<CaseClass> classes() {
  std::vector<CaseClass> classes;
  for (const CaseClass& one : case_classes())
    if (std::string_view{one.name}.find("limits") == std::string_view::npos) classes.push_back(one);
  return classes;
}

INSTANTIATE_TEST_SUITE_P(Conformance, Tool, testing::ValuesIn(classes()),
                         [](const auto& one) { return std::string{one.param.name}; });

}  // namespace
}  // namespace heartwire::conformance
