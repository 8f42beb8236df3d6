#pragma once
// What the examinations of clients and of servers share on the command line.

#include "cli/judge_report.hpp"
#include "heartwire/net/loop.hpp"

#include <future>
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

/// Where the report goes, beside standard output. Empty: nowhere.
struct JudgeFiles {
  std::string json{};
  std::string html{};
};

/// Prints the table, writes the files, and returns the exit code: 0 if something was judged and
/// nothing failed.
int tell_reports(const std::vector<JudgeReport>& reports, const std::string& subject,
                 const JudgeFiles& files);

}  // namespace heartwire::cli
