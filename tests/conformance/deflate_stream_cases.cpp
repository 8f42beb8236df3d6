// What may stand in a compressed message, and what may not (RFC 7692 section 7.2, RFC 1951).

#include "tests/conformance/case.hpp"
#include "tests/conformance/deflated.hpp"

namespace heartwire::conformance {
namespace {

using namespace std::string_literals;

const std::string kTail = "\x00\x00\xFF\xFF"s;

Frame deflated_text(std::string payload) {
  return text(std::move(payload)).reserved(kCompressed);
}
Frame deflated_binary(std::string payload) {
  return binary(std::move(payload)).reserved(kCompressed);
}

class Table {
 public:
  void good(const std::string& what, std::vector<Frame> sent, std::vector<Frame> seen,
            const Agreement& agreed = {}) {
    add(what, std::move(sent), std::move(seen), {}, agreed);
  }
  void bad(const std::string& what, std::vector<Frame> sent, std::vector<Frame> seen,
           std::uint16_t code, const Agreement& agreed = {}) {
    add(what, std::move(sent), std::move(seen), failed(code), agreed);
  }
  Cases cases;

 private:
  void add(const std::string& what, std::vector<Frame> sent, std::vector<Frame> seen, Ending ends,
           const Agreement& agreed) {
    Case test{what + " (RFC 7692 7.2)", std::move(sent), std::move(seen), ends};
    test.agreed = agreed;
    cases.push_back(std::move(test));
  }
};

void add_examples(Table& table) {
  const std::string hello = "\xF2\x48\xCD\xC9\xC9\x07\x00"s;
  table.good("the RFC's Hello in one block", {deflated_text(hello)}, {text("Hello")});
  table.good("the RFC's Hello twice, the second leaning on the first",
             {deflated_text(hello), deflated_text("\xF2\x00\x11\x00\x00"s)},
             {text("Hello"), text("Hello")});
  table.good("the RFC's Hello twice, each for itself", {deflated_text(hello), deflated_text(hello)},
             {text("Hello"), text("Hello")}, {.peer_takes_over = false});
  table.good("the RFC's Hello in two fragments",
             {deflated_text(hello.substr(0, 3)).more(), then(hello.substr(3))}, {text("Hello")});
  table.good("the RFC's stored Hello",
             {deflated_text("\x00\x05\x00\xFA\xFF\x48\x65\x6C\x6C\x6F\x00"s)}, {text("Hello")});
  table.good("the RFC's Hello in a final block",
             {deflated_text("\xF3\x48\xCD\xC9\xC9\x07\x00\x00"s), deflated_text(hello)},
             {text("Hello"), text("Hello")});
  table.good("the RFC's Hello in two blocks",
             {deflated_text("\xF2\x48\x05\x00\x00\x00\xFF\xFF\xCA\xC9\xC9\x07\x00"s)},
             {text("Hello")});
}

void add_empty(Table& table) {
  table.good("an empty message, one octet of zero", {deflated_text("\0"s)}, {text()});
  table.good("an empty message as an empty fixed block", {deflated_binary("\x02\x00"s)},
             {binary()});
  table.good("an empty message as an empty stored block", {deflated_text(stored_block("") + '\0')},
             {text()});
  table.good("an empty message as a final block", {deflated_binary("\x03\x00\x00"s)}, {binary()});
  table.good("fifty empty blocks and then an octet of zero", {deflated_text([] {
               std::string blocks;
               for (int i = 0; i < 50; ++i) blocks += stored_block("");
               return blocks + '\0';
             }())},
             {text()});
  table.good("empty messages between others that lean on one another",
             {deflated_text(FixedBlock().literals("Hello").flushed()), deflated_text("\0"s),
              deflated_binary("\0"s), deflated_text(FixedBlock().match(5, 5).flushed())},
             {text("Hello"), text(), binary(), text("Hello")});
}

void add_blocks(Table& table) {
  const auto pieces = [](const std::string& all, std::size_t size, int level) {
    PeerDeflater deflater({}, level);
    std::string payload;
    for (std::size_t at = 0; at < all.size(); at += size)
      payload += deflater.flushed(all.substr(at, size));
    return payload.substr(0, payload.size() - kTail.size());
  };
  const std::string all = prose(4000);
  for (const std::size_t size : Sizes{1, 7, 100, 1000})
    for (const int level : {0, 1, 6, 9})
      table.good("blocks of " + std::to_string(size) + " octets at level " + std::to_string(level),
                 {deflated_text(pieces(all, size, level))}, {text(all)});
  for (const std::size_t size : Sizes{1, 255, 256, 1000, 65535}) {
    const std::string stored = noise(size);
    table.good("a stored block of " + std::to_string(size) + " octets",
               {deflated_binary(stored_block(stored) + '\0')}, {binary(stored)});
  }
  table.good("stored, fixed and dynamic blocks in one message",
             {deflated_text(stored_block("stored, ") + FixedBlock().literals("fixed, ").flushed() +
                            kTail + PeerDeflater().payload(all))},
             {text("stored, fixed, " + all)});
  table.good("a match that reaches into the block before it",
             {deflated_text(stored_block("heartwire") + FixedBlock().match(9, 9).flushed())},
             {text("heartwireheartwire")});
  table.good("the longest match there is",
             {deflated_text(FixedBlock().literals("z").match(258, 1).flushed())},
             {text(std::string(259, 'z'))});
}

void add_final_blocks(Table& table) {
  const std::string word = prose(500);
  table.good("a final block with all", {deflated_text(PeerDeflater().finished(word) + '\0')},
             {text(word)});
  table.good("a stored final block", {deflated_text(stored_block("stored", true) + '\0')},
             {text("stored")});
  table.good(
      "two final blocks one upon the other",
      {deflated_text(PeerDeflater().finished("one, ") + PeerDeflater().finished("two") + '\0')},
      {text("one, two")});
  table.good("a final block and then others",
             {deflated_text(stored_block("one, ", true) + PeerDeflater().payload("two"))},
             {text("one, two")});
  std::vector<Frame> sent;
  std::vector<Frame> seen;
  for (int i = 0; i < 20; ++i) {
    sent.push_back(deflated_text(PeerDeflater().finished(word) + '\0'));
    seen.push_back(text(word));
  }
  table.good("twenty messages that each end with a final block", sent, seen);
  table.good("twenty such messages without context", sent, seen, {.peer_takes_over = false});
}

void add_corrupt(Table& table) {
  constexpr std::uint16_t kFault = 1002;
  table.bad("a block of the reserved type", {deflated_binary("\x06")}, {}, kFault);
  table.bad("octets FF", {deflated_binary("\xFF\xFF\xFF\xFF")}, {}, kFault);
  table.bad("a stored block whose length does not fit its complement",
            {deflated_binary("\x00\x05\x00\x00\x00Hello\x00"s)}, {}, kFault);
  table.bad("a stored block that ends early", {deflated_binary(stored_block("Hello").substr(0, 8))},
            {}, kFault);
  table.bad("a fixed block that ends early", {deflated_binary("\xF2\x48\xCD")}, {}, kFault);
  table.bad("a dynamic block that ends early",
            {deflated_binary(PeerDeflater().payload(prose(3000)).substr(0, 20))}, {}, kFault);
  table.bad("a dynamic block without an end", {deflated_binary("\x04" + std::string(64, '\0'))}, {},
            kFault);
  table.bad("a match before the beginning", {deflated_binary(FixedBlock().match(3, 1).flushed())},
            {}, kFault);
  table.bad("a match one octet before the beginning",
            {deflated_binary(FixedBlock().literals("ab").match(3, 3).flushed())}, {}, kFault);
  table.bad("no octet at all", {deflated_text("")}, {}, kFault);
  table.bad("a tail that was not left out, and half of another",
            {deflated_text(FixedBlock().literals("a").flushed() + kTail + "\0\0"s)}, {}, kFault);
  table.bad("a corrupt message after a good one",
            {deflated_text(FixedBlock().literals("good").flushed()), deflated_text("\x06"), ping()},
            {text("good")}, kFault);
  table.bad("a corrupt message in fragments",
            {deflated_binary("\x06").more(), ping("p"), then("xyz")}, {pong("p")}, kFault);
  table.bad("plain text that says it is compressed", {deflated_text("plain text")}, {}, kFault);
  table.bad("a message that leans on another though context is not taken over",
            {deflated_text(FixedBlock().literals("Hello").flushed()),
             deflated_text(FixedBlock().match(5, 5).flushed())},
            {text("Hello")}, kFault, {.peer_takes_over = false});
  table.bad("a message that leans on one that was not compressed",
            {text("Hello"), deflated_text(FixedBlock().match(5, 5).flushed())}, {text("Hello")},
            kFault);
}

void add_text(Table& table) {
  constexpr std::uint16_t kBadText = 1007;
  const auto fixed = [](std::string_view octets) {
    return deflated_text(FixedBlock().literals(octets).flushed());
  };
  const std::string word = "a\xC3\xA9\xE2\x82\xAC\xF0\x9D\x84\x9E";
  table.good("text of all four lengths", {fixed(word)}, {text(word)});
  for (std::size_t at = 0; at <= word.size(); ++at)
    table.good("text split between blocks at byte " + std::to_string(at),
               {deflated_text(FixedBlock().literals(word.substr(0, at)).flushed() + kTail +
                              FixedBlock().literals(word.substr(at)).flushed())},
               {text(word)});
  table.good("binary that is no UTF-8",
             {deflated_binary(FixedBlock().literals("\xFF\xC0\x80").flushed())},
             {binary("\xFF\xC0\x80")});
  for (const std::string_view bad : {"\x80", "\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                     "caf\xC3", "\xE2\x82", "\xF0\x9D\x84", "\xC3 "}) {
    std::string hex;
    for (const char c : bad) hex += ' ' + std::to_string(static_cast<std::uint8_t>(c));
    table.bad("text that is no UTF-8, octets" + hex, {fixed("good"), fixed(bad), ping()},
              {text("good")}, kBadText);
  }
  table.bad("text that is no UTF-8 at the end of much that is",
            {deflated_text(PeerDeflater().payload(prose(20'000) + "\xFF"))}, {}, kBadText);
  table.bad("text that is no UTF-8, by a match into binary",
            {deflated_binary(FixedBlock().literals("\xFF\xFE\xFD").flushed()),
             deflated_text(FixedBlock().match(3, 3).flushed())},
            {binary("\xFF\xFE\xFD")}, kBadText);
  table.bad("text in fragments that is no UTF-8", {fixed("good\x80").more(), then()}, {}, kBadText);
}

}  // namespace

Cases deflate_stream_cases() {
  Table table;
  add_examples(table);
  add_empty(table);
  add_blocks(table);
  add_final_blocks(table);
  add_corrupt(table);
  add_text(table);
  return table.cases;
}

}  // namespace heartwire::conformance
