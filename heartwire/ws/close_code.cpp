#include "heartwire/ws/close_code.hpp"

namespace heartwire::ws {

std::string_view close_code_name(std::uint16_t code) noexcept {
  switch (static_cast<CloseCode>(code)) {
    case CloseCode::normal: return "normal";
    case CloseCode::going_away: return "going away";
    case CloseCode::protocol_error: return "protocol error";
    case CloseCode::unsupported_data: return "unsupported data";
    case CloseCode::no_status: return "no status";
    case CloseCode::abnormal: return "abnormal";
    case CloseCode::invalid_payload: return "invalid payload";
    case CloseCode::policy_violation: return "policy violation";
    case CloseCode::message_too_big: return "message too big";
    case CloseCode::extension_required: return "extension required";
    case CloseCode::internal_error: return "internal error";
    case CloseCode::service_restart: return "service restart";
    case CloseCode::try_again_later: return "try again later";
    case CloseCode::bad_gateway: return "bad gateway";
    case CloseCode::tls_failed: return "TLS failed";
  }
  if (code >= 4000 && code <= 4999) return "application";
  if (code >= 3000 && code <= 3999) return "library";
  return "unassigned";
}

}  // namespace heartwire::ws
