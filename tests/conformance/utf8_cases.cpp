// What is UTF-8 and what is not (RFC 6455 sections 5.6 and 8.1, RFC 3629 section 4).

#include "tests/conformance/case.hpp"

namespace heartwire::conformance {
namespace {

/// UTF-8's pattern of `point` in `size` octets, also where that is overlong or past the end.
std::string encode(std::uint32_t point, int size) {
  if (size == 1) return std::string(1, static_cast<char>(point));
  std::string octets(static_cast<std::size_t>(size), '\0');
  for (int i = size - 1; i > 0; --i, point >>= 6)
    octets[static_cast<std::size_t>(i)] = static_cast<char>(0x80 | (point & 0x3F));
  octets[0] = static_cast<char>(0xFF00 >> size | static_cast<int>(point));
  return octets;
}

std::string hex(std::string_view octets) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  for (const char c : octets) {
    const auto octet = static_cast<std::uint8_t>(c);
    text += {kDigits[octet >> 4], kDigits[octet & 0xF]};
  }
  return text;
}

void add_valid(Cases& cases, const std::string& what, const std::string& payload) {
  cases.push_back(
      {what + ", " + hex(payload) + ", is text (RFC 3629 4)", {text(payload)}, {text(payload)}});
}

/// Alone, and among good text.
void add_invalid(Cases& cases, const std::string& what, const std::string& octets) {
  const std::string name = what + ", " + hex(octets) + ", ";
  cases.push_back({name + "is refused (8.1)", {text(octets)}, {}, failed(1007)});
  cases.push_back({name + "among good text, is refused (8.1)",
                   {text("good"), text("g\xC3\xBC" + octets + "t"), ping()},
                   {text("good")},
                   failed(1007)});
}

void add_good_text(Cases& cases) {
  add_valid(cases, "the first character", std::string(1, '\0'));
  add_valid(cases, "the last character of one octet", encode(0x7F, 1));
  add_valid(cases, "the first character of two octets", encode(0x80, 2));
  add_valid(cases, "the last character of two octets", encode(0x7FF, 2));
  add_valid(cases, "the first character of three octets", encode(0x800, 3));
  add_valid(cases, "the last character before the surrogates", encode(0xD7FF, 3));
  add_valid(cases, "the first character after the surrogates", encode(0xE000, 3));
  add_valid(cases, "a byte order mark", encode(0xFEFF, 3));
  add_valid(cases, "the replacement character", encode(0xFFFD, 3));
  add_valid(cases, "a non-character, the last but one of three octets", encode(0xFFFE, 3));
  add_valid(cases, "a non-character, the last of three octets", encode(0xFFFF, 3));
  add_valid(cases, "a non-character of the Arabic block", encode(0xFDD0, 3));
  add_valid(cases, "the first character of four octets", encode(0x10000, 4));
  add_valid(cases, "the last character of all", encode(0x10FFFF, 4));
  for (std::uint32_t plane = 1; plane <= 16; ++plane)
    add_valid(cases, "a non-character at the end of plane " + std::to_string(plane),
              encode(plane << 16 | 0xFFFE, 4));
  add_valid(cases, "Greek", "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5");
  add_valid(cases, "a word of all four lengths", "a\xC3\xA9\xE2\x82\xAC\xF0\x9D\x84\x9E");
  add_valid(cases, "a combining sequence", "e\xCC\x81");
  add_valid(cases, "an emoji of several characters",
            "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xAC");
}

void add_bad_octets(Cases& cases) {
  for (const int octet : {0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF})
    add_invalid(cases, "a continuation octet alone", std::string(1, static_cast<char>(octet)));
  add_invalid(cases, "continuation octets alone", "\x80\xBF\x80\xBF");
  for (const int octet : {0xC0, 0xC1, 0xF5, 0xF6, 0xF7, 0xF8, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF})
    add_invalid(cases, "an octet that is in no text", std::string(1, static_cast<char>(octet)));
  for (const int lead : {0xC2, 0xDF, 0xE0, 0xEF, 0xF0, 0xF4})
    add_invalid(cases, "a lead octet before a space", {static_cast<char>(lead), ' '});
  add_invalid(cases, "a lead octet before another", "\xC3\xC3");
  add_invalid(cases, "a character of three octets that lacks one", "\xE2\x82 ");
  add_invalid(cases, "a character of four octets that lacks one", "\xF0\x9D\x84 ");
}

void add_overlong(Cases& cases) {
  struct Overlong {
    const char* what;
    std::uint32_t point;
    int size_least;
  };
  for (const Overlong& one : {Overlong{"an overlong NUL", 0, 2},
                              {"an overlong slash", '/', 2},
                              {"an overlong 7F", 0x7F, 2},
                              {"an overlong 7FF", 0x7FF, 3},
                              {"an overlong FFFF", 0xFFFF, 4}})
    for (int size = one.size_least; size <= 6; ++size)
      add_invalid(cases, one.what + (" of " + std::to_string(size)), encode(one.point, size));
}

void add_out_of_range(Cases& cases) {
  for (const std::uint32_t point : {0xD800U, 0xDB7FU, 0xDB80U, 0xDBFFU, 0xDC00U, 0xDF80U, 0xDFFFU})
    add_invalid(cases, "a surrogate", encode(point, 3));
  for (const std::uint32_t high : {0xD800U, 0xDBFFU})
    for (const std::uint32_t low : {0xDC00U, 0xDFFFU})
      add_invalid(cases, "a pair of surrogates", encode(high, 3) + encode(low, 3));
  add_invalid(cases, "the first code past the last", encode(0x110000, 4));
  add_invalid(cases, "the last code of four octets", encode(0x1FFFFF, 4));
  add_invalid(cases, "the first code of five octets", encode(0x200000, 5));
  add_invalid(cases, "the last code of five octets", encode(0x3FFFFFF, 5));
  add_invalid(cases, "the first code of six octets", encode(0x4000000, 6));
  add_invalid(cases, "the last code of six octets", encode(0x7FFFFFFF, 6));
}

/// A message may not end within a character, though each of its octets is right.
void add_incomplete(Cases& cases) {
  const std::string whole = "\xC3\xA9\xE2\x82\xAC\xF0\x9D\x84\x9E";
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const std::string payload = whole.substr(0, size);
    const bool is_complete = size == 2 || size == 5;
    const std::string name = "text that ends after " + hex(payload);
    if (is_complete) {
      cases.push_back({name + " is whole (RFC 3629 4)", {text(payload)}, {text(payload)}});
    } else {
      cases.push_back({name + " is refused (8.1)", {text(payload)}, {}, failed(1007)});
    }
  }
}

void add_other_types(Cases& cases) {
  cases.push_back({"binary need not be UTF-8 (5.6)",
                   {binary("\xFF\xFE\xC0\x80\xED\xA0\x80")},
                   {binary("\xFF\xFE\xC0\x80\xED\xA0\x80")}});
  cases.push_back({"binary in fragments need not be UTF-8 (5.6)",
                   {binary("\xF0\x9D").more(), then("\xFF")},
                   {binary("\xF0\x9D\xFF")}});
  cases.push_back({"good text after binary that is no UTF-8 (5.6)",
                   {binary("\xF0\x9D"), text("\xC3\xA9")},
                   {binary("\xF0\x9D"), text("\xC3\xA9")}});
  cases.push_back({"a pong may be anything (5.5.3)", {pong("\xFF"), text("a")}, {text("a")}});
}

}  // namespace

Cases utf8_cases() {
  Cases cases;
  add_good_text(cases);
  add_bad_octets(cases);
  add_overlong(cases);
  add_out_of_range(cases);
  add_incomplete(cases);
  add_other_types(cases);
  return cases;
}

}  // namespace heartwire::conformance
