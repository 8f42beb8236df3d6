#include "heartwire/ws/http_date.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

namespace heartwire::ws {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Takes the date apart from the front; the first mismatch makes it false for good.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : text_(text) {}

  void skip(std::string_view expected) noexcept {
    is_good_ = is_good_ && text_.starts_with(expected);
    if (is_good_) text_.remove_prefix(expected.size());
  }

  int number(std::size_t digits) noexcept {
    int value = 0;
    is_good_ = is_good_ && text_.size() >= digits;
    for (std::size_t i = 0; is_good_ && i < digits; ++i) {
      is_good_ = text_[i] >= '0' && text_[i] <= '9';
      value = value * 10 + (text_[i] - '0');
    }
    if (is_good_) text_.remove_prefix(digits);
    return value;
  }

  unsigned month() noexcept {
    for (unsigned i = 0; is_good_ && i < kMonths.size(); ++i) {
      if (!text_.starts_with(kMonths[i])) continue;
      text_.remove_prefix(kMonths[i].size());
      return i + 1;
    }
    is_good_ = false;
    return 0;
  }

  bool starts_with(char c) const noexcept { return text_.starts_with(c); }
  bool is_at_end() const noexcept { return is_good_ && text_.empty(); }

 private:
  std::string_view text_;
  bool is_good_ = true;
};

struct Date {
  int year = 0;
  unsigned month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

void read_time(Cursor& cursor, Date& date) noexcept {
  date.hour = cursor.number(2);
  cursor.skip(":");
  date.minute = cursor.number(2);
  cursor.skip(":");
  date.second = cursor.number(2);
}

/// `06 Nov 1994 08:49:37 GMT`, or with dashes and a two-digit year, after the day's name.
void read_day_first(Cursor& cursor, std::string_view separator, Date& date) noexcept {
  date.day = cursor.number(2);
  cursor.skip(separator);
  date.month = cursor.month();
  cursor.skip(separator);
  if (separator == "-") {
    date.year = cursor.number(2);
    date.year += date.year < 70 ? 2000 : 1900;
  } else {
    date.year = cursor.number(4);
  }
  cursor.skip(" ");
  read_time(cursor, date);
  cursor.skip(" GMT");
}

/// `Nov  6 08:49:37 1994`, as C's asctime() writes, after the day's name.
void read_month_first(Cursor& cursor, Date& date) noexcept {
  date.month = cursor.month();
  cursor.skip(" ");
  const bool is_padded = cursor.starts_with(' ');
  if (is_padded) cursor.skip(" ");
  date.day = cursor.number(is_padded ? 1 : 2);
  cursor.skip(" ");
  read_time(cursor, date);
  cursor.skip(" ");
  date.year = cursor.number(4);
}

void append_digits(std::string& text, unsigned value, std::size_t digits) {
  const std::string plain = std::to_string(value);
  text.append(digits - std::min(digits, plain.size()), '0');
  text += plain;
}

}  // namespace

std::optional<std::chrono::seconds> parse_http_date(std::string_view text) noexcept {
  const std::size_t comma = text.find(',');
  const bool is_asctime = comma == std::string_view::npos;
  if (is_asctime && (text.size() < 4 || text[3] != ' ')) return std::nullopt;
  if (!is_asctime && (comma < 3 || text.size() < comma + 5)) return std::nullopt;

  Date date;
  Cursor cursor{text.substr(is_asctime ? 4 : comma + 1)};
  if (is_asctime) {
    read_month_first(cursor, date);
  } else {
    cursor.skip(" ");
    read_day_first(cursor, text[comma + 4] == '-' ? "-" : " ", date);
  }
  if (!cursor.is_at_end()) return std::nullopt;

  using namespace std::chrono;
  const year_month_day day{year{date.year}, month{date.month},
                           std::chrono::day{static_cast<unsigned>(date.day)}};
  // A leap second, :60, is a valid time.
  if (!day.ok() || date.hour > 23 || date.minute > 59 || date.second > 60) return std::nullopt;
  return sys_days{day}.time_since_epoch() + hours{date.hour} + minutes{date.minute} +
         seconds{date.second};
}

std::string format_http_date(std::chrono::seconds since_1970) {
  using namespace std::chrono;
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
  constexpr sys_days kFirst{year{0} / January / 1};
  constexpr sys_days kLast{year{9999} / December / 31};
  const seconds time = std::clamp(since_1970, seconds{kFirst.time_since_epoch()},
                                  seconds{kLast.time_since_epoch() + days{1}} - seconds{1});
  const sys_days day = floor<days>(sys_seconds{time});
  const year_month_day date{day};
  const hh_mm_ss clock{time - day.time_since_epoch()};

  std::string text{kDays[weekday{day}.c_encoding()]};
  text += ", ";
  append_digits(text, static_cast<unsigned>(date.day()), 2);
  text += ' ';
  text += kMonths[static_cast<unsigned>(date.month()) - 1];
  text += ' ';
  append_digits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  for (const auto& [part, before] :
       {std::pair{clock.hours().count(), ' '}, std::pair{clock.minutes().count(), ':'},
        std::pair{clock.seconds().count(), ':'}}) {
    text += before;
    append_digits(text, static_cast<unsigned>(part), 2);
  }
  return text + " GMT";
}

}  // namespace heartwire::ws
