#include "heartwire/endpoint/server_handshake.hpp"

#include <utility>

namespace heartwire::endpoint {
namespace {

/// 431 says what to change (RFC 6585 section 5); the rest is simply not understood.
ws::HttpRefusal refusal_of(ws::HttpError error) {
  ws::HttpRefusal refusal;
  const bool is_size = error == ws::HttpError::too_large || error == ws::HttpError::too_many_fields;
  refusal.status = is_size ? 431 : 400;
  refusal.text = ws::describe(error);
  return refusal;
}

}  // namespace

std::optional<ServerHandshake::Step> ServerHandshake::receive(base::MutableByteView& input) {
  auto step = reader_.feed(input);
  if (!step) return refusal_of(step.error());
  input = input.subspan(step->consumed);
  if (!step->head) return std::nullopt;
  auto request = ws::check_request(*step->head);
  if (!request) return request.error();
  return std::move(request).value();
}

}  // namespace heartwire::endpoint
