// Text in fragments cut anywhere, and text that is refused in the middle of a message: as soon as
// its first wrong octet is there, and not before (RFC 6455 sections 5.6 and 8.1).

#include "tests/conformance/case.hpp"

#include <string_view>

namespace heartwire::conformance {
namespace {

/// All four lengths, thrice the longest.
const std::string kWord =
    "a\xC3\xA9\xE2\x82\xAC\xF0\x9D\x84\x9E\xCE\xBA\xF4\x8F\xBF\xBF\xE1\xBD\xB9";

void add_splits(Cases& cases) {
  for (std::size_t at = 0; at <= kWord.size(); ++at) {
    const std::string name = std::to_string(at) + " of " + std::to_string(kWord.size());
    const Frame first = text(kWord.substr(0, at)).more();
    cases.push_back({"good text split at byte " + name + " (5.6)",
                     {first, then(kWord.substr(at))},
                     {text(kWord)}});
    cases.push_back({"good text split at byte " + name + ", a ping between (5.6)",
                     {first, ping("\xFF"), then(kWord.substr(at))},
                     {pong("\xFF"), text(kWord)}});
  }
  Case every{"good text, each byte in a fragment of its own (5.6)", {text().more()}};
  for (const char c : kWord) every.sent.push_back(then(std::string(1, c)).more());
  every.sent.push_back(then());
  every.seen = {text(kWord)};
  cases.push_back(every);
}

/// What is wrong, up to and with the octet that shows it.
struct Wrong {
  const char* name;
  std::string_view good;  ///< Right so far: nothing may be refused yet.
  char bad;
};
constexpr Wrong kWrong[] = {
    {"a continuation octet alone", "gut", '\x80'},
    {"an octet that is in no text", "gut", '\xFF'},
    {"an overlong lead octet", "gut", '\xC0'},
    {"an overlong form of three", "gut\xE0", '\x9F'},
    {"an overlong form of four", "gut\xF0", '\x8F'},
    {"a surrogate", "gut\xED", '\xA0'},
    {"a code past the last", "gut\xF4", '\x90'},
    {"a lead octet past the last", "gut", '\xF5'},
    {"a character of two cut short", "gut\xC3", 'x'},
    {"a character of three cut short", "gut\xE2\x82", 'x'},
    {"a character of four cut short", "gut\xF0\x9D\x84", 'x'},
};

void add_fail_fast(Cases& cases) {
  for (const Wrong& wrong : kWrong) {
    const std::string name = wrong.name;
    const std::string good{wrong.good};
    const std::string all = good + wrong.bad;
    cases.push_back({name + " is refused though its frame does not end (8.1)",
                     {text("a"), text(all).claiming(100)},
                     {text("a")},
                     failed(1007)});
    cases.push_back({name + " is refused though its message does not end (8.1)",
                     {text("a"), text(all).more()},
                     {text("a")},
                     failed(1007)});
    cases.push_back({name + " is refused though its message of 60 MiB has just begun (8.1)",
                     {text(all).claiming(std::uint64_t{60} << 20)},
                     {},
                     failed(1007)});
    cases.push_back({name + " in a second fragment is refused before that ends (8.1)",
                     {text(good).more(), ping(), then(std::string(1, wrong.bad)).claiming(100)},
                     {pong()},
                     failed(1007)});
    cases.push_back(
        {name + " in the last of three fragments is refused (8.1)",
         {text("g\xC3").more(), then("\xBC" + good).more(), then(std::string(1, wrong.bad))},
         {},
         failed(1007)});
    cases.push_back({name + " after 3000 good bytes is refused before 4000 (8.1)",
                     {text(letters(3000) + all).claiming(4000)},
                     {},
                     failed(1007)});
  }
}

/// The other half of failing fast: what may yet become right is borne.
void add_patience(Cases& cases) {
  for (const Wrong& wrong : kWrong) {
    if (wrong.good.size() == 3) continue;
    cases.push_back({std::string{"before "} + wrong.name + " shows, pings are answered (8.1)",
                     {text(std::string{wrong.good}).more(), ping("still there")},
                     {pong("still there")}});
  }
  for (const std::string_view end : {"\xC3", "\xE2\x82", "\xE2", "\xF0\x9D\x84", "\xF0"}) {
    const std::string half{end};
    const std::string name = "text in fragments that ends " + std::to_string(end.size()) +
                             " octets into a character of " +
                             (end[0] == '\xC3'   ? "two"
                              : end[0] == '\xE2' ? "three"
                                                 : "four");
    cases.push_back(
        {name + " is refused at its end (8.1)", {text("a").more(), then(half)}, {}, failed(1007)});
    cases.push_back({name + " is refused at its empty end (8.1)",
                     {text("a" + half).more(), then()},
                     {},
                     failed(1007)});
  }
}

}  // namespace

Cases utf8_split_cases() {
  Cases cases;
  add_splits(cases);
  add_fail_fast(cases);
  add_patience(cases);
  return cases;
}

}  // namespace heartwire::conformance
