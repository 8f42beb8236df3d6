#include "cli/judge_report.hpp"

#include "cli/json_object.hpp"
#include "cli/text.hpp"
#include "heartwire/core/json_field.hpp"

#include <algorithm>
#include <string_view>

namespace heartwire::cli {

using judge::Verdict;

namespace {

constexpr Verdict kVerdicts[] = {Verdict::pass, Verdict::warn, Verdict::fail, Verdict::not_offered,
                                 Verdict::inconclusive};

std::string padded(std::string_view text, std::size_t width) {
  std::string line{text};
  line.append(width > text.size() ? width - text.size() : 0, ' ');
  return line;
}

std::string_view name_of(judge::Side side, std::string_view examined) {
  switch (side) {
    case judge::Side::examined: return examined;
    case judge::Side::judge: return "judge";
    case judge::Side::phase: break;
  }
  return "phase";
}

/// An object without its line end.
std::string object_of(const JsonObject& object) {
  std::string line = object.line();
  line.pop_back();
  return line;
}

std::string timeline_json(const JudgeReport& report, std::string_view examined) {
  std::string text = "[";
  for (const judge::TimelineEntry& entry : report.timeline.entries()) {
    JsonObject object;
    object.add("at_ms", entry.at - report.began_at);
    object.add("side", name_of(entry.side, examined)).add("what", entry.what);
    if (entry.count > 1)
      object.add("count", entry.count).add("last_ms", entry.last - report.began_at);
    if (entry.link != 0) object.add("link", entry.link);
    if (entry.client != 0) object.add("client", entry.client);
    if (!entry.said.empty()) object.add("said", entry.said);
    text += (text.size() > 1 ? ",\n      " : "\n      ") + object_of(object);
  }
  return text + "]";
}

std::string report_json(const JudgeReport& report, std::string_view examined) {
  JsonObject object;
  object.add("name", report.name).add("title", report.title);
  object.add("verdict", judge::name(report.finding.verdict));
  object.add("figure", report.finding.figure).add("note", report.finding.note);
  object.add("why", report.why);
  object.add("took_ms", report.ended_at - report.began_at).add("clients", report.clients);
  object.add("timeline_dropped", report.timeline.dropped());
  std::string text = object_of(object);
  text.pop_back();  // The brace, behind which the timeline comes.
  return text + ",\n    \"timeline\":" + timeline_json(report, examined) + '}';
}

}  // namespace

std::size_t count_verdict(const std::vector<JudgeReport>& reports, Verdict verdict) {
  return static_cast<std::size_t>(std::count_if(
      reports.begin(), reports.end(),
      [verdict](const JudgeReport& report) { return report.finding.verdict == verdict; }));
}

std::string judge_line(const JudgeReport& report) {
  const judge::Finding& finding = report.finding;
  std::string line = padded(report.name, 20) + ' ' + padded(judge::name(finding.verdict), 12) +
                     ' ' + for_terminal(finding.figure);
  if (!finding.note.empty()) line += "\n" + padded("", 34) + for_terminal(finding.note);
  return line + '\n';
}

std::string judge_table(const std::vector<JudgeReport>& reports) {
  std::string text;
  for (const JudgeReport& report : reports) {
    text += judge_line(report);
    const Verdict verdict = report.finding.verdict;
    if (verdict == Verdict::warn || verdict == Verdict::fail)
      text += padded("", 34) + "Why it matters: " + std::string{report.why} + '\n';
  }
  return text + judge_sum(reports) + '\n';
}

std::string judge_sum(const std::vector<JudgeReport>& reports) {
  std::string sum;
  for (const Verdict verdict : kVerdicts) {
    const std::size_t count = count_verdict(reports, verdict);
    if (count == 0) continue;
    sum +=
        (sum.empty() ? "" : ", ") + std::to_string(count) + ' ' + std::string{judge::name(verdict)};
  }
  return count_of(reports.size(), "case") + (sum.empty() ? "" : ": " + sum);
}

std::string judge_json(const std::vector<JudgeReport>& reports, const JudgeSubject& subject) {
  JsonObject head;
  head.add("examined", subject.kind).add("subject", subject.name);
  for (const Verdict verdict : kVerdicts) {
    std::string member{judge::name(verdict)};
    std::replace(member.begin(), member.end(), ' ', '_');
    head.add(member, count_verdict(reports, verdict));
  }
  std::string text = object_of(head);
  text.pop_back();
  text += ",\n  \"cases\":[";
  for (std::size_t i = 0; i < reports.size(); ++i)
    text += (i > 0 ? ",\n  " : "\n  ") + report_json(reports[i], subject.kind);
  return text + "]}\n";
}

}  // namespace heartwire::cli
