#include "cli/line_plot.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace heartwire::cli {
namespace {

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos;
       at = text.find(what, at + what.size()))
    ++found;
  return found;
}

bool has(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

/// The points of the only line.
std::string line_of(std::string_view svg) {
  constexpr std::string_view kBefore = " points=\"";
  const std::size_t begin = svg.find(kBefore) + kBefore.size();
  return std::string{svg.substr(begin, svg.find('"', begin) - begin)};
}

LinePlot plain() {
  return {.title = "Connections",
          .x = {.name = "time (s)"},
          .y = {.name = "open"},
          .series = {{.name = "none", .points = {{0, 0}, {5, 40}, {10, 100}}}},
          .width = 100,
          .height = 50};
}

TEST(LinePlot, draws_each_point_where_the_axes_put_it) {
  EXPECT_EQ(line_of(to_svg(plain())), "70,90 120,70 170,40");
}

TEST(LinePlot, names_what_it_shows) {
  const std::string svg = to_svg(plain());

  EXPECT_TRUE(has(svg, "<title>Connections</title>"));
  EXPECT_TRUE(has(svg, ">Connections</text>"));
  EXPECT_TRUE(has(svg, ">time (s)</text>"));
  EXPECT_TRUE(has(svg, ">open</text>"));
  EXPECT_TRUE(has(svg, ">none</text>"));
  EXPECT_TRUE(has(svg, " fill=\"#fff\"/>"));
}

TEST(LinePlot, puts_ticks_at_round_numbers) {
  LinePlot plot = plain();
  plot.series[0].points = {{0, 0}, {0.9, 1'000'000}};

  const std::string svg = to_svg(plot);

  for (const char* tick : {">0<", ">0.2<", ">0.6<", ">0.8<", ">200k<", ">800k<", ">1M<"})
    EXPECT_TRUE(has(svg, tick)) << tick;
  EXPECT_FALSE(has(svg, ">0.1<"));
}

TEST(LinePlot, moves_the_ends_of_an_axis_out_to_ticks) {
  LinePlot plot = plain();
  plot.series[0].points = {{0, 0}, {9.5, 1}};

  EXPECT_EQ(line_of(to_svg(plot)), "70,90 165,40");
}

TEST(LinePlot, gives_every_decade_the_same_length) {
  LinePlot plot = plain();
  plot.y.scale = PlotScale::logarithmic;
  plot.series[0].points = {{0, 0.001}, {5, 0.1}, {10, 10}};

  const std::string svg = to_svg(plot);

  EXPECT_EQ(line_of(svg), "70,90 120,65 170,40");
  for (const char* tick : {">0.001<", ">0.01<", ">0.1<", ">1<", ">10<"})
    EXPECT_TRUE(has(svg, tick)) << tick;
  EXPECT_FALSE(has(svg, ">0.05<"));
}

TEST(LinePlot, writes_more_numbers_where_decades_are_few) {
  LinePlot plot = plain();
  plot.x = {.name = "x", .scale = PlotScale::logarithmic, .from = 3, .to = 60};
  plot.series[0].points = {{3, 1}, {60, 2}};

  const std::string svg = to_svg(plot);

  for (const char* tick : {">5<", ">10<", ">20<", ">50<"}) EXPECT_TRUE(has(svg, tick)) << tick;
  EXPECT_EQ(line_of(svg).substr(0, 3), "70,");
}

TEST(LinePlot, draws_what_lies_beyond_an_axis_on_its_border) {
  LinePlot plot = plain();
  plot.x.to = 8;
  plot.y = {.name = "y", .scale = PlotScale::logarithmic, .from = 1};
  plot.series[0].points = {{0, 0}, {4, 10}, {9, 100}};

  EXPECT_EQ(line_of(to_svg(plot)), "70,90 120,65 170,40");
}

TEST(LinePlot, begins_a_logarithmic_axis_above_0_even_when_asked_not_to) {
  LinePlot plot = plain();
  plot.y = {.name = "y", .scale = PlotScale::logarithmic, .from = 0};

  EXPECT_EQ(line_of(to_svg(plot)), "70,90 120,49.9 170,40");
}

TEST(LinePlot, marks_and_labels_points_when_asked) {
  LinePlot plot = plain();
  plot.series[0].has_line = false;
  plot.series[0].has_markers = true;
  plot.series[0].points[1].label = "25 s / 10 s";

  const std::string svg = to_svg(plot);

  EXPECT_EQ(count(svg, "<polyline"), 0U);
  EXPECT_EQ(count(svg, "<circle"), 4U);  // Three points and the legend's sample.
  EXPECT_TRUE(has(svg, "<text x=\"126\" y=\"64\">25 s / 10 s</text>"));
}

TEST(LinePlot, writes_a_label_at_the_right_border_to_the_left_of_its_point) {
  LinePlot plot = plain();
  plot.series[0].points[2].label = "last";

  EXPECT_TRUE(has(to_svg(plot), "<text x=\"164\" y=\"34\" text-anchor=\"end\">last</text>"));
}

TEST(LinePlot, escapes_every_text) {
  LinePlot plot = plain();
  plot.title = "a < b & \"c\"\n";
  plot.series[0].name = "<script>";

  const std::string svg = to_svg(plot);

  EXPECT_TRUE(has(svg, "<title>a &lt; b &amp; &quot;c&quot; </title>"));
  EXPECT_FALSE(has(svg, "<script>"));
}

TEST(LinePlot, tells_the_ninth_series_from_the_first) {
  LinePlot plot = plain();
  plot.series.resize(9, plot.series[0]);

  const std::string svg = to_svg(plot);

  EXPECT_EQ(count(svg, "stroke=\"#0072b2\""), 4U);  // Two lines, two samples in the legend.
  EXPECT_EQ(count(svg, "stroke-dasharray"), 2U);
}

TEST(LinePlot, leaves_out_what_is_no_number_and_draws_a_place_once) {
  LinePlot plot = plain();
  plot.series[0].points = {
      {0, 0}, {0.0001, 0}, {1, std::numeric_limits<double>::quiet_NaN()}, {10, 100}};

  EXPECT_EQ(line_of(to_svg(plot)), "70,90 170,40");
}

TEST(LinePlot, draws_axes_where_there_is_nothing_to_show) {
  LinePlot plot = plain();
  plot.series.clear();
  plot.y.scale = PlotScale::logarithmic;

  const std::string svg = to_svg(plot);

  EXPECT_TRUE(has(svg, ">10<"));
  EXPECT_FALSE(has(svg, "nan"));
}

TEST(LinePlot, writes_ticks_for_people) {
  EXPECT_EQ(tick_text(0), "0");
  EXPECT_EQ(tick_text(-0.0), "0");
  EXPECT_EQ(tick_text(0.25), "0.25");
  EXPECT_EQ(tick_text(0.1 + 0.2), "0.3");
  EXPECT_EQ(tick_text(-40), "-40");
  EXPECT_EQ(tick_text(250'000), "250k");
  EXPECT_EQ(tick_text(1'500'000), "1.5M");
  EXPECT_EQ(tick_text(2e9), "2G");
  EXPECT_EQ(tick_text(2e-5), "2e-5");
}

}  // namespace
}  // namespace heartwire::cli
