#include "cli/judge_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace heartwire::cli {
namespace {

using judge::Verdict;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kHostile = "</svg><script>\x1b[2J\"'&";

JudgeReport report(Verdict verdict, std::string said = "") {
  JudgeReport report;
  report.name = "silent-peer";
  report.title = "The server says nothing";
  report.why = "A dead server sends no error.";
  report.finding = {verdict, "left after 34.2 s", "a note", judge::Ability::none};
  report.began_at = base::instant(seconds{100});
  report.ended_at = base::instant(seconds{140});
  judge::TimelineEntry entry;
  entry.at = base::instant(seconds{110});
  entry.link = 7;
  entry.side = judge::Side::examined;
  entry.what = "message";
  entry.said = std::move(said);
  report.timeline.add(entry);
  return report;
}

TEST(JudgeReport, a_line_has_name_verdict_figure_and_note) {
  EXPECT_EQ(judge_line(report(Verdict::pass)),
            "silent-peer          pass         left after 34.2 s\n"
            "                                  a note\n");
}

TEST(JudgeReport, the_table_says_why_it_matters_where_something_is_wrong) {
  EXPECT_THAT(judge_table({report(Verdict::pass)}), Not(HasSubstr("Why it matters")));
  EXPECT_THAT(judge_table({report(Verdict::fail)}), HasSubstr("Why it matters: A dead server"));
  EXPECT_THAT(judge_table({report(Verdict::pass), report(Verdict::warn)}),
              testing::EndsWith("2 cases: 1 pass, 1 warn\n"));
  EXPECT_EQ(judge_table({}), "0 cases\n");
}

TEST(JudgeReport, json_counts_verdicts_and_tells_times_from_the_beginning) {
  const std::string json =
      judge_json({report(Verdict::not_offered, "hello")}, {"client", "my \"client\""});

  EXPECT_THAT(json, HasSubstr("\"subject\":\"my \\\"client\\\"\""));
  EXPECT_THAT(json, HasSubstr("\"not_offered\":1"));
  EXPECT_THAT(json, HasSubstr("\"verdict\":\"not offered\""));
  EXPECT_THAT(json, HasSubstr("\"at_ms\":10000.000"));
  EXPECT_THAT(json, HasSubstr("\"took_ms\":40000.000"));
  EXPECT_THAT(json, HasSubstr("\"said\":\"hello\""));
}

TEST(JudgeReport, the_page_obeys_nobody) {
  const std::string page = judge_html({report(Verdict::fail, kHostile)}, {"client", kHostile});

  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, HasSubstr("&lt;/svg&gt;&lt;script&gt;\\x1b[2J&quot;&#39;&amp;"));
}

TEST(JudgeReport, a_server_is_called_one) {
  JudgeReport about = report(Verdict::not_offered, "hello");
  about.demand = "pass on";

  const std::string page = judge_html({about}, {"server", "ws://a/"});
  EXPECT_THAT(page, HasSubstr("server: message &quot;hello&quot;"));
  EXPECT_THAT(page, Not(HasSubstr("client")));
  EXPECT_THAT(judge_json({about}, {"server", "ws://a/"}), HasSubstr("\"side\":\"server\""));
}

TEST(JudgeReport, json_obeys_nobody) {
  const std::string json = judge_json({report(Verdict::fail, kHostile)}, {"client", "a client"});

  EXPECT_THAT(json, Not(HasSubstr("\x1b")));
  EXPECT_THAT(json, HasSubstr("\\\"'&"));
}

TEST(JudgeReport, a_picture_has_a_lane_for_each_of_many_links_at_most) {
  JudgeReport crowded = report(Verdict::pass);
  for (judge::LinkId link = 1; link <= 500; ++link) {
    judge::TimelineEntry entry;
    entry.at = crowded.began_at;
    entry.link = link;
    entry.what = "accepted";
    crowded.timeline.add(entry);
  }

  const std::string page = judge_html({crowded}, {"client", "a client"});

  EXPECT_THAT(page, HasSubstr(">link 60<"));
  EXPECT_THAT(page, Not(HasSubstr(">link 61<")));
  EXPECT_THAT(page, HasSubstr("more</li>"));
}

TEST(JudgeReport, a_lane_is_drawn_until_its_transport_ends) {
  JudgeReport open = report(Verdict::fail);
  // The picture is 870 wide for 40 s, and begins at 70: its one entry comes after ten.
  EXPECT_THAT(judge_html({open}, {}), HasSubstr("<line x1=\"287\" x2=\"940\" y1"));

  judge::TimelineEntry end = open.timeline.entries()[0];
  end.at = base::instant(seconds{120});
  end.what = "ended the connection";
  open.timeline.add(end);
  EXPECT_THAT(judge_html({open}, {}), HasSubstr("<line x1=\"287\" x2=\"505\" y1"));
}

TEST(JudgeReport, verdicts_are_counted) {
  const std::vector<JudgeReport> reports{report(Verdict::fail), report(Verdict::pass),
                                         report(Verdict::fail)};

  EXPECT_EQ(count_verdict(reports, Verdict::fail), 2U);
  EXPECT_EQ(count_verdict(reports, Verdict::warn), 0U);
}

}  // namespace
}  // namespace heartwire::cli
