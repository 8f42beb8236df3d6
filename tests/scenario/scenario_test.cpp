// Plays the scenarios beside this file: lives of a client that anyone can read.
//
//   options interval=25s          commands, a step a line (tests/support/step.hpp) ...
//   start
//   run 1s
//   ----                          ... and below the line what the machine asked, and how it stands.
//   0.000 dial generation=1 attempt=0 url=0
//   = open, deadline 25.000
//
// HW_REWRITE=1 records the answers anew; read them before they are committed. Each scenario is also
// replayed with every fault at every step.

#include "tests/support/fault_replay.hpp"
#include "tests/support/lifecycle_world.hpp"
#include "tests/support/options_text.hpp"
#include "tests/support/step.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace heartwire::support {
namespace {

/// A scenario, read and played.
struct Played {
  std::string text;  ///< The same text with the answers of now.
  core::LifecycleOptions options;
  Script script;
  std::vector<std::string> complaints;
};

void answer(LifecycleWorld& world, std::ostream& out) {
  for (const std::string& line : world.heard()) out << line << '\n';
  out << "= " << world.standing() << "\n";
}

Played play(std::istream& in) {
  Played played;
  std::unique_ptr<LifecycleWorld> world;
  std::ostringstream out;
  bool is_answer = false;
  for (std::string line; std::getline(in, line);) {
    if (is_answer) {
      is_answer = !line.empty();
      if (!is_answer) out << '\n';
      continue;
    }
    out << line << '\n';
    if (line == "----") {
      answer(*world, out);
      is_answer = true;
    } else if (line.starts_with("options ")) {
      played.options = parse_options(line.substr(8));
      world = std::make_unique<LifecycleWorld>(played.options);
    } else if (!line.empty() && !line.starts_with("#")) {
      played.script.push_back(parse_step(line));
      world->play(played.script.back());
    }
  }
  played.text = out.str();
  played.complaints = world->complaints();
  return played;
}

std::vector<std::filesystem::path> scenarios() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(HW_SCENARIO_DIR)) {
    const bool is_scenario =
        entry.path().extension() == ".txt" && entry.path().filename() != "CMakeLists.txt";
    if (is_scenario) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

class Scenario : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Scenario, goes_as_recorded) {
  std::ifstream file(GetParam());
  std::stringstream recorded;
  recorded << file.rdbuf();

  const Played played = play(recorded);

  EXPECT_TRUE(played.complaints.empty()) << played.complaints.front();
  if (std::getenv("HW_REWRITE") != nullptr) {
    std::ofstream(GetParam()) << played.text;
  } else {
    EXPECT_EQ(recorded.str(), played.text) << "HW_REWRITE=1 records it anew";
  }
}

TEST_P(Scenario, ends_well_with_a_fault_at_any_step) {
  std::ifstream file(GetParam());
  const Played played = play(file);

  const std::vector<std::string> wrong = replay_with_faults(played.options, played.script);

  EXPECT_TRUE(wrong.empty()) << wrong.size() << " lives went wrong, the first one so:\n"
                             << wrong.front();
}

std::string name_of(const testing::TestParamInfo<std::filesystem::path>& scenario) {
  return scenario.param.stem().string();
}

INSTANTIATE_TEST_SUITE_P(All, Scenario, testing::ValuesIn(scenarios()), name_of);

}  // namespace
}  // namespace heartwire::support
