#include "heartwire/ws/opcode.hpp"

namespace heartwire::ws {

std::string_view name(Opcode opcode) noexcept {
  switch (opcode) {
    case Opcode::continuation: return "continuation";
    case Opcode::text: return "text";
    case Opcode::binary: return "binary";
    case Opcode::close: return "close";
    case Opcode::ping: return "ping";
    case Opcode::pong: return "pong";
  }
  return "reserved";
}

}  // namespace heartwire::ws
