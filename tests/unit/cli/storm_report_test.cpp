#include "cli/storm_report.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace heartwire::cli {
namespace {

using namespace std::chrono_literals;

StormRow row() {
  StormRow row;
  row.options.clients = 1'000;
  row.options.server.accept_rate = 100;
  row.options.policy = sim::StormPolicy::equal;
  row.result.clients = 1'000;
  row.result.attempts = 2'345;
  row.result.opened = 1'000;
  row.result.attempts_p99 = 7;
  row.result.attempts_max = 9;
  row.result.attempts_peak = 425;
  row.result.half_back = 5'049ms;
  row.result.most_back = 10'050ms;
  row.result.all_back = 12'341ms;
  row.result.ideal = 10s;
  row.result.wasted = 66;
  row.result.seconds_away = 2;
  row.result.seconds = {{900, 5}, {0, 1'500}, {500, 40}, {1'000, 700}};
  return row;
}

TEST(StormReport, tells_a_storm_on_a_line) {
  const std::vector<StormRow> rows{row()};

  EXPECT_EQ(storm_table(rows),
            "| policy | attempts | p99 | most | peak a second | to rate | back in % | 50 % s | "
            "99 % s | last s | to ideal | wasted |\n"
            "|--------|---------:|----:|-----:|--------------:|--------:|----------:|-------:|"
            "-------:|-------:|---------:|-------:|\n"
            "| equal  |     2.35 |   7 |    9 |           425 |     4.3 |       100 |    5.0 |"
            "   10.1 |   12.3 |     1.23 |     66 |\n");
}

TEST(StormReport, does_not_tell_what_did_not_come_to_pass) {
  std::vector<StormRow> rows{row()};
  rows[0].result.opened = 999;
  rows[0].result.all_back.reset();

  const std::string table = storm_table(rows);

  EXPECT_NE(table.find("|        99 |"), std::string::npos);
  EXPECT_NE(table.find("|      - |        - |"), std::string::npos);
  EXPECT_EQ(storm_json(rows[0]).find("all_back_ms"), std::string::npos);
}

TEST(StormReport, tells_programs_in_json) {
  EXPECT_EQ(storm_json(row()),
            "{\"policy\":\"equal\",\"clients\":1000,\"accept_rate\":100,\"admission\":false,"
            "\"seed\":1,\"attempts\":2345,\"opened\":1000,\"refused\":0,\"reset\":0,"
            "\"turned_away\":0,\"overdue\":0,\"timed_out\":0,\"unfinished\":0,\"wasted\":66,"
            "\"attempts_p99\":7,\"attempts_max\":9,\"attempts_peak\":425,"
            "\"ideal_ms\":10000.000,\"half_back_ms\":5049.000,\"most_back_ms\":10050.000,"
            "\"all_back_ms\":12341.000}\n");
}

TEST(StormReport, says_what_the_storm_is) {
  sim::StormOptions options = row().options;
  options.departure = sim::Departure::drain;
  options.has_admission = true;
  options.server.backlog = 500;

  EXPECT_EQ(describe(options),
            "1000 clients, drain, with admission; 100 handshakes a second, down 5 s, backlog 500, "
            "server patient for 8 s, clients for 10 s, a refusal costs 100 % of a handshake; "
            "seed 1");
}

TEST(StormReport, draws_connections_at_the_end_of_each_second) {
  const LinePlot plot = connections_plot(std::vector<StormRow>{row()});

  ASSERT_EQ(plot.series.size(), 1U);
  EXPECT_EQ(plot.series[0].name, "equal");
  ASSERT_EQ(plot.series[0].points.size(), 4U);
  EXPECT_EQ(plot.series[0].points[0].x, -1);
  EXPECT_EQ(plot.series[0].points[0].y, 900);
  EXPECT_EQ(plot.series[0].points[3].x, 2);
  EXPECT_EQ(plot.series[0].points[3].y, 1'000);
  EXPECT_EQ(plot.x.from, -2);
  EXPECT_EQ(plot.x.to, 2);
}

TEST(StormReport, thins_what_no_page_can_show_and_keeps_the_peaks) {
  StormRow long_one = row();
  long_one.result.seconds.assign(1'500, {10, 3});
  long_one.result.seconds[751].attempts = 99;
  long_one.result.seconds.back().open = 77;

  const auto connections = connections_plot(std::vector<StormRow>{long_one}).series[0].points;
  const auto attempts = attempts_plot(std::vector<StormRow>{long_one}).series[0].points;

  EXPECT_EQ(connections.size(), 500U);
  EXPECT_EQ(connections.back().y, 77);
  EXPECT_EQ(connections.back().x, 1'498);
  EXPECT_EQ(attempts[250].y, 99);
  EXPECT_EQ(attempts[251].y, 3);
}

}  // namespace
}  // namespace heartwire::cli
