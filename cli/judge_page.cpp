// The page of an examination: judge_html() of judge_report.hpp.

#include "cli/judge_report.hpp"
#include "cli/text.hpp"
#include "heartwire/judge/figures.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace heartwire::cli {
namespace {

using judge::Side;
using judge::TimelineEntry;

constexpr std::string_view kStyle = R"(<style>
body{font:15px/1.45 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;
color:#222}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2.2rem 0 .2rem}p{margin:.2rem 0}
table{border-collapse:collapse;width:100%;margin:1rem 0}td,th{text-align:left;padding:.3rem .6rem;
border-bottom:1px solid #ddd;vertical-align:top}
.v{display:inline-block;padding:0 .5em;border-radius:
.3em;color:#fff;font-size:.85em;white-space:nowrap}
.pass{background:#1a7f37}.warn{background:#9a6700}
.fail{background:#cf222e}.not-offered{background:#57606a}.inconclusive{background:#8250df}
.muted{color:#57606a}svg{width:100%;height:auto;background:#f6f8fa;margin:.5rem 0;
border-radius:.3em}
svg text{font:11px system-ui,sans-serif;fill:#57606a}details{margin:.3rem 0}
</style>)";

/// Lanes in a picture; what comes on later links is only in the list.
constexpr std::size_t kLanesMax = 60;
constexpr int kWidth = 960;
constexpr int kLeft = 70;
constexpr int kLaneHeight = 14;
constexpr std::size_t kListMax = 300;

/// Ours and the peer's: control characters as in a terminal, then what HTML would obey.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : for_terminal(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string badge(judge::Verdict verdict) {
  std::string kind{judge::name(verdict)};
  std::replace(kind.begin(), kind.end(), ' ', '-');
  return "<span class=\"v " + kind + "\">" + std::string{judge::name(verdict)} + "</span>";
}

std::string_view colour_of(const TimelineEntry& entry) {
  if (entry.side == Side::judge) return "#0969da";
  const bool is_end = entry.what.starts_with("Close") || entry.what.starts_with("ended") ||
                      entry.what.starts_with("broke") || entry.what.starts_with("its program");
  return is_end ? "#cf222e" : "#1a7f37";
}

bool ends_transport(const TimelineEntry& entry) {
  return entry.what.starts_with("ended") || entry.what.starts_with("broke") ||
         entry.what.starts_with("reset") || entry.what.starts_with("HTTP");
}

std::string tooltip(const TimelineEntry& entry, base::Instant began_at, std::string_view examined) {
  std::string text = judge::in_seconds(entry.at - began_at) + ' ';
  if (entry.side != Side::phase)
    text += std::string{entry.side == Side::examined ? examined : "judge"} + ": ";
  text += entry.what;
  if (entry.count > 1)
    text += ", " + std::to_string(entry.count) + " times until " +
            judge::in_seconds(entry.last - began_at);
  if (entry.client != 0) text += " (client " + std::to_string(entry.client) + ')';
  if (!entry.said.empty()) text += " \"" + entry.said + '"';
  return escaped(text);
}

/// One lane for each connection, time from left to right.
class Picture {
 public:
  Picture(const JudgeReport& report, std::string_view examined)
      : report_(report),
        examined_(examined),
        span_(std::max<base::Duration>(report.ended_at - report.began_at,
                                       std::chrono::milliseconds{1})) {
    for (const TimelineEntry& entry : report.timeline.entries()) note_lane(entry);
  }

  std::string draw() const {
    const int height = kLaneHeight * static_cast<int>(lanes_.size() + 1) + 24;
    std::string text = "<svg viewBox=\"0 0 " + std::to_string(kWidth) + ' ' +
                       std::to_string(height) + "\" role=\"img\">";
    for (int tick = 0; tick <= 4; ++tick) text += draw_tick(tick, height);
    for (const auto& [link, lane] : lanes_) text += draw_lane(lane);
    for (const TimelineEntry& entry : report_.timeline.entries()) text += draw_entry(entry, height);
    return text + "</svg>\n";
  }

 private:
  struct Lane {
    std::size_t index = 0;
    base::Instant first{};
    base::Instant last{};
    bool is_over = false;  ///< Its transport has ended.
  };

  void note_lane(const TimelineEntry& entry) {
    if (entry.link == 0) return;
    if (lanes_.size() < kLanesMax)
      lanes_.try_emplace(entry.link, Lane{lanes_.size(), entry.at, entry.last, false});
    const auto lane = lanes_.find(entry.link);
    if (lane == lanes_.end()) return;
    lane->second.last = entry.last;
    lane->second.is_over = ends_transport(entry);
  }

  /// The connection from its first sign to its last, or to the verdict if it was still there.
  std::string draw_lane(const Lane& lane) const {
    const std::string y = std::to_string(y_of(lane.index));
    return "<text x=\"4\" y=\"" + std::to_string(y_of(lane.index) + 4) + "\">link " +
           std::to_string(lane.index + 1) + "</text><line x1=\"" +
           std::to_string(x_of(lane.first)) + "\" x2=\"" +
           std::to_string(x_of(lane.is_over ? lane.last : report_.ended_at)) + "\" y1=\"" + y +
           "\" y2=\"" + y + "\" stroke=\"#afb8c1\"/>";
  }

  int x_of(base::Instant at) const {
    const double share =
        std::chrono::duration<double>(at - report_.began_at) / std::chrono::duration<double>(span_);
    return kLeft + static_cast<int>(std::clamp(share, 0.0, 1.0) * (kWidth - kLeft - 20));
  }
  static int y_of(std::size_t lane) { return 12 + kLaneHeight * static_cast<int>(lane + 1); }

  std::string draw_tick(int tick, int height) const {
    const base::Instant at = report_.began_at + span_ * tick / 4;
    const std::string x = std::to_string(x_of(at));
    return "<line x1=\"" + x + "\" x2=\"" + x + "\" y1=\"0\" y2=\"" + std::to_string(height - 16) +
           "\" stroke=\"#d0d7de\"/><text x=\"" + x + "\" y=\"" + std::to_string(height - 4) +
           "\" text-anchor=\"" + (tick == 4 ? "end" : "middle") + "\">" +
           judge::in_seconds(at - report_.began_at) + "</text>";
  }

  std::string draw_entry(const TimelineEntry& entry, int height) const {
    const std::string title = "<title>" + tooltip(entry, report_.began_at, examined_) + "</title>";
    const int x = x_of(entry.at);
    if (entry.link == 0) {
      return "<line x1=\"" + std::to_string(x) + "\" x2=\"" + std::to_string(x) +
             "\" y1=\"0\" y2=\"" + std::to_string(height - 16) +
             "\" stroke=\"#8250df\" stroke-dasharray=\"3 2\">" + title + "</line><text x=\"" +
             std::to_string(x + 3) + "\" y=\"11\">" + escaped(entry.what) + "</text>";
    }
    const auto lane = lanes_.find(entry.link);
    if (lane == lanes_.end()) return {};
    const int width = std::max(4, x_of(entry.last) - x);
    const int y = y_of(lane->second.index) + (entry.side == Side::judge ? 1 : -4);
    return "<rect x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" width=\"" +
           std::to_string(width) + "\" height=\"4\" fill=\"" + std::string{colour_of(entry)} +
           "\">" + title + "</rect>";
  }

  const JudgeReport& report_;
  std::string_view examined_;
  base::Duration span_;
  std::map<judge::LinkId, Lane> lanes_;
};

std::string list(const JudgeReport& report, std::string_view examined) {
  const auto& entries = report.timeline.entries();
  std::string text = "<details><summary>What happened</summary><ol>";
  for (std::size_t i = 0; i < std::min(entries.size(), kListMax); ++i)
    text += "<li>" + tooltip(entries[i], report.began_at, examined) + "</li>";
  const std::size_t left =
      entries.size() - std::min(entries.size(), kListMax) + report.timeline.dropped();
  if (left > 0) text += "<li>and " + std::to_string(left) + " more</li>";
  return text + "</ol></details>\n";
}

std::string section(const JudgeReport& report, std::string_view examined) {
  std::string text = "<h2 id=\"" + escaped(report.name) + "\">" + escaped(report.name) + ' ' +
                     badge(report.finding.verdict) + "</h2>\n<p>" + escaped(report.title) +
                     ".</p>\n";
  if (!report.demand.empty())
    text += "<p class=\"muted\">The " + std::string{examined} + " was to " +
            escaped(report.demand) + ".</p>\n";
  text += "<p><b>" + escaped(report.finding.figure) + "</b>";
  if (!report.finding.note.empty()) text += ": " + escaped(report.finding.note);
  text += "</p>\n<p class=\"muted\">Why it matters: " + escaped(report.why) + "</p>\n";
  return text + Picture(report, examined).draw() + list(report, examined);
}

std::string legend(const std::string& it) {
  return "<p class=\"muted\">In each picture time runs from left to right and a lane is one "
         "connection: green what " +
         it + " did, red how it left, blue what the judge did. Point at a mark to read it.<br><i>" +
         "Not offered</i>: " + it + " was not seen to do such a thing in any case, so it cannot " +
         "do it wrong. <i>Inconclusive</i>: what had to happen first never did.</p>\n";
}

}  // namespace

std::string judge_html(const std::vector<JudgeReport>& reports, const JudgeSubject& subject) {
  const std::string examined{subject.kind};
  std::string text =
      "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width\"><title>heartwire judge</title>\n";
  text += kStyle;
  text += "\n<h1>What heartwire judge found</h1>\n<p>Examined: <code>" + escaped(subject.name) +
          "</code>. " + judge_sum(reports) +
          ".</p>\n<table><tr><th>case<th>verdict<th>figure</tr>\n";
  for (const JudgeReport& report : reports)
    text += "<tr><td><a href=\"#" + escaped(report.name) + "\">" + escaped(report.name) +
            "</a><td>" + badge(report.finding.verdict) + "<td>" + escaped(report.finding.figure) +
            "</tr>\n";
  text += "</table>\n" + legend("the " + examined);
  for (const JudgeReport& report : reports) text += section(report, examined);
  return text + "</html>\n";
}

}  // namespace heartwire::cli
