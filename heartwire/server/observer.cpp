#include "heartwire/server/observer.hpp"

#include <exception>
#include <utility>

namespace heartwire::server {
namespace {

Request describe(const ws::UpgradeRequest& request, const net::Address& peer) {
  Request described;
  described.path = request.path;
  described.query = request.query;
  described.subprotocols = request.subprotocols;
  described.remote_address = to_string(peer);
  described.headers.reserve(request.headers.size());
  for (const ws::Field& field : request.headers)
    described.headers.emplace_back(field.name, field.value);
  return described;
}

std::vector<ws::Field> fields_of(const std::vector<Header>& headers) {
  std::vector<ws::Field> fields;
  for (const auto& [name, value] : headers) fields.push_back({name, value});
  return fields;
}

net::ServerDecision decision_of(const Admit& admit) {
  if (admit.is_accepted)
    return net::ServerAcceptance{admit.subprotocol, admit.dialect, fields_of(admit.headers),
                                 admit.identity};
  return ws::HttpRefusal{admit.status, admit.text, admit.retry_after, fields_of(admit.headers)};
}

}  // namespace

template <typename Function, typename... Arguments>
bool Observer::call(const char* name, const Function& hook, Arguments&&... arguments) {
  if (!hook || shared_->is_stopped.load(std::memory_order_acquire)) return true;
  try {
    hook(std::forward<Arguments>(arguments)...);
    return true;
  } catch (const std::exception& error) {
    on_error(std::string{name} + " threw: " + error.what());
  } catch (...) {
    on_error(std::string{name} + " threw something that is not a std::exception");
  }
  return false;
}

net::ServerDecision Observer::on_request(const ws::UpgradeRequest& request,
                                         const net::Address& peer,
                                         std::optional<net::PeerCertificate> certificate) {
  const Hooks& hooks = shared_->hooks;
  if (hooks.on_request || hooks.on_open) {
    request_ = describe(request, peer);
    request_.client_certificate = std::move(certificate);
  }
  Admit admit;
  const auto ask = [&](const Request& asked) { admit = hooks.on_request(asked); };
  const bool is_well = !hooks.on_request || call("on_request", std::function{ask}, request_);
  if (!is_well) admit = Admit::refuse(500, "The server could not decide.");
  return decision_of(admit);
}

void Observer::on_open(const net::ServerConnectionPtr& connection) {
  const Request request = std::exchange(request_, {});
  Connection handle(connection);
  call("on_open", shared_->hooks.on_open, handle, request);
}

void Observer::on_message(const net::ServerConnectionPtr& connection, core::MessageView message) {
  Connection handle(connection);
  call("on_message", shared_->hooks.on_message, handle, message);
}

void Observer::on_close(const net::ServerConnectionPtr& connection,
                        const endpoint::server_action::End& end) {
  if (!shared_->hooks.on_close) return;
  const core::Outcome& outcome = end.outcome;
  const CloseInfo info{outcome.cause,     end.by,       outcome.code,
                       outcome.peer_text, outcome.text, end.is_clean};
  Connection handle(connection);
  call("on_close", shared_->hooks.on_close, handle, info);
}

void Observer::on_suspect(const net::ServerConnectionPtr& connection, base::Duration silence) {
  Connection handle(connection);
  call("on_suspect", shared_->hooks.on_suspect, handle, silence);
}

void Observer::on_cleared(const net::ServerConnectionPtr& connection, base::Duration silence) {
  Connection handle(connection);
  call("on_cleared", shared_->hooks.on_cleared, handle, silence);
}

void Observer::on_heartbeat(const net::ServerConnectionPtr& connection, base::Duration round_trip) {
  if (!shared_->hooks.on_heartbeat) return;
  Connection handle(connection);
  call("on_heartbeat", shared_->hooks.on_heartbeat, handle, round_trip);
}

void Observer::on_error(std::string_view what) {
  if (!shared_->hooks.on_error || shared_->is_stopped.load(std::memory_order_acquire)) return;
  try {
    shared_->hooks.on_error(what);
  } catch (...) {
    // There is nobody left to tell.
  }
}

}  // namespace heartwire::server
