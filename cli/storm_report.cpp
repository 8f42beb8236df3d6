#include "cli/storm_report.hpp"

#include "cli/json_object.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace heartwire::cli {
namespace {

using base::Duration;

/// More points than a line on a page can show.
constexpr std::size_t kPointsMax = 640;

/// `share` of `whole`, with `decimals` of them; rounded to the nearest in integers, so that every
/// machine rounds alike.
std::string ratio(std::uint64_t share, std::uint64_t whole, int decimals) {
  std::uint64_t scale = 1;
  for (int digit = 0; digit < decimals; ++digit) scale *= 10;
  const std::uint64_t scaled = (share * scale + whole / 2) / whole;
  std::string text = std::to_string(scaled / scale);
  if (decimals == 0) return text;
  const std::string fraction = std::to_string(scaled % scale);
  return text + '.' + std::string(static_cast<std::size_t>(decimals) - fraction.size(), '0') +
         fraction;
}

std::string in_seconds(std::optional<Duration> time) {
  if (!time) return "-";
  return ratio(static_cast<std::uint64_t>(time->count()), 1'000'000'000, 1);
}

using Cells = std::array<std::string, 12>;

const Cells kHead = {"policy",    "attempts", "p99",    "most",   "peak a second", "to rate",
                     "back in %", "50 % s",   "99 % s", "last s", "to ideal",      "wasted"};

Cells cells_of(const StormRow& row) {
  const sim::StormResult& result = row.result;
  const auto ideal = static_cast<std::uint64_t>(result.ideal.count());
  const auto last = result.all_back.value_or(Duration::zero()).count();
  // Rounded down: 100 is all.
  const std::string back = std::to_string(result.opened * 100 / result.clients);
  return {std::string{sim::name(row.options.policy)},
          ratio(result.attempts, result.clients, 2),
          std::to_string(result.attempts_p99),
          std::to_string(result.attempts_max),
          std::to_string(result.attempts_peak),
          ratio(result.attempts_peak, row.options.server.accept_rate, 1),
          back,
          in_seconds(result.half_back),
          in_seconds(result.most_back),
          in_seconds(result.all_back),
          result.all_back ? ratio(static_cast<std::uint64_t>(last), ideal, 2) : "-",
          std::to_string(result.wasted)};
}

std::string joined(const Cells& cells, const std::array<std::size_t, 12>& widths) {
  std::string line = "|";
  for (std::size_t column = 0; column < cells.size(); ++column) {
    const std::string space(widths[column] - cells[column].size(), ' ');
    line += ' ' + (column == 0 ? cells[column] + space : space + cells[column]) + " |";
  }
  return line + '\n';
}

/// Each `stride` seconds become one point, at their end.
LinePlot plot_of(std::span<const StormRow> rows,
                 double (*value)(std::span<const sim::StormSecond>)) {
  LinePlot plot;
  plot.x.name = "time since the server accepts again (s)";
  double last = 1;
  for (const StormRow& row : rows) {
    const sim::StormResult& result = row.result;
    PlotSeries series{.name = std::string{sim::name(row.options.policy)}, .points = {}};
    const std::span<const sim::StormSecond> all = result.seconds;
    const std::size_t stride = all.size() / kPointsMax + 1;
    plot.x.from = -static_cast<double>(result.seconds_away);
    for (std::size_t from = 0; from < all.size(); from += stride) {
      const auto some = all.subspan(from, std::min(stride, all.size() - from));
      const auto end = static_cast<double>(from + some.size());
      series.points.push_back({end - static_cast<double>(result.seconds_away), value(some), {}});
      last = std::max(last, series.points.back().x);
    }
    plot.series.push_back(std::move(series));
  }
  plot.x.to = last;
  return plot;
}

std::string what(const sim::StormOptions& options) {
  std::string text = count_of(options.clients, "client");
  switch (options.departure) {
    case sim::Departure::crash: text += ", crash"; break;
    case sim::Departure::silence: text += ", silent crash"; break;
    case sim::Departure::drain: text += ", drain"; break;
  }
  return text + (options.has_admission ? ", with admission" : ", without admission");
}

}  // namespace

std::string describe(const sim::StormOptions& options) {
  const sim::StormServerOptions& server = options.server;
  std::string text = what(options) + "; " + std::to_string(server.accept_rate) +
                     " handshakes a second, down " + describe(options.down) + ", ";
  text += server.backlog ? "backlog " + std::to_string(*server.backlog) : "no backlog limit";
  text += ", server patient for " + describe(server.handshake_timeout) + ", clients for " +
          describe(options.handshake_timeout) + ", a refusal costs " +
          std::to_string(server.refusal_cost_percent) + " % of a handshake; seed " +
          std::to_string(options.seed);
  return text;
}

std::string storm_table(std::span<const StormRow> rows) {
  std::vector<Cells> lines{kHead};
  for (const StormRow& row : rows) lines.push_back(cells_of(row));
  std::array<std::size_t, 12> widths{};
  for (const Cells& cells : lines)
    for (std::size_t column = 0; column < cells.size(); ++column)
      widths[column] = std::max(widths[column], cells[column].size());

  std::string table = joined(lines.front(), widths) + '|';
  for (std::size_t column = 0; column < widths.size(); ++column)
    table += std::string(widths[column] + 1, '-') + (column == 0 ? "-|" : ":|");
  table += '\n';
  for (std::size_t line = 1; line < lines.size(); ++line) table += joined(lines[line], widths);
  return table;
}

std::string storm_json(const StormRow& row) {
  const sim::StormResult& result = row.result;
  JsonObject object;
  object.add("policy", sim::name(row.options.policy))
      .add("clients", result.clients)
      .add("accept_rate", row.options.server.accept_rate)
      .add("admission", row.options.has_admission)
      .add("seed", row.options.seed)
      .add("attempts", result.attempts)
      .add("opened", result.opened)
      .add("refused", result.refused)
      .add("reset", result.reset)
      .add("turned_away", result.turned_away)
      .add("overdue", result.overdue)
      .add("timed_out", result.timed_out)
      .add("unfinished", result.unfinished)
      .add("wasted", result.wasted)
      .add("attempts_p99", result.attempts_p99)
      .add("attempts_max", result.attempts_max)
      .add("attempts_peak", result.attempts_peak)
      .add("ideal_ms", result.ideal);
  if (result.half_back) object.add("half_back_ms", *result.half_back);
  if (result.most_back) object.add("most_back_ms", *result.most_back);
  if (result.all_back) object.add("all_back_ms", *result.all_back);
  return object.line();
}

LinePlot connections_plot(std::span<const StormRow> rows) {
  LinePlot plot = plot_of(rows, [](std::span<const sim::StormSecond> seconds) {
    return static_cast<double>(seconds.back().open);
  });
  if (!rows.empty()) plot.title = what(rows.front().options);
  plot.y.name = "connections";
  return plot;
}

LinePlot attempts_plot(std::span<const StormRow> rows) {
  LinePlot plot = plot_of(rows, [](std::span<const sim::StormSecond> seconds) {
    std::uint32_t most = 0;
    for (const sim::StormSecond& second : seconds) most = std::max(most, second.attempts);
    return static_cast<double>(most);
  });
  if (!rows.empty()) plot.title = what(rows.front().options);
  plot.y = {.name = "attempts a second", .scale = PlotScale::logarithmic, .from = 1.0};
  return plot;
}

}  // namespace heartwire::cli
