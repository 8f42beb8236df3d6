#include "cli/judge_pump.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace heartwire::cli {
namespace {

using std::chrono::seconds;

struct Machine {
  std::optional<base::Instant> wanted{};
  std::optional<base::Instant> deadline() const { return wanted; }
};

struct Examined {
  std::unique_ptr<Machine> machine = std::make_unique<Machine>();
  std::optional<int> report{};
};

TEST(JudgePump, an_event_that_an_event_causes_waits_its_turn) {
  std::vector<std::string> told;
  Examined run;
  JudgePump<Examined, std::string>* self = nullptr;
  JudgePump<Examined, std::string> pump([&](Examined& of, const std::string& event) {
    if (event == "first") {
      EXPECT_FALSE(self->post(of, "third"));
      told.push_back("first, to its end");
    } else {
      told.push_back(event);
    }
  });
  self = &pump;

  EXPECT_TRUE(pump.post(run, "first"));

  EXPECT_EQ(told, (std::vector<std::string>{"first, to its end", "third"}));
}

TEST(JudgePump, a_judged_run_is_told_nothing) {
  std::size_t told = 0;
  Examined run;
  JudgePump<Examined, int> pump([&](Examined& of, int) {
    ++told;
    of.report = 1;
  });

  pump.post(run, 1);
  pump.post(run, 2);

  EXPECT_EQ(told, 1U);
}

TEST(JudgePump, the_next_deadline_is_the_earliest_of_those_who_are_not_judged) {
  std::vector<std::unique_ptr<Examined>> runs;
  for (const int second : {5, 3, 9}) {
    runs.push_back(std::make_unique<Examined>());
    runs.back()->machine->wanted = base::instant(seconds{second});
  }
  EXPECT_EQ(next_deadline(runs, base::instant(seconds{7})), base::instant(seconds{3}));

  runs[1]->report = 1;
  EXPECT_EQ(next_deadline(runs, base::instant(seconds{7})), base::instant(seconds{5}));
  runs[0]->machine->wanted.reset();
  EXPECT_EQ(next_deadline(runs, base::instant(seconds{7})), base::instant(seconds{7}));
}

}  // namespace
}  // namespace heartwire::cli
