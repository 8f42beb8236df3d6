// Lengths in all three forms, masks, and the RFC's own examples (RFC 6455 sections 5.1
// to 5.3, 5.7).

#include "tests/conformance/case.hpp"

namespace heartwire::conformance {
namespace {

constexpr LengthField kBits16 = LengthField::bits16;
constexpr LengthField kBits64 = LengthField::bits64;

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

void add_lengths(Cases& cases) {
  for (const std::size_t size :
       Sizes{0,   1,   2,   3,    4,    7,     8,     16,    64,    124,   125,   126,   127,   128,
             255, 256, 257, 1000, 4096, 16384, 32767, 32768, 65534, 65535, 65536, 65537, 131072}) {
    const std::string bytes = " of " + number(size) + " bytes is echoed (5.2)";
    cases.push_back({"a text message" + bytes, {text(letters(size))}, {text(letters(size))}});
    cases.push_back({"a binary message" + bytes, {binary(octets(size))}, {binary(octets(size))}});
  }
}

void add_lengths_not_minimal(Cases& cases) {
  const auto add = [&cases](std::size_t size, LengthField field, const char* bits) {
    const std::string name = number(size) + " bytes whose length is in " + bits + " bits (5.2)";
    const auto wrong = [&](const Frame& frame) { return frame.length_in(field); };
    cases.push_back(
        {"text: " + name, {text("a"), wrong(text(letters(size)))}, {text("a")}, failed(1002)});
    cases.push_back({"binary: " + name,
                     {binary("a"), wrong(binary(octets(size)))},
                     {binary("a")},
                     failed(1002)});
    cases.push_back({"continuation: " + name,
                     {text("a").more(), wrong(then(letters(size)))},
                     {},
                     failed(1002)});
  };
  for (const std::size_t size : Sizes{0, 1, 124, 125}) add(size, kBits16, "16");
  for (const std::size_t size : Sizes{0, 1, 125, 126, 1000, 65535}) add(size, kBits64, "64");
}

void add_lengths_too_great(Cases& cases) {
  const std::uint64_t top = std::uint64_t{1} << 63;
  for (const std::uint64_t length : {top, top | 1, top | 65536, ~std::uint64_t{0}}) {
    const std::string name = " of length " + number(length) + ", the top bit being set (5.2)";
    cases.push_back({"text" + name, {text("x").claiming(length)}, {}, failed(1002)});
    cases.push_back({"binary" + name, {binary("x").claiming(length)}, {}, failed(1002)});
  }
}

/// A fault is told from the first octet that shows it: nothing after it is waited for.
void add_first_octets(Cases& cases) {
  const auto add = [&cases](const char* name, const Frame& frame, std::size_t octets) {
    cases.push_back({std::string{name} + " is refused though no more of it comes (7.1.7)",
                     {text("a"), frame.cut_after(octets)},
                     {text("a")},
                     failed(1002)});
  };
  add("the first octet of a reserved data opcode", of_opcode(3), 1);
  add("the first octet of a reserved control opcode", of_opcode(0xB), 1);
  add("the first octet with a reserved bit", text("x").reserved(1), 1);
  add("the first octet of a control frame that is not final", ping().more(), 1);
  add("the first octet of a continuation of nothing", then("x"), 10);
  add("the second octet with the wrong mask bit", text("x").masked_wrongly(), 2);
  add("the second octet of a control frame over 125 bytes", ping(letters(126)), 2);
  add("a length not minimal in 16 bits", text("x").length_in(kBits16), 4);
  add("a length not minimal in 64 bits", text("x").length_in(kBits64), 10);
  add("a length with its top bit set", text("x").claiming(~std::uint64_t{0}), 10);
}

void add_masks(Cases& cases) {
  for (const std::uint32_t key :
       {0x0000'0000U, 0xFFFF'FFFFU, 0x0000'00FFU, 0xFF00'0000U, 0x2020'2020U, 0x8000'0001U}) {
    const std::string name = "masked with key " + number(key) + " is read rightly (5.3)";
    cases.push_back({"text " + name, {text(letters(300)).with_key(key)}, {text(letters(300))}});
    cases.push_back({"binary " + name, {binary(octets(301)).with_key(key)}, {binary(octets(301))}});
    cases.push_back({"a ping " + name, {ping(octets(7)).with_key(key)}, {pong(octets(7))}});
  }
  const auto add_wrong = [&cases](const char* name, std::vector<Frame> sent) {
    cases.push_back({std::string{name} + " masked by the wrong role is refused (5.1)",
                     std::move(sent),
                     {},
                     failed(1002)});
  };
  add_wrong("text", {text("hello").masked_wrongly()});
  add_wrong("empty text", {text().masked_wrongly()});
  add_wrong("text of 126 bytes", {text(letters(126)).masked_wrongly()});
  add_wrong("text of 65536 bytes", {text(letters(65536)).masked_wrongly()});
  add_wrong("binary", {binary("hello").masked_wrongly()});
  add_wrong("a ping", {ping("hello").masked_wrongly()});
  add_wrong("an empty pong", {pong().masked_wrongly()});
  add_wrong("a Close", {close(1000).masked_wrongly()});
  add_wrong("an empty Close", {close().masked_wrongly()});
  add_wrong("a continuation", {text("hel").more(), then("lo").masked_wrongly()});
}

void add_streams(Cases& cases) {
  cases.push_back({"the RFC's Hello, with the RFC's key (5.7)",
                   {text("Hello").with_key(0x37FA'213D)},
                   {text("Hello")}});
  cases.push_back(
      {"the RFC's fragmented Hello (5.7)", {text("Hel").more(), then("lo")}, {text("Hello")}});
  Case hundred{"a hundred messages one upon the other are echoed in order (5.4)"};
  for (std::size_t i = 0; i < 100; ++i) {
    const std::string payload = number(i) + letters(i % 9);
    hundred.sent.push_back(i % 3 == 0 ? binary(payload) : text(payload));
  }
  hundred.seen = hundred.sent;
  cases.push_back(hundred);
  Case growing{"messages of every length from 0 to 300 are echoed in order (5.2)"};
  for (std::size_t size = 0; size <= 300; ++size) growing.sent.push_back(binary(octets(size)));
  growing.seen = growing.sent;
  cases.push_back(growing);
  Case empty{"fifty empty messages are messages, too (5.6)"};
  for (int i = 0; i < 50; ++i) empty.sent.push_back(i % 2 == 0 ? binary() : text());
  empty.seen = empty.sent;
  cases.push_back(empty);
}

}  // namespace

Cases framing_cases() {
  Cases cases;
  add_lengths(cases);
  add_lengths_not_minimal(cases);
  add_lengths_too_great(cases);
  add_first_octets(cases);
  add_masks(cases);
  add_streams(cases);
  return cases;
}

}  // namespace heartwire::conformance
