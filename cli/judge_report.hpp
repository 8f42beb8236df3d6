#pragma once
// What an examination found, as a table for people, as JSON, and as a page with timelines. A peer's
// words come out escaped in each.

#include "heartwire/base/instant.hpp"
#include "heartwire/judge/timeline.hpp"
#include "heartwire/judge/verdict.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::cli {

/// What came of one case. The views are of the catalogue, and last.
struct JudgeReport {
  std::string_view name{};
  std::string_view title{};
  std::string_view demand{};
  std::string_view why{};
  judge::Finding finding{};
  judge::Timeline timeline{};
  base::Instant began_at{};
  base::Instant ended_at{};
  std::uint32_t clients = 1;
};

/// What was examined.
struct JudgeSubject {
  std::string_view kind = "client";  ///< Or `server`.
  std::string name{};                ///< As the user named it.
};

/// One line, as each case is judged.
std::string judge_line(const JudgeReport& report);

/// All cases, and what each is for where it did not pass.
std::string judge_table(const std::vector<JudgeReport>& reports);

std::string judge_json(const std::vector<JudgeReport>& reports, const JudgeSubject& subject);

/// A page that needs nothing else.
std::string judge_html(const std::vector<JudgeReport>& reports, const JudgeSubject& subject);

/// `20 cases: 18 pass, 2 warn`.
std::string judge_sum(const std::vector<JudgeReport>& reports);

/// How many have this verdict.
std::size_t count_verdict(const std::vector<JudgeReport>& reports, judge::Verdict verdict);

}  // namespace heartwire::cli
