#pragma once
// A plot of named series of points, drawn as one SVG file: for figures in documents that a command
// of the tool draws again.
//
// The same plot gives the same octets on every machine: all that is written is in tenths of a
// pixel, so the last bit of a logarithm does not show. The background is drawn, so that a dark
// viewer shows what a light one does. Nothing is loaded: no script, no font, no style sheet.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::cli {

enum class PlotScale : std::uint8_t {
  linear,
  logarithmic,  ///< To the base 10. What is not above 0 has no place on it, and lies on its border.
};

struct PlotAxis {
  /// With its unit: "time (s)".
  std::string name;
  PlotScale scale = PlotScale::linear;
  /// Where the axis begins and ends. What lies beyond is drawn on the border. Default: as the
  /// points need, a linear axis from 0 unless a point lies below, both ends moved out to a tick (a
  /// power of ten where logarithmic).
  std::optional<double> from{};
  std::optional<double> to{};
};

struct PlotPoint {
  double x = 0;
  double y = 0;
  /// Written beside the point. Default: nothing.
  std::string label{};
};

struct PlotSeries {
  std::string name;  ///< In the legend; empty: not in it.
  /// In the order in which the line joins them. One that is not finite is left out.
  std::vector<PlotPoint> points;
  bool has_line = true;
  bool has_markers = false;
};

struct LinePlot {
  std::string title;
  PlotAxis x;
  PlotAxis y;
  std::vector<PlotSeries> series;
  /// Of the area between the axes, in pixels.
  int width = 640;
  int height = 360;
};

/// The whole file. Series take their colours in order: eight, then the same with dashed lines.
std::string to_svg(const LinePlot& plot);

/// A number as a tick shows it: `0.25`, `40`, `250k`, `1.5M`, `2G`; what is under a thousandth with
/// its power of ten, `2e-5`.
std::string tick_text(double value);

}  // namespace heartwire::cli
