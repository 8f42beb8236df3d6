#include "cli/detectors_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace heartwire::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class DetectorsReports : public testing::Test {
 protected:
  DetectorsReports() {
    trial_.days = 4;
    trial_.packets = 1'000;
    trial_.packets_lost = 25;
    trial_.interrupted = 10s;
    trial_.unanswered = 1;
    trial_.answers.add(250ms);
    trial_.scores.resize(policies_.size());
    trial_.scores[0].too_early.add(1500ms);
    trial_.scores[0].right_verdicts = 7;
    trial_.scores[0].detection.add(12s);
    trial_.scores[0].detection.add(14s);
  }

  DetectorsReport report() const { return {link_, policies_, trial_}; }

  sim::DetectorLink link_{.name = "string"};
  std::vector<sim::DetectorPolicy> policies_{sim::fixed_policy(25s, 8s), sim::phi_policy(25s, 8),
                                             sim::adaptive_policy(25s, 10s, 1s)};
  sim::DetectorTrial trial_;
};

TEST_F(DetectorsReports, the_table_has_a_line_a_policy) {
  EXPECT_EQ(
      detectors_table(report()),
      "string: 4 connection-days, 1 heartbeats; interrupted for 2.5 s a day, 2.50 % of "
      "packets lost\n"
      "answers: half in 0.25 s, 99 % in 0.25 s, 99.9 % in 0.25 s; not in 60 s, so dead for "
      "every policy: 0.250 a day\n"
      "\n"
      "                                              false deaths    detection time (s)   too "
      "early\n"
      "policy                                       count    a day   mean    99 %    most  by (s)\n"
      "fixed: 8 s                                       1   0.2500  13.00   14.00   14.00    1.50\n"
      "phi 8                                            0   0.0000   0.00    0.00    0.00       -\n"
      "adaptive: timeout 10 s, reply_min 1 s            0   0.0000   0.00    0.00    0.00       "
      "-\n");
}

TEST_F(DetectorsReports, json_has_a_line_a_policy) {
  const std::string json = detectors_json(report());

  EXPECT_THAT(json, testing::StartsWith(
                        R"({"link":"string","family":"fixed","policy":"8 s","connection_days":4,)"
                        R"("false_deaths":1,"right_deaths":7,"detection_mean_ms":13000.000)"));
  EXPECT_THAT(json, HasSubstr("\n{\"link\":\"string\",\"family\":\"phi\""));
  EXPECT_EQ(json.back(), '\n');
}

TEST_F(DetectorsReports, the_plot_sets_false_deaths_against_detection_time) {
  const LinePlot plot = detectors_plot(report());

  EXPECT_EQ(plot.y.scale, PlotScale::logarithmic);
  ASSERT_EQ(plot.series.size(), 5u);
  ASSERT_EQ(plot.series[0].points.size(), 1u);
  EXPECT_EQ(plot.series[0].points[0].x, 13.0);
  EXPECT_EQ(plot.series[0].points[0].y, 0.25);
  EXPECT_EQ(plot.series[0].points[0].label, "8 s");
  EXPECT_EQ(plot.series[1].points.size(), 0u);
  EXPECT_EQ(plot.series[2].points.size(), 0u);
  EXPECT_EQ(plot.series[3].points.size(), 1u);
  EXPECT_EQ(plot.series[4].name, "the default");
  EXPECT_EQ(plot.series[4].points.size(), 1u);
}

}  // namespace
}  // namespace heartwire::cli
