#pragma once
// One conformance case as a value, and the table of all of them. What a case says holds for our
// server and our client alike, over sockets and without, however its bytes are cut.

#include "tests/conformance/agreement.hpp"
#include "tests/conformance/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace heartwire::conformance {

/// How a connection must end.
struct Ending {
  enum class Kind : std::uint8_t {
    goodbye,  ///< The peer closes with 1000 after all that it sent, and is answered the same.
    closed,   ///< The peer's own frames hold a Close; it is answered with `code`, and no more.
    failed,   ///< The endpoint closes with `code` and ends the transport by itself.
  };
  Kind kind = Kind::goodbye;
  std::optional<std::uint16_t> code = 1000;  ///< Nothing: a Close without a code.
};

inline Ending closed(std::optional<std::uint16_t> code) {
  return {Ending::Kind::closed, code};
}
inline Ending failed(std::uint16_t code) {
  return {Ending::Kind::failed, code};
}

/// An endpoint that echoes every message meets a peer that writes `sent`.
struct Case {
  /// The behaviour in words, and the section of the RFC that asks for it.
  std::string name{};
  std::vector<Frame> sent{};
  /// All that the endpoint writes before its Close, in this order: echoes (whole messages, however
  /// it fragments them) and pongs.
  std::vector<Frame> seen{};
  Ending ends{};
  /// What the endpoint bears of a message.
  std::size_t message_bytes_max = std::size_t{64} << 20;
  /// Nothing: the peer offers, or agrees to, no compression.
  std::optional<Agreement> agreed{};
  /// At least one echo must come compressed.
  bool is_compressed_back = false;
};

using Cases = std::vector<Case>;

// What tables go through.
using Sizes = std::initializer_list<std::size_t>;
using Codes = std::initializer_list<std::uint16_t>;
using Opcodes = std::initializer_list<std::uint8_t>;

// One table a class of behaviour.
Cases framing_cases();
Cases ping_cases();
Cases reserved_bit_cases();
Cases opcode_cases();
Cases fragmentation_cases();
Cases utf8_cases();
Cases utf8_split_cases();
Cases close_cases();
Cases limit_cases();
Cases large_cases();
Cases deflate_parameter_cases();
Cases deflate_stream_cases();
Cases deflate_frame_cases();
Cases deflate_size_cases();
Cases deflate_limit_cases();

struct CaseClass {
  const char* name = nullptr;
  Cases (*cases)() = nullptr;
};
const std::vector<CaseClass>& case_classes();

}  // namespace heartwire::conformance
