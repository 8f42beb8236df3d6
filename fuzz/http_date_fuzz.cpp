// Dates in HTTP fields. A date that is accepted, written in any of the three forms, is read as the
// same instant.

#include "fuzz/input.hpp"
#include "heartwire/ws/http_date.hpp"

#include <chrono>
#include <cstdio>
#include <optional>

namespace heartwire::fuzz {
namespace {

constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Moment {
  int year = 0;
  const char* month = "";
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

Moment moment_of(std::chrono::seconds since_1970) {
  using namespace std::chrono;
  const sys_seconds when{since_1970};
  const sys_days midnight = floor<days>(when);
  const year_month_day date{midnight};
  const hh_mm_ss time{when - midnight};
  return {static_cast<int>(date.year()),
          kMonths[static_cast<unsigned>(date.month()) - 1],
          static_cast<unsigned>(date.day()),
          static_cast<int>(time.hours().count()),
          static_cast<int>(time.minutes().count()),
          static_cast<int>(time.seconds().count())};
}

void check_forms(std::chrono::seconds date) {
  const Moment at = moment_of(date);
  char text[64];
  std::snprintf(text, sizeof text, "Mon, %02u %s %04d %02d:%02d:%02d GMT", at.day, at.month,
                at.year, at.hour, at.minute, at.second);
  HW_CHECK(ws::parse_http_date(text) == date);
  std::snprintf(text, sizeof text, "Mon %s %2u %02d:%02d:%02d %04d", at.month, at.day, at.hour,
                at.minute, at.second, at.year);
  HW_CHECK(ws::parse_http_date(text) == date);
  if (at.year < 1970 || at.year > 2069) return;
  std::snprintf(text, sizeof text, "Monday, %02u-%s-%02d %02d:%02d:%02d GMT", at.day, at.month,
                at.year % 100, at.hour, at.minute, at.second);
  HW_CHECK(ws::parse_http_date(text) == date);
}

void run(Input input) {
  using namespace std::chrono;
  const std::string text{input.rest_text()};
  const auto date = ws::parse_http_date(text);
  if (!date) return;

  HW_CHECK(*date >= sys_days{year{0} / 1 / 1}.time_since_epoch());
  HW_CHECK(*date <= sys_days{year{10'000} / 1 / 1}.time_since_epoch());
  // A leap second on the last day of the year 9999 has no four digits.
  if (*date < sys_days{year{10'000} / 1 / 1}.time_since_epoch()) check_forms(*date);
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
