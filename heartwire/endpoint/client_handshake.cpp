#include "heartwire/endpoint/client_handshake.hpp"

namespace heartwire::endpoint {
namespace {

core::Outcome outcome_of(const ws::HandshakeRefusal& refusal) {
  core::Outcome outcome;
  const bool is_status = refusal.fault == ws::HandshakeFault::http_status;
  outcome.cause = is_status ? core::Cause::http_status : core::Cause::handshake;
  outcome.code = static_cast<std::uint16_t>(refusal.status);
  outcome.retry_after = refusal.retry_after;
  outcome.text = refusal.text;
  return outcome;
}

core::Outcome outcome_of(ws::HttpError error) {
  core::Outcome outcome;
  outcome.cause = core::Cause::handshake;
  outcome.text = "the answer to the upgrade is not valid: " + std::string{ws::describe(error)};
  return outcome;
}

}  // namespace

base::Result<ClientHandshake, std::string> ClientHandshake::make(
    const ws::Url& url, ws::HandshakeRequestOptions options, const ws::HandshakeKey& key) {
  auto head = ws::make_request(url, options, key);
  if (!head) return base::Failure{head.error().text};
  return ClientHandshake(std::move(head).value(), std::move(options), key);
}

ClientHandshake::ClientHandshake(std::string request_head, ws::HandshakeRequestOptions options,
                                 const ws::HandshakeKey& key)
    : request_head_(std::move(request_head)),
      offered_(std::move(options.subprotocols)),
      deflate_(std::move(options.deflate)),
      key_(key) {}

std::optional<base::Result<Accepted, core::Outcome>> ClientHandshake::receive(
    base::MutableByteView& input) {
  using Answer = base::Result<Accepted, core::Outcome>;
  auto step = reader_.feed(input);
  if (!step) return Answer{base::Failure{outcome_of(step.error())}};
  input = input.subspan(step->consumed);
  if (!step->head) return std::nullopt;
  auto accepted = ws::check_response(*step->head, key_, offered_, deflate_);
  if (!accepted) return Answer{base::Failure{outcome_of(accepted.error())}};
  return Answer{std::move(accepted).value()};
}

}  // namespace heartwire::endpoint
