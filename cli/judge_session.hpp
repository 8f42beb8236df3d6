#pragma once
// What the examinations of clients and of servers share on the command line.

#include "cli/judge_report.hpp"
#include "cli/option_values.hpp"
#include "cli/text.hpp"
#include "heartwire/judge/named.hpp"
#include "heartwire/net/loop.hpp"

#include <algorithm>
#include <future>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace heartwire::cli {

/// Runs `work` on the loop's thread and waits for it. Not from that thread.
template <typename Work>
auto on_loop(net::Loop& loop, Work work) {
  std::packaged_task<decltype(work())()> task(std::move(work));
  auto result = task.get_future();
  loop.post([&task] { task(); });
  return result.get();
}

/// The cases of `table` with these names, each once however often it is named. The error is for
/// people.
template <typename Info>
Parsed<std::vector<const Info*>> pick_cases(std::span<const Info> table,
                                            const std::vector<std::string>& names) {
  std::vector<const Info*> cases;
  for (const std::string& name : names) {
    const Info* info = judge::find_named(table, name);
    if (!info)
      return base::Failure{"there is no case \"" + for_terminal(name) + "\"; --list tells them"};
    if (std::find(cases.begin(), cases.end(), info) == cases.end()) cases.push_back(info);
  }
  return cases;
}

/// Where the report goes, beside standard output. Empty: nowhere.
struct JudgeFiles {
  std::string json{};
  std::string html{};
};

/// Prints the table, writes the files, and returns the exit code: 0 if something was judged, which
/// what is inconclusive was not, and nothing failed.
int tell_reports(const std::vector<JudgeReport>& reports, const JudgeSubject& subject,
                 const JudgeFiles& files);

}  // namespace heartwire::cli
