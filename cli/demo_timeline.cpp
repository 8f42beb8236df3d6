#include "cli/demo_timeline.hpp"

#include "cli/option_values.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace heartwire::cli {
namespace {

constexpr std::array<const char*, 4> kActors{"server", "proxy", "client", "user"};

bool wants_colour() {
  const char* const no_colour = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  const bool is_dumb = terminal == nullptr || std::string_view{terminal} == "dumb";
  return ::isatty(1) == 1 && !is_dumb && (no_colour == nullptr || *no_colour == '\0');
}

/// Counts characters, not octets: only ASCII is printed here.
std::string padded(std::string_view text, std::size_t width) {
  std::string out{text};
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out;
}

}  // namespace

DemoTimeline::DemoTimeline() : has_colour_(wants_colour()) {}

double DemoTimeline::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void DemoTimeline::print(std::string_view text) {
  write(std::string{text} + '\n');
}

void DemoTimeline::heading(std::size_t number, std::string_view text) {
  write('\n' + painted(Paint::bold, std::to_string(number) + ". " + std::string{text}) + '\n');
}

void DemoTimeline::say(Actor actor, std::string_view text) {
  constexpr std::array<Paint, 4> kPaints{Paint::blue, Paint::yellow, Paint::green, Paint::bold};
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), "%8.3f s  ", seconds());
  const auto index = static_cast<std::size_t>(actor);
  write(painted(Paint::dim, time.data()) + painted(kPaints[index], padded(kActors[index], 8)) +
        std::string{text} + '\n');
}

void DemoTimeline::result(const DemoResult& result) {
  const std::string word =
      result.is_ok ? painted(Paint::green, "ok") : painted(Paint::red, "FAILED");
  write("   => " + word + "  " + result.measured + " (expected: " + result.expected + ")\n");
}

void DemoTimeline::summary(const std::vector<DemoResult>& results, std::size_t step_count) {
  std::array<std::size_t, 3> widths{};
  for (const DemoResult& result : results) {
    widths[0] = std::max(widths[0], result.step.size());
    widths[1] = std::max(widths[1], result.expected.size());
    widths[2] = std::max(widths[2], result.measured.size());
  }
  std::string text = '\n' + painted(Paint::bold, "   " + padded("step", widths[0]) + "  " +
                                                     padded("expected", widths[1]) + "  " +
                                                     padded("measured", widths[2]) + "  result");
  std::size_t number = 0;
  std::size_t ok_count = 0;
  for (const DemoResult& result : results) {
    ok_count += result.is_ok ? 1 : 0;
    text += '\n' + padded(std::to_string(++number), 3) + padded(result.step, widths[0]) + "  " +
            padded(result.expected, widths[1]) + "  " + padded(result.measured, widths[2]) + "  " +
            (result.is_ok ? painted(Paint::green, "ok") : painted(Paint::red, "FAILED"));
  }
  std::array<char, 96> total{};
  std::snprintf(total.data(), total.size(), "\n\n%zu of %zu steps did what they must, in %.1f s.\n",
                ok_count, step_count, seconds());
  write(text + painted(ok_count == step_count ? Paint::bold : Paint::red, total.data()));
}

std::string DemoTimeline::painted(Paint paint, std::string_view text) const {
  constexpr std::array<const char*, 7> kCodes{"0", "1", "2", "32", "33", "34", "31"};
  if (!has_colour_) return std::string{text};
  return std::string{"\x1b["} + kCodes[static_cast<std::size_t>(paint)] + 'm' + std::string{text} +
         "\x1b[0m";
}

void DemoTimeline::write(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return;
  // Nobody is left to show it to, and nothing here needs an end. A reader that has gone knows.
  if (errno != EPIPE) std::perror("heartwire: cannot write to standard output");
  std::_Exit(kExitFailed);
}

}  // namespace heartwire::cli
