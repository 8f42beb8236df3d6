#include "cli/line_plot.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>

namespace heartwire::cli {
namespace {

/// A length on the page, in tenths of a pixel.
using Tenths = std::int64_t;
constexpr Tenths kPixel = 10;

constexpr Tenths kLeft = 70 * kPixel;  ///< For the y axis' numbers and its name.
constexpr Tenths kTop = 40 * kPixel;
constexpr Tenths kBottom = 56 * kPixel;
constexpr Tenths kRight = 20 * kPixel;
constexpr Tenths kLegendGap = 16 * kPixel;
constexpr Tenths kLegendRow = 20 * kPixel;
constexpr Tenths kLegendSample = 26 * kPixel;
/// Of a letter at the legend's size, generously: its true width is the viewer's.
constexpr Tenths kLetter = 7 * kPixel;

/// Okabe and Ito's colours, which the colour-blind tell apart; grey in place of yellow, which a
/// white ground swallows.
constexpr std::array<std::string_view, 8> kColours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                      "#e69f00", "#56b4e9", "#000000", "#8a8a8a"};

struct Tick {
  double value = 0;
  bool has_text = true;
};

/// An axis with its ends and ticks settled.
struct Ruler {
  PlotScale scale = PlotScale::linear;
  double from = 0;
  double to = 1;
  std::vector<Tick> ticks;
  Tenths length = 0;

  /// How far from its beginning `value` lies.
  Tenths place(double value) const {
    const double share = scale == PlotScale::linear
                             ? (value - from) / (to - from)
                             : (std::log10(std::max(value, from)) - std::log10(from)) /
                                   (std::log10(to) - std::log10(from));
    return std::llround(std::clamp(share, 0.0, 1.0) * static_cast<double>(length));
  }
};

/// `mantissa` times ten to the `exponent`, as exact as a double can be.
double scaled(double mantissa, int exponent) {
  double power = 1;
  for (int step = 0; step < std::abs(exponent); ++step) power *= 10;
  return exponent < 0 ? mantissa / power : mantissa * power;
}

/// The greatest e with 10^e <= value.
int exponent_of(double value) {
  int exponent = static_cast<int>(std::floor(std::log10(value)));
  while (scaled(1, exponent) > value) --exponent;
  while (scaled(1, exponent + 1) <= value) ++exponent;
  return exponent;
}

/// Between two ticks, so that about six fit: 1, 2 or 5 times a power of ten.
struct Step {
  double mantissa = 1;
  int exponent = 0;

