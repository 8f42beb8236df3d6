// Large messages, whole and in fragments of every size, many messages, and the bound on a message
// (RFC 6455 sections 5.4 and 10.4).

#include "tests/conformance/case.hpp"

namespace heartwire::conformance {
namespace {

constexpr std::size_t kKi = 1024;
constexpr std::size_t kMi = kKi * kKi;

std::string size_text(std::size_t size) {
  if (size % kMi == 0) return std::to_string(size / kMi) + " MiB";
  if (size % kKi == 0) return std::to_string(size / kKi) + " KiB";
  return std::to_string(size) + " bytes";
}

/// Nothing but characters of three octets: validated throughout, split by every power of two.
std::string euros(std::size_t size) {
  std::string text;
  text.reserve(size + 2);
  while (text.size() + 3 <= size) text += "\xE2\x82\xAC";
  return text + letters(size - text.size());
}

Case fragmented(std::uint8_t opcode, const std::string& payload, std::size_t piece) {
  Case test{(opcode == kText ? "text of " : "binary of ") + size_text(payload.size()) +
            " in fragments of " + size_text(piece) + " (5.4)"};
  for (std::size_t at = 0; at < payload.size(); at += piece) {
    Frame frame = of_opcode(at == 0 ? opcode : kContinuation, payload.substr(at, piece));
    test.sent.push_back(at + piece < payload.size() ? frame.more() : frame);
  }
  test.seen = {of_opcode(opcode, payload)};
  return test;
}

}  // namespace

Cases limit_cases() {
  Cases cases;
  const auto add = [&cases](const char* name, std::vector<Frame> sent, std::vector<Frame> seen,
                            Ending ends) {
    cases.push_back({std::string{name} + " (10.4)", std::move(sent), std::move(seen), ends, 1000});
  };
  const Ending too_big = failed(1009);
  add("text of the most bytes that are borne", {text(letters(1000))}, {text(letters(1000))}, {});
  add("binary of the most bytes, in fragments",
      {binary(octets(1000).substr(0, 500)).more(), then(octets(1000).substr(500))},
      {binary(octets(1000))}, {});
  add("the most bytes, an empty fragment at the end", {text(letters(1000)).more(), then()},
      {text(letters(1000))}, {});
  add("many messages that are more together", {text(letters(900)), text(letters(900))},
      {text(letters(900)), text(letters(900))}, {});
  add("one byte too many", {text(letters(1001))}, {}, too_big);
  add("one byte too many, told by the header alone", {text("a"), text().claiming(1001)},
      {text("a")}, too_big);
  add("2^62 bytes, told by the header alone", {binary().claiming(std::uint64_t{1} << 62)}, {},
      too_big);
  add("one byte too many in a second fragment", {text(letters(1000)).more(), then("x")}, {},
      too_big);
  add("too many in a second fragment, told by its header",
      {binary(octets(600)).more(), ping("p"), then().claiming(401)}, {pong("p")}, too_big);
  add("2^63-1 bytes in a second fragment: the sum does not wrap",
      {binary("ab").more(), then().claiming(~std::uint64_t{0} >> 1)}, {}, too_big);
  Case creeping{"too many in fragments of one byte (10.4)", {text("x").more()}, {}, too_big, 1000};
  creeping.sent.insert(creeping.sent.end(), 1000, then("x").more());
  cases.push_back(creeping);
  return cases;
}

Cases large_cases() {
  Cases cases;
  for (const std::size_t size : Sizes{64 * kKi, 256 * kKi, kMi, 4 * kMi, 16 * kMi}) {
    const std::string text_payload = euros(size);
    const std::string name = " of " + size_text(size) + " (5.2)";
    cases.push_back({"text" + name, {text(text_payload)}, {text(text_payload)}});
    cases.push_back({"binary" + name, {binary(octets(size))}, {binary(octets(size))}});
  }
  for (const std::size_t piece : Sizes{64, 256, kKi, 4 * kKi, 16 * kKi, 64 * kKi, 256 * kKi, kMi}) {
    cases.push_back(fragmented(kText, euros(kMi), piece));
    cases.push_back(fragmented(kBinary, octets(kMi), piece));
  }
  cases.push_back(fragmented(kBinary, octets(4 * kMi), 4 * kKi));
  cases.push_back(fragmented(kText, euros(4 * kMi), kMi));
  for (const std::size_t size : Sizes{0, 16, 64, 256, kKi, 4 * kKi}) {
    Case many{"five hundred messages of " + size_text(size) + " (5.2)"};
    for (int i = 0; i < 500; ++i)
      many.sent.push_back(i % 2 == 0 ? text(letters(size)) : binary(octets(size)));
    many.seen = many.sent;
    cases.push_back(many);
  }
  return cases;
}

}  // namespace heartwire::conformance
