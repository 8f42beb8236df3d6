#include "cli/detectors_report.hpp"

#include "cli/json_object.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <utility>
#include <variant>

namespace heartwire::cli {
namespace {

using base::Duration;
using sim::DetectorFamily;

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

template <typename... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 200> text{};
  std::snprintf(text.data(), text.size(), pattern, values...);
  return text.data();
}

double a_day(std::uint64_t count, const DetectorsReport& report) {
  return static_cast<double>(count) / report.trial.days;
}

std::string name(const sim::DetectorPolicy& policy) {
  if (policy.family == DetectorFamily::phi) return policy.name;
  return std::string{to_text(policy.family)} + ": " + policy.name;
}

std::string facts(const DetectorsReport& report) {
  const sim::DetectorTrial& trial = report.trial;
  const double lost =
      100 * static_cast<double>(trial.packets_lost) / static_cast<double>(trial.packets);
  std::string text = std::string{report.link.name} + ": " +
                     format(
                         "%u connection-days, %llu heartbeats; interrupted for %.1f s a day, "
                         "%.2f %% of packets lost\n",
                         trial.days, static_cast<unsigned long long>(trial.answers.count()),
                         seconds(trial.interrupted) / trial.days, lost);
  return text + format(
                    "answers: half in %.2f s, 99 %% in %.2f s, 99.9 %% in %.2f s; not in 60 s, "
                    "so dead for every policy: %.3f a day\n\n",
                    seconds(trial.answers.quantile(500)), seconds(trial.answers.quantile(990)),
                    seconds(trial.answers.quantile(999)), a_day(trial.unanswered, report));
}

bool is_default(const sim::DetectorPolicy& policy) {
  const core::HeartbeatOptions defaults;
  const auto* options = std::get_if<core::HeartbeatOptions>(&policy.options);
  return options != nullptr && options->reply == defaults.reply &&
         options->timeout == defaults.timeout && options->reply_min == defaults.reply_min;
}

PlotPoint point(const DetectorsReport& report, std::size_t i) {
  const sim::DetectorScore& score = report.trial.scores[i];
  PlotPoint point;
  point.x = seconds(score.detection.mean());
  point.y = a_day(score.too_early.count(), report);
  // Where one is on the plot: fixed deadlines mean the same on each.
  if (report.policies[i].family == DetectorFamily::fixed) point.label = report.policies[i].name;
  return point;
}

/// All of a family but the default.
PlotSeries series(const DetectorsReport& report, DetectorFamily family, const char* title) {
  PlotSeries series;
  series.name = title;
  series.has_line = family == DetectorFamily::fixed || family == DetectorFamily::phi;
  series.has_markers = true;
  for (std::size_t i = 0; i < report.policies.size(); ++i) {
    const sim::DetectorPolicy& policy = report.policies[i];
    if (policy.family == family && !is_default(policy)) series.points.push_back(point(report, i));
  }
  return series;
}

}  // namespace

std::string detectors_table(const DetectorsReport& report) {
  std::string text = facts(report);
  text +=
      "                                              false deaths    detection time (s)   too "
      "early\n";
  text +=
      "policy                                       count    a day   mean    99 %    most  by "
      "(s)\n";
  for (std::size_t i = 0; i < report.policies.size(); ++i) {
    const sim::DetectorScore& score = report.trial.scores[i];
    const std::uint64_t count = score.too_early.count();
    text += format("%-40s %9llu %8.4f %6.2f %7.2f %7.2f", name(report.policies[i]).c_str(),
                   static_cast<unsigned long long>(count), a_day(count, report),
                   seconds(score.detection.mean()), seconds(score.detection.quantile(990)),
                   seconds(score.detection.greatest()));
    text += count == 0 ? "       -\n" : format(" %7.2f\n", seconds(score.too_early.quantile(500)));
  }
  return text;
}

std::string detectors_json(const DetectorsReport& report) {
  std::string text;
  for (std::size_t i = 0; i < report.policies.size(); ++i) {
    const sim::DetectorScore& score = report.trial.scores[i];
    JsonObject object;
    object.add("link", report.link.name)
        .add("family", to_text(report.policies[i].family))
        .add("policy", report.policies[i].name)
        .add("connection_days", report.trial.days)
        .add("false_deaths", score.too_early.count())
        .add("right_deaths", score.right_verdicts)
        .add("detection_mean_ms", score.detection.mean())
        .add("detection_p99_ms", score.detection.quantile(990))
        .add("detection_most_ms", score.detection.greatest())
        .add("too_early_median_ms", score.too_early.quantile(500));
    text += object.line();
  }
  return text;
}

LinePlot detectors_plot(const DetectorsReport& report) {
  LinePlot plot;
  plot.title = report.link.name;
  plot.x.name = "mean detection time (s)";
  plot.y.name = "false deaths a connection-day";
  plot.y.scale = PlotScale::logarithmic;
  plot.series = {series(report, DetectorFamily::fixed, "one fixed deadline"),
                 series(report, DetectorFamily::misses, "several misses"),
                 series(report, DetectorFamily::adaptive, "suspect, confirm, declare"),
                 series(report, DetectorFamily::phi, "phi accrual")};
  PlotSeries standing_out;
  standing_out.name = "the default";
  standing_out.has_line = false;
  standing_out.has_markers = true;
  double least = std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < report.policies.size(); ++i) {
    const PlotPoint one = point(report, i);
    least = std::min(least, one.x);
    if (is_default(report.policies[i])) standing_out.points.push_back(one);
  }
  plot.series.push_back(std::move(standing_out));
  plot.x.from = std::floor(least / 5) * 5;
  return plot;
}

}  // namespace heartwire::cli
