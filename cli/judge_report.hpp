#pragma once
// What an examination found, as a table for people, as JSON, and as a page with timelines. A peer's
// words come out escaped in each.

#include "cli/judge_examination.hpp"

#include <string>
#include <vector>

namespace heartwire::cli {

/// One line, as each case is judged.
std::string judge_line(const JudgeReport& report);

/// All cases, and what each is for where it did not pass.
std::string judge_table(const std::vector<JudgeReport>& reports);

/// `subject` is what was examined, as the user named it.
std::string judge_json(const std::vector<JudgeReport>& reports, const std::string& subject);

/// A page that needs nothing else.
std::string judge_html(const std::vector<JudgeReport>& reports, const std::string& subject);

/// How many have this verdict.
std::size_t count_verdict(const std::vector<JudgeReport>& reports, judge::Verdict verdict);

}  // namespace heartwire::cli
