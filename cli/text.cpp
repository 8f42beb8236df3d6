#include "cli/text.hpp"

#include "heartwire/ws/utf8.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>

namespace heartwire::cli {
namespace {

using std::chrono::duration;
using std::chrono::system_clock;

constexpr std::string_view kHex = "0123456789abcdef";

/// How many octets a character that starts with `lead` has; 1 where none can.
std::size_t length_of(char lead) noexcept {
  const auto octet = static_cast<std::uint8_t>(lead);
  if (octet >= 0xF0) return 4;
  if (octet >= 0xE0) return 3;
  return octet >= 0xC0 ? 2 : 1;
}

/// C0, DEL, and C1, which some terminals obey as well (in UTF-8: C2 80 to C2 9F).
bool is_control(std::string_view character) noexcept {
  const auto first = static_cast<std::uint8_t>(character.front());
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<std::uint8_t>(character[1]) < 0xA0;
}

void append_escape(std::string& out, char c) {
  if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else {
    out += "\\x" + hex({&c, 1});
  }
}

template <typename... Values>
std::string formatted(const char* format, Values... values) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

/// `value` with as many decimals as leave three digits that count, and no zeros at the end.
std::string three_digits(double value, const char* unit) {
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  std::string text = formatted("%.*f", decimals, value);
  if (decimals > 0) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text + ' ' + unit;
}

int milliseconds_of(system_clock::time_point now) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch();
  return static_cast<int>(since.count() % 1000);
}

}  // namespace

std::string for_terminal(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, length_of(text.front()));
    const bool is_whole = ws::is_utf8(character);
    if (is_whole && !is_control(character)) {
      out += character;
    } else {
      for (const char c : is_whole ? character : character.substr(0, 1)) append_escape(out, c);
    }
    text.remove_prefix(is_whole ? character.size() : 1);
  }
  return out;
}

std::string hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto octet = static_cast<std::uint8_t>(c);
    (out += kHex[octet >> 4]) += kHex[octet & 0xF];
  }
  return out;
}

std::string describe(base::Duration length) {
  const double seconds = duration<double>(length).count();
  if (seconds < 0.9995) return three_digits(seconds * 1e3, "ms");
  if (seconds < 99.95) return three_digits(seconds, "s");
  const auto whole = std::chrono::round<std::chrono::seconds>(length).count();
  if (whole < 3600) return formatted("%d min %d s", int(whole / 60), int(whole % 60));
  return formatted("%lld h %d min", static_cast<long long>(whole / 3600), int(whole / 60 % 60));
}

std::string count_of(std::size_t count, std::string_view noun) {
  std::string text = std::to_string(count) + ' ';
  text += noun;
  return count == 1 ? text : text + 's';
}

std::string wall_clock(system_clock::time_point now) {
  const std::time_t seconds = system_clock::to_time_t(now);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return formatted("%02d:%02d:%02d.%03d", parts.tm_hour, parts.tm_min, parts.tm_sec,
                   milliseconds_of(now));
}

std::string utc(system_clock::time_point now) {
  const std::time_t seconds = system_clock::to_time_t(now);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return formatted("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1,
                   parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, milliseconds_of(now));
}

}  // namespace heartwire::cli
