// Reserved bits and opcodes, where no extension gives them a meaning (RFC 6455 section 5.2).

#include "tests/conformance/case.hpp"

namespace heartwire::conformance {
namespace {

std::string bits_text(int bits) {
  std::string text;
  for (int i = 0; i < 3; ++i)
    if ((bits & (4 >> i)) != 0) text += (text.empty() ? "RSV" : "+RSV") + std::to_string(i + 1);
  return text;
}

}  // namespace

Cases reserved_bit_cases() {
  Cases cases;
  for (std::uint8_t bits = 1; bits <= 7; ++bits) {
    const auto add = [&](const char* what, std::vector<Frame> sent, std::vector<Frame> seen) {
      cases.push_back({std::string{what} + " with " + bits_text(bits) + " is refused (5.2)",
                       std::move(sent), std::move(seen), failed(1002)});
    };
    add("text", {text("hello").reserved(bits), ping()}, {});
    add("text after text", {text("a"), text("hello").reserved(bits), ping()}, {text("a")});
    add("binary", {binary("hello").reserved(bits)}, {});
    add("the first fragment of text", {text("he").reserved(bits).more(), then("llo")}, {});
    add("a continuation", {text("he").more(), then("llo").reserved(bits)}, {});
    add("a ping", {text("a"), ping("p").reserved(bits)}, {text("a")});
    add("an empty pong", {pong().reserved(bits)}, {});
    add("a ping between fragments", {text("he").more(), ping().reserved(bits), then("llo")}, {});
    add("a Close", {close(1000).reserved(bits)}, {});
  }
  return cases;
}

Cases opcode_cases() {
  Cases cases;
  for (const std::uint8_t opcode : Opcodes{3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    const auto add = [&](const char* where, std::vector<Frame> sent, std::vector<Frame> seen) {
      cases.push_back({"opcode " + std::to_string(opcode) + ' ' + where + " is refused (5.2)",
                       std::move(sent), std::move(seen), failed(1002)});
    };
    const Frame frame = of_opcode(opcode);
    add("without a payload", {frame}, {});
    add("with a payload", {of_opcode(opcode, "reserved")}, {});
    add("after text, before a ping,", {text("a"), frame, ping()}, {text("a")});
    add("with a payload, after binary,", {binary("a"), of_opcode(opcode, "reserved"), ping()},
        {binary("a")});
    add("between fragments", {text("a").more(), frame, then("b")}, {});
    add("not being final", {frame.more(), then("b")}, {});
    add("of 126 bytes", {of_opcode(opcode, letters(126))}, {});
  }
  return cases;
}

}  // namespace heartwire::conformance
