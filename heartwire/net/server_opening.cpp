// The handshakes of a ServerConnection: TLS, the upgrade request, and who may come in.

#include "heartwire/net/server_connection.hpp"
#include "heartwire/net/server_shard.hpp"
#include "heartwire/net/server_turn.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::net {

namespace event = endpoint::server_event;

namespace {

/// Who is turned away by a limit is not waited for as long as a guest.
constexpr base::Duration kRefusalTimeout = std::chrono::seconds{3};

const char* text_of(core::RefusalReason reason) {
  switch (reason) {
    case core::RefusalReason::address_full: return "Too many connections from this address.";
    case core::RefusalReason::server_full: return "The server is full.";
    case core::RefusalReason::accept_rate: break;
  }
  return "Too many clients came at once.";
}

ws::HttpRefusal refusal(int status, std::string text,
                        std::optional<std::chrono::seconds> retry_after = {}) {
  return {status, std::move(text), retry_after, {}};
}

}  // namespace

void ServerConnection::begin(base::Instant now, const std::optional<core::Refusal>& why_not) {
  is_admitted_ = !why_not;
  ws::HeadLimits limits;
  limits.head_bytes_max = options().head_bytes_max;
  const base::Duration timeout = why_not ? std::min(kRefusalTimeout, options().handshake_timeout)
                                         : options().handshake_timeout;
  state_ = std::make_unique<Opening>(
      Opening{endpoint::ServerHandshake(limits), why_not, base::add_saturated(now, timeout)});
  rearm();
  if (options().tls)
    return stream_.async_tls_handshake(
        options().tls->current(), {},
        [this](std::optional<TlsFailure> failure) { on_tls(std::move(failure)); });
  stage_ = Stage::reading_request;
  await_readable();
}

void ServerConnection::on_tls(std::optional<TlsFailure> failure) {
  const ServerConnectionPtr self = shard_->at(slot_);
  if (failure) {
    report("the TLS handshake failed: " + failure->text);
    return release(false);
  }
  stage_ = Stage::reading_request;
  on_readable();
}

void ServerConnection::read_request(base::Instant now, base::MutableByteView bytes) {
  auto& opening = *std::get_if<std::unique_ptr<Opening>>(&state_);
  const auto step = opening->handshake.receive(bytes);
  if (!step) return;
  if (const auto* fault = std::get_if<ws::HttpRefusal>(&*step)) return refuse(now, *fault);
  judge(now, std::get<ws::UpgradeRequest>(*step), opening->refusal, bytes);
}

void ServerConnection::judge(base::Instant now, const ws::UpgradeRequest& request,
                             std::optional<core::Refusal> why_not, base::MutableByteView rest) {
  if (why_not)
    return refuse(now,
                  refusal(why_not->http_status, text_of(why_not->reason), why_not->retry_after));
  if (const auto wait = shard_->drain_retry_after(now))
    return refuse(now, refusal(503, "The server is going away.", *wait));
  const ServerDecision decision =
      shard_->observer().on_request(request, peer_, stream_.peer_certificate());
  if (const auto* refused = std::get_if<ws::HttpRefusal>(&decision)) return refuse(now, *refused);
  open(now, request, std::get<ServerAcceptance>(decision), rest);
}

void ServerConnection::open(base::Instant now, const ws::UpgradeRequest& request,
                            const ServerAcceptance& acceptance, base::MutableByteView rest) {
  const auto& deflate = options().endpoint.deflate;
  const auto compression = deflate ? ws::accept_deflate_offer(*deflate, request.extensions)
                                   : std::optional<ws::DeflateAnswer>{};
  const auto answer =
      ws::make_accept(request, acceptance.subprotocol, acceptance.headers,
                      compression ? std::string_view{compression->text} : std::string_view{});
  if (!answer) {
    report("cannot answer the upgrade: " + answer.error().text);
    return refuse(now, refusal(500, "The server could not answer."));
  }
  ServerTurn turn(*shard_, *this, now);
  endpoint::Workspace& workspace = turn.workspace();
  const base::ByteView head = base::as_bytes(*answer);
  workspace.output.assign(head.begin(), head.end());
  http_bytes_ = static_cast<std::uint32_t>(head.size());
  state_.emplace<endpoint::ServerEndpoint>(
      options().endpoint, now, shard_->next_seed(), dialect_of(request, acceptance),
      compression ? std::optional{compression->params} : std::nullopt);
  stage_ = Stage::open;
  is_compressed_.store(compression.has_value(), std::memory_order_relaxed);
  if (!acceptance.identity.empty()) {
    shard_->set_identity(id_, acceptance.identity);
    has_identity_ = true;
  }
  is_open_.store(true, std::memory_order_release);
  shard_->on_opened();
  shard_->observer().on_open(shard_->at(slot_));
  // What the client sent right behind its request.
  if (!rest.empty()) endpoint().handle(now, event::Received{rest}, workspace);
  run(now, workspace);
}

std::uint8_t ServerConnection::dialect_of(const ws::UpgradeRequest& request,
                                          const ServerAcceptance& acceptance) const {
  const core::DialectSet& dialects = options().endpoint.dialects;
  if (acceptance.dialect.empty()) {
    const std::string query = request.query.empty() ? std::string{} : "?" + request.query;
    return dialects.choose(acceptance.subprotocol, request.path + query);
  }
  for (std::uint8_t index = 0; index < dialects.size(); ++index)
    if (dialects.at(index)->name() == acceptance.dialect) return index;
  report("there is no dialect \"" + acceptance.dialect + "\" here; its first heartbeat decides");
  return core::DialectSet::kUndecided;
}

void ServerConnection::refuse(base::Instant now, const ws::HttpRefusal& why_not) {
  auto answer = ws::make_refusal(why_not);
  if (!answer) {
    report("cannot refuse as told: " + answer.error().text);
    answer = ws::make_refusal(refusal(500, "The server could not answer."));
  }
  report("refused with " + std::to_string(why_not.status) +
         (why_not.text.empty() ? std::string{} : ": " + why_not.text));
  shard_->on_refused();
  http_bytes_ = static_cast<std::uint32_t>(answer->size());
  write(base::as_bytes(*answer));
  linger(now);
}

void ServerConnection::time_out(base::Instant now) {
  if (stage_ == Stage::reading_request)
    return refuse(now, refusal(408, "The upgrade request did not come in time."));
  report("the TLS handshake took too long");
  release(true);
}

}  // namespace heartwire::net