  double times(double count) const { return scaled(mantissa * count, exponent); }
};

Step step_for(double span) {
  constexpr double kTicks = 6;
  const double wanted = span / kTicks;
  const int exponent = exponent_of(wanted);
  for (const double mantissa : {1.0, 2.0, 5.0})
    if (scaled(mantissa, exponent) >= wanted) return {mantissa, exponent};
  return {1, exponent + 1};
}

void settle_linear(Ruler& ruler, const PlotAxis& axis) {
  if (!(ruler.to > ruler.from)) ruler.to = ruler.from + 1;
  const Step step = step_for(ruler.to - ruler.from);
  const double unit = step.times(1);
  if (!axis.from) ruler.from = step.times(std::floor(ruler.from / unit));
  if (!axis.to) ruler.to = step.times(std::ceil(ruler.to / unit));
  for (double index = std::ceil(ruler.from / unit); step.times(index) <= ruler.to; ++index)
    ruler.ticks.push_back({step.times(index)});
}

void settle_logarithmic(Ruler& ruler, const PlotAxis& axis) {
  if (!(ruler.from > 0)) ruler.from = ruler.to > 0 ? std::min(1.0, ruler.to / 10) : 1;
  if (!(ruler.to > ruler.from)) ruler.to = ruler.from * 10;
  const int lowest = exponent_of(ruler.from);
  int highest = exponent_of(ruler.to);
  if (scaled(1, highest) < ruler.to) ++highest;
  if (!axis.from) ruler.from = scaled(1, lowest);
  if (!axis.to) ruler.to = scaled(1, highest);
  const int decades = highest - lowest;
  const int every = (decades + 9) / 10;
  for (int exponent = lowest; exponent <= highest; ++exponent)
    for (const double mantissa : {1.0, 2.0, 5.0}) {
      const double value = scaled(mantissa, exponent);
      if (value < ruler.from || value > ruler.to) continue;
      const bool is_power = mantissa < 1.5;
      ruler.ticks.push_back({value, is_power ? (exponent - lowest) % every == 0 : decades <= 2});
    }
}

Ruler ruler_for(const LinePlot& plot, const PlotAxis& axis, double PlotPoint::*coordinate,
                int length) {
  const bool is_linear = axis.scale == PlotScale::linear;
  double least = std::numeric_limits<double>::infinity();
  double greatest = -least;
  for (const PlotSeries& series : plot.series)
    for (const PlotPoint& point : series.points) {
      const double value = point.*coordinate;
      if (!std::isfinite(value) || (!is_linear && value <= 0)) continue;
      least = std::min(least, value);
      greatest = std::max(greatest, value);
    }
  if (least > greatest) least = greatest = is_linear ? 0 : 1;
  if (is_linear) least = std::min(least, 0.0);

  Ruler ruler{axis.scale, axis.from.value_or(least), axis.to.value_or(greatest), {}, length};
  ruler.length = length * kPixel;
  is_linear ? settle_linear(ruler, axis) : settle_logarithmic(ruler, axis);
  return ruler;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

/// `12`, `12.5`.
std::string pixels(Tenths length) {
  std::string text = std::to_string(length / kPixel);
  if (length % kPixel != 0) text += "." + std::to_string(length % kPixel);
  return text;
}

/// How a text stands to its place.
enum class Anchor : std::uint8_t { start, middle, end };

class Page {
 public:
  explicit Page(const LinePlot& plot)
      : plot_(plot),
        x_(ruler_for(plot, plot.x, &PlotPoint::x, plot.width)),
        y_(ruler_for(plot, plot.y, &PlotPoint::y, plot.height)) {}

  std::string draw() {
    begin();
    draw_axes();
    for (std::size_t index = 0; index < plot_.series.size(); ++index) draw_series(index);
    draw_legend();
    return svg_ + "</svg>\n";
  }

 private:
  Tenths across(double x) const { return kLeft + x_.place(x); }
  Tenths down(double y) const { return kTop + y_.length - y_.place(y); }
  Tenths right() const { return kLeft + x_.length; }
  Tenths bottom() const { return kTop + y_.length; }

  Tenths legend_width() const {
    std::size_t letters = 0;
    for (const PlotSeries& series : plot_.series) letters = std::max(letters, series.name.size());
    if (letters == 0) return 0;
    return kLegendGap + kLegendSample + static_cast<Tenths>(letters) * kLetter;
  }

  void begin() {
    const std::string width = pixels(right() + legend_width() + kRight);
    const std::string height = pixels(bottom() + kBottom);
    svg_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width + "\" height=\"" + height +
           "\" viewBox=\"0 0 " + width + " " + height +
           "\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">\n<title>" +
           escaped(plot_.title) + "</title>\n<rect width=\"" + width + "\" height=\"" + height +
           "\" fill=\"#fff\"/>\n";
    text(kLeft + x_.length / 2, kTop - 16 * kPixel, Anchor::middle, plot_.title,
         " font-size=\"15\"");
  }

  void text(Tenths x, Tenths y, Anchor anchor, std::string_view words, std::string_view more = {}) {
    if (words.empty()) return;
    constexpr std::array<std::string_view, 3> kAnchors = {"", " text-anchor=\"middle\"",
                                                          " text-anchor=\"end\""};
    svg_ += "<text x=\"" + pixels(x) + "\" y=\"" + pixels(y) + "\"";
    svg_ += kAnchors.at(static_cast<std::size_t>(anchor));
    svg_ += more;
    svg_ += ">" + escaped(words) + "</text>\n";
  }

  void draw_axes() {
    std::string lines;
    for (const Tick& tick : x_.ticks)
      lines += "M" + pixels(across(tick.value)) + " " + pixels(kTop) + "V" + pixels(bottom());
    for (const Tick& tick : y_.ticks)
      lines += "M" + pixels(kLeft) + " " + pixels(down(tick.value)) + "H" + pixels(right());
    svg_ += "<path stroke=\"#ddd\" d=\"" + lines + "\"/>\n";
    svg_ += "<path stroke=\"#222\" fill=\"none\" d=\"M" + pixels(kLeft) + " " + pixels(kTop) + "V" +
            pixels(bottom()) + "H" + pixels(right()) + "\"/>\n";
    for (const Tick& tick : x_.ticks)
      if (tick.has_text)
        text(across(tick.value), bottom() + 16 * kPixel, Anchor::middle, tick_text(tick.value));
    for (const Tick& tick : y_.ticks)
      if (tick.has_text)
        text(kLeft - 6 * kPixel, down(tick.value) + 4 * kPixel, Anchor::end, tick_text(tick.value));
    text(kLeft + x_.length / 2, bottom() + 40 * kPixel, Anchor::middle, plot_.x.name);
    const Tenths middle = kTop + y_.length / 2;
    text(16 * kPixel, middle, Anchor::middle, plot_.y.name,
         " transform=\"rotate(-90 16 " + pixels(middle) + ")\"");
  }

  static std::string colour(std::size_t index) {
    return std::string{kColours.at(index % kColours.size())};
  }
  static std::string stroke(std::size_t index) {
    const bool is_dashed = index / kColours.size() % 2 == 1;
    return " fill=\"none\" stroke=\"" + colour(index) + "\" stroke-width=\"1.8\"" +
           (is_dashed ? " stroke-dasharray=\"6 4\"" : "");
  }
  void marker(Tenths x, Tenths y, std::size_t index) {
    svg_ += "<circle cx=\"" + pixels(x) + "\" cy=\"" + pixels(y) + "\" r=\"3.5\" fill=\"" +
            colour(index) + "\"/>\n";
  }

  void draw_series(std::size_t index) {
    const PlotSeries& series = plot_.series[index];
    std::string line;
    std::string last;
    for (const PlotPoint& point : series.points) {
      if (!std::isfinite(point.x) || !std::isfinite(point.y)) continue;
      const std::string place = pixels(across(point.x)) + "," + pixels(down(point.y));
      if (place != last) line += (line.empty() ? "" : " ") + place;
      last = place;
    }
    if (series.has_line && !line.empty())
      svg_ += "<polyline" + stroke(index) + " points=\"" + line + "\"/>\n";
    for (const PlotPoint& point : series.points) {
      if (!std::isfinite(point.x) || !std::isfinite(point.y)) continue;
      if (series.has_markers) marker(across(point.x), down(point.y), index);
      // Towards the side with more room.
      const bool is_left = across(point.x) > kLeft + x_.length * 3 / 4;
      text(across(point.x) + (is_left ? -6 : 6) * kPixel, down(point.y) - 6 * kPixel,
           is_left ? Anchor::end : Anchor::start, point.label);
    }
  }

  void draw_legend() {
    const Tenths left = right() + kLegendGap;
    Tenths row = kTop + kLegendRow / 2;
    for (std::size_t index = 0; index < plot_.series.size(); ++index) {
      const PlotSeries& series = plot_.series[index];
      if (series.name.empty()) continue;
      if (series.has_line)
        svg_ += "<path" + stroke(index) + " d=\"M" + pixels(left) + " " + pixels(row) + "h20\"/>\n";
      if (series.has_markers) marker(left + 10 * kPixel, row, index);
      text(left + kLegendSample, row + 4 * kPixel, Anchor::start, series.name);
      row += kLegendRow;
    }
  }

  const LinePlot& plot_;
  Ruler x_;
  Ruler y_;
  std::string svg_;
};

}  // namespace

std::string to_svg(const LinePlot& plot) {
  return Page(plot).draw();
}

std::string tick_text(double value) {
  struct Unit {
    double size;
    std::string_view sign;
  };
  constexpr std::array<Unit, 3> kUnits = {{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
  const auto written = [](double number) {
    std::array<char, 40> text{};
    const bool is_tiny = std::abs(number) < 1e-3;
    const auto form = is_tiny ? std::chars_format::scientific : std::chars_format::fixed;
    // Six decimals hide the last bit of a product, and no tick needs more.
    const double rounded = is_tiny ? number : std::round(number * 1e6) / 1e6;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), rounded, form).ptr;
    std::string out(text.data(), end);
    if (const auto zero = out.find("e-0"); zero != std::string::npos) out.erase(zero + 2, 1);
    return out;
  };
  if (value == 0) return "0";  // Also where it is -0.
  for (const Unit& unit : kUnits)
    if (std::abs(value) >= unit.size) return written(value / unit.size) + std::string{unit.sign};
  return written(value);
}

}  // namespace heartwire::cli
