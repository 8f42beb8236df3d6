// Messages in fragments, with control frames between, and fragments out of place (RFC 6455
// section 5.4).

#include "tests/conformance/case.hpp"

namespace heartwire::conformance {
namespace {

/// A text or binary message of `size` bytes in fragments of `piece`.
std::vector<Frame> in_pieces(std::uint8_t opcode, const std::string& payload, std::size_t piece) {
  std::vector<Frame> frames;
  for (std::size_t at = 0; at < payload.size(); at += piece) {
    Frame frame = of_opcode(at == 0 ? opcode : kContinuation, payload.substr(at, piece));
    if (at + piece < payload.size()) frame = frame.more();
    frames.push_back(frame);
  }
  return frames;
}

void add_cuts(Cases& cases) {
  const std::string word = "fragment";
  for (std::size_t at = 0; at <= word.size(); ++at) {
    const std::string name =
        " in two fragments, the first of " + std::to_string(at) + " bytes (5.4)";
    const std::string first = word.substr(0, at);
    const std::string second = word.substr(at);
    cases.push_back({"text" + name, {text(first).more(), then(second)}, {text(word)}});
    cases.push_back({"binary" + name, {binary(first).more(), then(second)}, {binary(word)}});
  }
  for (const std::size_t piece : Sizes{1, 2, 3, 5, 125, 126, 127, 1000}) {
    const std::string name = " of 2000 bytes in fragments of " + std::to_string(piece) + " (5.4)";
    cases.push_back({"text" + name, in_pieces(kText, letters(2000), piece), {text(letters(2000))}});
    cases.push_back(
        {"binary" + name, in_pieces(kBinary, octets(2000), piece), {binary(octets(2000))}});
  }
  for (const std::size_t piece : Sizes{65535, 65536, 65537})
    cases.push_back({"binary of 200000 bytes in fragments of " + std::to_string(piece) + " (5.4)",
                     in_pieces(kBinary, octets(200'000), piece),
                     {binary(octets(200'000))}});
}

void add_empty(Cases& cases) {
  cases.push_back({"text in two empty fragments (5.4)", {text().more(), then()}, {text()}});
  cases.push_back({"text in four empty fragments (5.4)",
                   {text().more(), then().more(), then().more(), then()},
                   {text()}});
  cases.push_back({"binary in three empty fragments (5.4)",
                   {binary().more(), then().more(), then()},
                   {binary()}});
  cases.push_back({"text whose middle fragment alone is not empty (5.4)",
                   {text().more(), then("middle").more(), then()},
                   {text("middle")}});
  cases.push_back({"text whose middle fragment alone is empty (5.4)",
                   {text("be").more(), then().more(), then("fore")},
                   {text("before")}});
  Case many{"text with a thousand empty fragments in it (5.4)", {text("a").more()}, {text("ab")}};
  many.sent.insert(many.sent.end(), 1000, then().more());
  many.sent.push_back(then("b"));
  cases.push_back(many);
}

void add_control_between(Cases& cases) {
  cases.push_back({"a ping between two fragments is answered before the message (5.4)",
                   {text("frag").more(), ping("p"), then("ment")},
                   {pong("p"), text("fragment")}});
  cases.push_back({"an empty ping between two fragments of binary (5.4)",
                   {binary("frag").more(), ping(), then("ment")},
                   {pong(), binary("fragment")}});
  cases.push_back({"a ping is answered though its message never ends (5.4)",
                   {text("frag").more(), ping("p")},
                   {pong("p")}});
  cases.push_back({"a pong between two fragments (5.4)",
                   {text("frag").more(), pong("p"), then("ment")},
                   {text("fragment")}});
  cases.push_back({"pings of 125 bytes between five fragments (5.4)",
                   {text("1").more(), then("2").more(), ping(octets(125)), then("3").more(),
                    then("4").more(), ping(letters(125)), then("5")},
                   {pong(octets(125)), pong(letters(125)), text("12345")}});
  cases.push_back(
      {"ten pings and pongs between two fragments (5.4)",
       {text("a").more(), ping("0"), pong("x"), ping("1"), ping("2"), pong("y"), ping("3"),
        ping("4"), ping("5"), ping("6"), then("b")},
       {pong("0"), pong("1"), pong("2"), pong("3"), pong("4"), pong("5"), pong("6"), text("ab")}});
  cases.push_back(
      {"a ping before, between and after two messages in fragments (5.4)",
       {ping("0"), text("a").more(), ping("1"), then("b"), ping("2"), binary("c").more(), ping("3"),
        then("d"), ping("4")},
       {pong("0"), pong("1"), text("ab"), pong("2"), pong("3"), binary("cd"), pong("4")}});
  cases.push_back({"a Close between two fragments ends without the message (5.5.1)",
                   {text("frag").more(), close(1000), then("ment")},
                   {},
                   closed(1000)});
  cases.push_back({"an empty Close in the middle of binary (5.5.1)",
                   {binary("frag").more(), then("men").more(), close()},
                   {},
                   closed({})});
  Case each{"a ping between each of a hundred fragments (5.4)", {text("0").more()}};
  for (int i = 1; i < 100; ++i) {
    each.sent.push_back(ping(std::to_string(i)));
    each.sent.push_back(i == 99 ? then(".") : then(".").more());
    each.seen.push_back(pong(std::to_string(i)));
  }
  each.seen.push_back(text('0' + std::string(99, '.')));
  cases.push_back(each);
}

void add_out_of_place(Cases& cases) {
  const auto add = [&cases](const char* name, std::vector<Frame> sent, std::vector<Frame> seen) {
    cases.push_back({std::string{name} + " (5.4)", std::move(sent), std::move(seen), failed(1002)});
  };
  add("a final continuation of nothing", {then("x"), text("a")}, {});
  add("a continuation of nothing that is not final", {then("x").more(), text("a")}, {});
  add("an empty final continuation of nothing", {then()}, {});
  add("an empty continuation of nothing that is not final", {then().more()}, {});
  add("a continuation after a whole text", {text("a"), then("x")}, {text("a")});
  add("a continuation after a whole binary", {binary("a"), then("x").more()}, {binary("a")});
  add("a continuation after a message in fragments",
      {text("a").more(), then("b"), then("c").more(), text("d")}, {text("ab")});
  add("a final continuation after a message in fragments",
      {binary("a").more(), then("b"), then("c")}, {binary("ab")});
  add("a continuation of nothing after a ping", {ping("p"), then("x")}, {pong("p")});
  add("text while text is under way", {text("a").more(), text("b")}, {});
  add("binary while text is under way", {text("a").more(), binary("b")}, {});
  add("text while binary is under way", {binary("a").more(), text("b")}, {});
  add("binary while binary is under way", {binary("a").more(), binary("b")}, {});
  add("text that is not final while text is under way", {text("a").more(), text("b").more()}, {});
  add("empty text while text is under way", {text("a").more(), text()}, {});
  add("text after an empty first fragment", {text().more(), text("b")}, {});
  add("text after a ping between fragments", {text("a").more(), ping("p"), text("b")}, {pong("p")});
  add("text after three fragments",
      {text("a").more(), then("b").more(), then("c").more(), text("d")}, {});
  add("binary right after a good message in fragments and half a one",
      {text("a").more(), then("b"), text("c").more(), binary("d")}, {text("ab")});
}

void add_messages_around(Cases& cases) {
  cases.push_back({"messages whole and in fragments take turns (5.4)",
                   {text("a"), text("b").more(), then("c"), binary("d"), binary("e").more(),
                    then("f").more(), then("g"), text("h")},
                   {text("a"), text("bc"), binary("d"), binary("efg"), text("h")}});
  cases.push_back({"a binary message in fragments after a text in fragments keeps its type (5.4)",
                   {text("a").more(), then("b"), binary("\xFF").more(), then("\xFE")},
                   {text("ab"), binary("\xFF\xFE")}});
}

}  // namespace

Cases fragmentation_cases() {
  Cases cases;
  add_cuts(cases);
  add_empty(cases);
  add_control_between(cases);
  add_out_of_place(cases);
  add_messages_around(cases);
  return cases;
}

}  // namespace heartwire::conformance
