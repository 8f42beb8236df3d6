// Pings and pongs: sizes, payloads, order (RFC 6455 sections 5.5, 5.5.2, 5.5.3).

#include "tests/conformance/case.hpp"

namespace heartwire::conformance {
namespace {

void add_sizes(Cases& cases) {
  for (const std::size_t size :
       Sizes{0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 63, 64, 100, 123, 124, 125})
    cases.push_back({"a ping of " + std::to_string(size) + " bytes is answered with them (5.5.3)",
                     {ping(octets(size))},
                     {pong(octets(size))}});
  Case every{"pings of every size are answered in order (5.5.2)"};
  for (std::size_t size = 0; size <= 125; ++size) {
    every.sent.push_back(ping(octets(size)));
    every.seen.push_back(pong(octets(size)));
  }
  cases.push_back(every);
  for (const std::size_t size : Sizes{126, 127, 255, 65535, 65536}) {
    const std::string name = " of " + std::to_string(size) + " bytes is refused (5.5)";
    cases.push_back({"a ping" + name, {ping(letters(size))}, {}, failed(1002)});
    cases.push_back({"a pong" + name, {pong(letters(size))}, {}, failed(1002)});
  }
  for (const auto field : {LengthField::bits16, LengthField::bits64}) {
    const std::string name = field == LengthField::bits16 ? " in 16 bits" : " in 64 bits";
    cases.push_back({"a ping whose length of 5 is" + name + " is refused (5.5)",
                     {ping("hello").length_in(field)},
                     {},
                     failed(1002)});
    cases.push_back({"a pong whose length of 0 is" + name + " is refused (5.5)",
                     {pong().length_in(field)},
                     {},
                     failed(1002)});
  }
}

void add_payloads(Cases& cases) {
  const auto add = [&cases](const char* name, const std::string& payload) {
    cases.push_back({std::string{"a ping of "} + name + " is answered with it (5.5.3)",
                     {ping(payload)},
                     {pong(payload)}});
  };
  add("text", "hello");
  add("octets that are no UTF-8", "\xFF\xFE\xFD\xFC\xFB\x80");
  add("125 octets FF", std::string(125, '\xFF'));
  add("125 octets zero", std::string(125, '\0'));
  add("what looks like a frame", std::string{"\x81\x05hello", 7});
  add("half a character", "\xC3");
}

void add_pongs(Cases& cases) {
  cases.push_back({"a pong that nobody asked for is not answered (5.5.3)", {pong()}, {}});
  cases.push_back({"a pong with a payload that nobody asked for is not answered (5.5.3)",
                   {pong("unasked")},
                   {}});
  cases.push_back({"a pong of 125 bytes that nobody asked for is not answered (5.5.3)",
                   {pong(octets(125))},
                   {}});
  cases.push_back({"a pong nobody asked for, then a ping: the ping is answered (5.5.3)",
                   {pong("unasked"), ping("asked")},
                   {pong("asked")}});
  cases.push_back({"a ping, then a pong with its payload: one pong comes (5.5.3)",
                   {ping("p"), pong("p")},
                   {pong("p")}});
  Case many{"a hundred pongs that nobody asked for change nothing (5.5.3)"};
  for (int i = 0; i < 100; ++i) many.sent.push_back(pong(std::to_string(i)));
  many.sent.push_back(text("still there"));
  many.seen = {text("still there")};
  cases.push_back(many);
}

void add_order(Cases& cases) {
  Case ten{"ten pings are answered, each with its own (5.5.3)"};
  for (int i = 0; i < 10; ++i) {
    ten.sent.push_back(ping("payload-" + std::to_string(i)));
    ten.seen.push_back(pong("payload-" + std::to_string(i)));
  }
  cases.push_back(ten);
  Case many{"two hundred pings at once are all answered, in order (5.5.2)"};
  for (int i = 0; i < 200; ++i) {
    many.sent.push_back(ping(std::to_string(i)));
    many.seen.push_back(pong(std::to_string(i)));
  }
  cases.push_back(many);
  Case mixed{"pings between messages are answered in their place (5.5.2)"};
  for (int i = 0; i < 30; ++i) {
    const std::string name = std::to_string(i);
    mixed.sent.insert(mixed.sent.end(), {text(name), ping(name), pong(name), binary(name)});
    mixed.seen.insert(mixed.seen.end(), {text(name), pong(name), binary(name)});
  }
  cases.push_back(mixed);
  cases.push_back({"a ping right before the peer's Close is answered (5.5.2)",
                   {ping("last"), close(1000)},
                   {pong("last")},
                   closed(1000)});
  cases.push_back({"a ping after the peer's Close is not answered (5.5.2)",
                   {close(1000), ping("late")},
                   {},
                   closed(1000)});
  cases.push_back({"a ping after a fault is not answered (7.1.7)",
                   {of_opcode(5), ping("late")},
                   {},
                   failed(1002)});
  cases.push_back({"a ping before a fault is answered (5.5.2)",
                   {ping("early"), of_opcode(5)},
                   {pong("early")},
                   failed(1002)});
  cases.push_back(
      {"a pong before a fault is not (5.5.3)", {pong("early"), of_opcode(5)}, {}, failed(1002)});
}

void add_fragmented(Cases& cases) {
  cases.push_back(
      {"a fragmented ping is refused (5.5)", {ping("a").more(), then("b")}, {}, failed(1002)});
  cases.push_back(
      {"a fragmented pong is refused (5.5)", {pong("a").more(), then("b")}, {}, failed(1002)});
  cases.push_back(
      {"an empty ping that is not final is refused (5.5)", {ping().more()}, {}, failed(1002)});
  cases.push_back(
      {"an empty pong that is not final is refused (5.5)", {pong().more()}, {}, failed(1002)});
}

}  // namespace

Cases ping_cases() {
  Cases cases;
  add_sizes(cases);
  add_payloads(cases);
  add_pongs(cases);
  add_order(cases);
  add_fragmented(cases);
  return cases;
}

}  // namespace heartwire::conformance
