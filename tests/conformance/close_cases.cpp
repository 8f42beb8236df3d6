// The closing handshake begun by the peer: codes, reasons, what comes after (RFC 6455 sections
// 5.5.1, 7.1 and 7.4).

#include "tests/conformance/case.hpp"

namespace heartwire::conformance {
namespace {

void add_codes(Cases& cases) {
  for (const std::uint16_t code :
       Codes{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012,
             1013, 1014, 3000, 3001, 3003, 3999, 4000, 4001, 4321, 4999}) {
    const std::string name = "code " + std::to_string(code);
    cases.push_back({name + " is answered with itself (5.5.1)", {close(code)}, {}, closed(code)});
    cases.push_back({name + " with a reason is answered with itself (5.5.1)",
                     {close(code, "it is time")},
                     {},
                     closed(code)});
  }
  for (const std::uint16_t code :
       Codes{0,    1,    100,  500,  999,  1004, 1005, 1006, 1015, 1016, 1017,  1099,
             1100, 1500, 1999, 2000, 2500, 2998, 2999, 5000, 5001, 9999, 32768, 65535}) {
    const std::string name = "code " + std::to_string(code);
    cases.push_back(
        {name + " may not be sent and is refused (7.4)", {close(code)}, {}, failed(1002)});
    cases.push_back({name + " with a reason may not be sent and is refused (7.4)",
                     {text("a"), close(code, "it is time")},
                     {text("a")},
                     failed(1002)});
  }
}

void add_reasons(Cases& cases) {
  cases.push_back(
      {"an empty Close is answered with an empty one (5.5.1)", {close()}, {}, closed({})});
  cases.push_back({"half a code is refused (5.5.1)", {close_of("\x03")}, {}, failed(1002)});
  cases.push_back({"half a code, an octet of zero, is refused (5.5.1)",
                   {close_of(std::string(1, '\0'))},
                   {},
                   failed(1002)});
  for (const std::size_t size : Sizes{1, 2, 3, 10, 50, 100, 121, 122, 123})
    cases.push_back({"a reason of " + std::to_string(size) + " bytes (5.5.1)",
                     {close(1000, letters(size))},
                     {},
                     closed(1000)});
  for (const std::size_t size : Sizes{124, 125, 126, 1000, 65536})
    cases.push_back({"a reason of " + std::to_string(size) + " bytes is too long (5.5)",
                     {close(1000, letters(size))},
                     {},
                     failed(1002)});
  const auto add_good = [&cases](const char* what, std::string_view reason) {
    cases.push_back(
        {std::string{"a reason of "} + what + " (5.5.1)", {close(1000, reason)}, {}, closed(1000)});
  };
  add_good("characters of all lengths", "a\xC3\xA9\xE2\x82\xAC\xF0\x9D\x84\x9E");
  add_good("a NUL", std::string_view{"\0", 1});
  add_good("what looks like a code", "\x03\x64");
  add_good("123 bytes that end with a character of three", letters(120) + "\xE2\x82\xAC");
  const auto add_bad = [&cases](const char* what, std::string_view reason) {
    cases.push_back({std::string{"a reason with "} + what + " is refused (8.1)",
                     {close(1000, reason)},
                     {},
                     failed(1007)});
  };
  add_bad("a continuation octet alone", "ab\x80");
  add_bad("an octet that is in no text", "\xFF");
  add_bad("a surrogate", "\xED\xA0\x80");
  add_bad("an overlong form", "\xC0\xAF");
  add_bad("a code past the last", "\xF4\x90\x80\x80");
  add_bad("half a character at its end", "caf\xC3");
  add_bad("half a character at byte 123", letters(122) + "\xC3");
}

void add_afterwards(Cases& cases) {
  const auto add = [&cases](const char* what, std::vector<Frame> after) {
    Case ignored{
        std::string{what} + " after the Close is ignored (1.4)", {close(1000)}, {}, closed(1000)};
    ignored.sent.insert(ignored.sent.end(), after.begin(), after.end());
    cases.push_back(ignored);
  };
  add("text", {text("late")});
  add("a second Close", {close(1001)});
  add("a ping", {ping("late")});
  add("a ping, text and binary", {ping("late"), text("late"), binary("late")});
  add("the rest of a message", {then("late")});
  add("a message in fragments", {text("la").more(), then("te")});
  add("a reserved opcode", {of_opcode(3)});
  add("text that is no UTF-8", {text("\xFF")});
  add("a frame that claims 2^62 bytes", {binary("x").claiming(std::uint64_t{1} << 62)});
  add("half a header", {text("late").cut_after(1)});
}

void add_before(Cases& cases) {
  cases.push_back({"text right before the Close is echoed before it (5.5.1)",
                   {text("last"), close(1000)},
                   {text("last")},
                   closed(1000)});
  cases.push_back({"text right before a Close without a code (5.5.1)",
                   {text("last"), close()},
                   {text("last")},
                   closed({})});
  cases.push_back({"text and a ping right before the Close (5.5.1)",
                   {text("last"), ping("p"), close(3000, "done")},
                   {text("last"), pong("p")},
                   closed(3000)});
  Case many{"fifty messages right before the Close are all echoed (5.5.1)"};
  for (int i = 0; i < 50; ++i) many.sent.push_back(text(std::to_string(i)));
  many.seen = many.sent;
  many.sent.push_back(close(1001));
  many.ends = closed(1001);
  cases.push_back(many);
  cases.push_back({"a message in fragments right before the Close (5.5.1)",
                   {binary("la").more(), then("st"), close(1000)},
                   {binary("last")},
                   closed(1000)});
  cases.push_back({"half a frame is forgotten with the Close that cannot be in it (5.5.1)",
                   {text("half").more(), close(4000)},
                   {},
                   closed(4000)});
}

void add_malformed(Cases& cases) {
  cases.push_back(
      {"a Close that is not final is refused (5.5)", {close(1000).more()}, {}, failed(1002)});
  cases.push_back(
      {"an empty Close that is not final is refused (5.5)", {close().more()}, {}, failed(1002)});
  cases.push_back({"a Close whose length of 2 is in 16 bits is refused (5.5)",
                   {close(1000).length_in(LengthField::bits16)},
                   {},
                   failed(1002)});
  cases.push_back({"a Close whose length of 2 is in 64 bits is refused (5.5)",
                   {close(1000).length_in(LengthField::bits64)},
                   {},
                   failed(1002)});
  cases.push_back({"a reserved code is refused between fragments, too (7.4)",
                   {text("a").more(), close(1005)},
                   {},
                   failed(1002)});
  cases.push_back({"a ping right after a bad Close is not answered (7.1.7)",
                   {close(1006), ping("late")},
                   {},
                   failed(1002)});
  cases.push_back({"a good Close right after a bad one changes nothing (7.1.7)",
                   {close(999), close(1000)},
                   {},
                   failed(1002)});
}

}  // namespace

Cases close_cases() {
  Cases cases;
  add_codes(cases);
  add_reasons(cases);
  add_afterwards(cases);
  add_before(cases);
  add_malformed(cases);
  return cases;
}

}  // namespace heartwire::conformance
