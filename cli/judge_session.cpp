#include "cli/judge_session.hpp"

#include "cli/option_values.hpp"
#include "cli/text.hpp"

#include <cstdio>
#include <fstream>

namespace heartwire::cli {
namespace {

/// False, having said why, if it could not be written.
bool write_file(const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  std::ofstream file(path);
  file << text;
  file.close();
  if (file) return true;
  std::fprintf(stderr, "heartwire judge: cannot write \"%s\"\n", for_terminal(path).c_str());
  return false;
}

}  // namespace

int tell_reports(const std::vector<JudgeReport>& reports, const JudgeSubject& subject,
                 const JudgeFiles& files) {
  const std::string table = "\n" + judge_table(reports);
  bool is_written = std::fputs(table.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  if (!is_written) std::perror("heartwire judge: cannot write to standard output");
  is_written &= write_file(files.json, judge_json(reports, subject));
  is_written &= write_file(files.html, judge_html(reports, subject));
  const std::size_t judged = reports.size() - count_verdict(reports, judge::Verdict::inconclusive);
  const bool is_good = judged > 0 && count_verdict(reports, judge::Verdict::fail) == 0;
  return is_written && is_good ? kExitOk : kExitFailed;
}

}  // namespace heartwire::cli
