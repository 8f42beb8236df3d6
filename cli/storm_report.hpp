#pragma once
// Storms for people and programs: a table, lines of JSON, and plots. Nothing in here differs from
// one machine to another.

#include "cli/line_plot.hpp"
#include "heartwire/sim/storm.hpp"

#include <span>
#include <string>

namespace heartwire::cli {

/// One storm of several that differ in their policy alone.
struct StormRow {
  sim::StormOptions options;
  sim::StormResult result;
};

/// What the storm is: its clients, its server, how it goes.
std::string describe(const sim::StormOptions& options);

/// A table in Markdown, a line a row.
std::string storm_table(std::span<const StormRow> rows);

/// All that was counted, but for the seconds: an object on a line.
std::string storm_json(const StormRow& row);

/// Connections over time, and attempts a second; a line a row.
LinePlot connections_plot(std::span<const StormRow> rows);
LinePlot attempts_plot(std::span<const StormRow> rows);

}  // namespace heartwire::cli
