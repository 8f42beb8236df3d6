#include "heartwire/base/escape.hpp"

#include "heartwire/base/check.hpp"

namespace heartwire::base {
namespace {

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto octet = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    (out += '\\') += c;
  } else if (octet >= 0x20 && octet < 0x7F) {
    out += c;
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else {
    ((out += "\\x") += kHex[octet >> 4]) += kHex[octet & 0xF];
  }
}

}  // namespace

std::string escape_for_log(std::string_view text, std::size_t bytes_max) {
  constexpr std::string_view kCut = "...";
  HW_CHECK(bytes_max >= kCut.size());
  std::string out;
  std::size_t whole = 0;  // where to cut so that `...` fits and no escape is halved
  for (const char c : text) {
    append_escaped(out, c);
    if (out.size() > bytes_max) {
      out.resize(whole);
      return out += kCut;
    }
    if (out.size() + kCut.size() <= bytes_max) whole = out.size();
  }
  return out;
}

}  // namespace heartwire::base
