// Where RSV1 may stand, and compressed messages in fragments (RFC 7692 sections 6 and 7.2).

#include "tests/conformance/case.hpp"
#include "tests/conformance/deflated.hpp"

namespace heartwire::conformance {
namespace {

Case agreed_case(const std::string& name, std::vector<Frame> sent, std::vector<Frame> seen,
                 Ending ends = {}) {
  Case test{name, std::move(sent), std::move(seen), ends};
  test.agreed = Agreement{};
  return test;
}

std::string deflated(const std::string& message) {
  return PeerDeflater().payload(message);
}

Frame compressed(Frame frame) {
  frame.payload = deflated(frame.payload);
  return frame.reserved(kCompressed);
}

void add_misuse(Cases& cases) {
  const auto add = [&cases](const char* what, std::vector<Frame> sent, std::vector<Frame> seen) {
    cases.push_back(agreed_case(std::string{what} + " is refused (RFC 7692 6)", std::move(sent),
                                std::move(seen), failed(1002)));
  };
  const std::string payload = deflated("hello");
  add("a ping with RSV1", {ping("p").reserved(kCompressed)}, {});
  add("an empty ping with RSV1", {text("a"), ping().reserved(kCompressed)}, {text("a")});
  add("a pong with RSV1", {pong(payload).reserved(kCompressed)}, {});
  add("a Close with RSV1", {close(1000).reserved(kCompressed)}, {});
  add("an empty Close with RSV1", {close().reserved(kCompressed)}, {});
  add("a ping with RSV1 between fragments",
      {text(payload.substr(0, 2)).reserved(kCompressed).more(), ping().reserved(kCompressed)}, {});
  add("RSV1 on the second fragment as on the first",
      {text(payload.substr(0, 2)).reserved(kCompressed).more(),
       then(payload.substr(2)).reserved(kCompressed)},
      {});
  add("RSV1 on a second fragment alone", {text("hel").more(), then("lo").reserved(kCompressed)},
      {});
  add("RSV1 on a last, empty fragment",
      {text(payload).reserved(kCompressed).more(), then().reserved(kCompressed)}, {});
  add("RSV1 on a continuation of nothing", {then(payload).reserved(kCompressed)}, {});
  add("a reserved data opcode with RSV1", {of_opcode(3, payload).reserved(kCompressed)}, {});
  add("a reserved control opcode with RSV1", {of_opcode(11, payload).reserved(kCompressed)}, {});
  for (const std::uint8_t bits : Opcodes{1, 2, 3, 5, 6, 7}) {
    const std::string which = "reserved bits " + std::to_string(bits);
    add(("text with " + which).c_str(), {text("a"), text(payload).reserved(bits)}, {text("a")});
    add(("binary with " + which).c_str(), {binary(payload).reserved(bits).more()}, {});
    add(("a continuation with " + which).c_str(),
        {text(payload).reserved(kCompressed).more(), then("x").reserved(bits)}, {});
    add(("a ping with " + which).c_str(), {ping().reserved(bits)}, {});
  }
}

void add_cuts(Cases& cases) {
  const std::string word = "a compressed message of some length, of some length";
  const std::string payload = deflated(word);
  for (std::size_t at = 0; at <= payload.size(); ++at) {
    const std::string name = "a compressed message in fragments, the first of " +
                             std::to_string(at) + " of " + std::to_string(payload.size());
    const Frame first = text(payload.substr(0, at)).reserved(kCompressed).more();
    const Frame second = then(payload.substr(at));
    cases.push_back(agreed_case(name + " (RFC 7692 7.2)", {first, second}, {text(word)}));
    cases.push_back(agreed_case(name + ", control frames between (RFC 7692 7.2)",
                                {first, ping("one"), pong("two"), ping(), second},
                                {pong("one"), pong(), text(word)}));
  }
}

std::vector<Frame> in_pieces(const Frame& message, std::size_t size, bool is_pinged) {
  const std::string payload = deflated(message.payload);
  std::vector<Frame> frames;
  for (std::size_t at = 0; at < payload.size(); at += size) {
    Frame frame = at == 0 ? of_opcode(message.opcode).reserved(kCompressed) : then();
    frame.payload = payload.substr(at, size);
    const bool is_last = at + size >= payload.size();
    frames.push_back(is_last ? frame : frame.more());
    if (is_pinged && !is_last) frames.push_back(ping(std::to_string(at)));
  }
  return frames;
}

void add_many_fragments(Cases& cases) {
  for (const std::size_t size : Sizes{1, 2, 3, 125, 126, 1000, 4096})
    for (const bool is_pinged : {false, true}) {
      const Frame message = size < 100 ? text(prose(3000)) : binary(noise(3000) + prose(20'000));
      Case test = agreed_case("a compressed message in fragments of " + std::to_string(size) +
                                  (is_pinged ? ", pings between them" : "") + " (RFC 7692 7.2)",
                              in_pieces(message, size, is_pinged), {});
      for (const Frame& frame : test.sent)
        if (frame.opcode == kPing) test.seen.push_back(pong(frame.payload));
      test.seen.push_back(message);
      test.is_compressed_back = true;
      cases.push_back(std::move(test));
    }
}

void add_empty_fragments(Cases& cases) {
  const std::string payload = deflated("hello");
  const Frame first = text().reserved(kCompressed).more();
  cases.push_back(agreed_case("an empty first fragment with RSV1 (RFC 7692 6)",
                              {first, then(payload)}, {text("hello")}));
  cases.push_back(agreed_case("empty fragments before, within and after (RFC 7692 6)",
                              {first, then().more(), then(payload.substr(0, 3)).more(),
                               then().more(), then(payload.substr(3)).more(), then()},
                              {text("hello")}));
  cases.push_back(agreed_case("an empty message in two fragments (RFC 7692 7.2.3.6)",
                              {first, then(std::string(1, '\0'))}, {text()}));
  cases.push_back(agreed_case("an empty message, an empty fragment last (RFC 7692 7.2.3.6)",
                              {text(std::string(1, '\0')).reserved(kCompressed).more(), then()},
                              {text()}));
}

void add_mixtures(Cases& cases) {
  const Frame first = text(FixedBlock().literals("Hello").flushed()).reserved(kCompressed);
  const Frame again = text(FixedBlock().match(5, 5).flushed()).reserved(kCompressed);
  cases.push_back(agreed_case("messages that are not compressed, where they could be (RFC 7692 6)",
                              {text("a"), binary("b"), text("c").more(), then("d"), text()},
                              {text("a"), binary("b"), text("cd"), text()}));
  cases.push_back(
      agreed_case("one that is not compressed leaves the history alone (RFC 7692 7.2.3.2)",
                  {first, text("other"), binary(octets(500)), again},
                  {text("Hello"), text("other"), binary(octets(500)), text("Hello")}));
  cases.push_back(agreed_case("pings leave the history alone (RFC 7692 7.2.3.2)",
                              {first, ping("ping"), pong(), again},
                              {text("Hello"), pong("ping"), text("Hello")}));
  cases.push_back(
      agreed_case("many pings between messages leave the history alone (RFC 7692 7.2.3.2)",
                  {first, ping(), pong(), ping(), pong(), ping(), pong(), again, first},
                  {text("Hello"), pong(), pong(), pong(), text("Hello"), text("Hello")}));
  cases.push_back(agreed_case("pings go as they are (RFC 7692 6)", {ping(std::string(125, 'p'))},
                              {pong(std::string(125, 'p'))}));
  cases.push_back(agreed_case("a Close goes as it is (RFC 7692 6)", {first, close(3000, "because")},
                              {text("Hello")}, closed(3000)));
  cases.push_back(agreed_case("a Close in the middle of a compressed message (5.5.1)",
                              {text("\xF2").reserved(kCompressed).more(), close(1001)}, {},
                              closed(1001)));
  cases.push_back(agreed_case("a compressed message in the middle of another (5.4)",
                              {text("\xF2").reserved(kCompressed).more(), first}, {},
                              failed(1002)));
  cases.push_back(agreed_case("text in the middle of a compressed message (5.4)",
                              {text("\xF2").reserved(kCompressed).more(), text("a")}, {},
                              failed(1002)));
  Case turns = agreed_case("messages compressed and not take turns (RFC 7692 6)", {}, {});
  turns.is_compressed_back = true;
  PeerDeflater deflater;
  for (std::size_t i = 0; i < 60; ++i) {
    const Frame message = i % 5 == 0 ? binary(noise(i * 9, i)) : text(prose(i * 40));
    turns.sent.push_back(i % 3 == 0 ? message : deflater.frame(message));
    turns.seen.push_back(message);
  }
  cases.push_back(turns);
}

void add_lengths_not_minimal(Cases& cases) {
  for (const auto field : {LengthField::bits16, LengthField::bits64})
    cases.push_back(agreed_case(std::string{"a compressed message of 5 bytes whose length is in "} +
                                    (field == LengthField::bits16 ? "16" : "64") + " bits (5.2)",
                                {compressed(text("Hello")).length_in(field)}, {}, failed(1002)));
}

}  // namespace

Cases deflate_frame_cases() {
  Cases cases;
  add_misuse(cases);
  add_cuts(cases);
  add_many_fragments(cases);
  add_empty_fragments(cases);
  add_mixtures(cases);
  add_lengths_not_minimal(cases);
  return cases;
}

}  // namespace heartwire::conformance
