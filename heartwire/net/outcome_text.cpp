#include "heartwire/net/outcome_text.hpp"

namespace heartwire::net {
namespace {

core::Cause cause_of(DialCause cause) {
  switch (cause) {
    case DialCause::dns: return core::Cause::dns;
    case DialCause::refused: return core::Cause::refused;
    case DialCause::timeout: return core::Cause::connect_timeout;
    case DialCause::tls: return core::Cause::tls;
    case DialCause::tls_certificate: return core::Cause::certificate;
    case DialCause::proxy: return core::Cause::proxy;
    case DialCause::proxy_auth: return core::Cause::proxy_auth;
    case DialCause::unreachable:
    case DialCause::other: break;
  }
  return core::Cause::unreachable;
}

}  // namespace

core::Outcome outcome_of(const DialFailure& failure) {
  core::Outcome outcome;
  outcome.cause = cause_of(failure.cause);
  outcome.code = failure.status;
  outcome.retry_after = failure.retry_after;
  outcome.text = failure.text;
  return outcome;
}

core::Outcome outcome_of(const IoResult& result) {
  core::Outcome outcome;
  outcome.cause = core::Cause::lost;
  outcome.text = result.status == IoStatus::failed
                     ? "the connection was lost: " + result.error
                     : "the peer ended the connection without a closing handshake";
  return outcome;
}

std::string_view name(DialStage stage) noexcept {
  switch (stage) {
    case DialStage::resolve: return "resolve";
    case DialStage::connect: return "connect";
    case DialStage::proxy: return "proxy";
    case DialStage::tls: return "tls";
  }
  return "?";
}

std::string_view name(DialCause cause) noexcept {
  switch (cause) {
    case DialCause::dns: return "dns";
    case DialCause::refused: return "refused";
    case DialCause::unreachable: return "unreachable";
    case DialCause::timeout: return "timeout";
    case DialCause::tls: return "tls";
    case DialCause::tls_certificate: return "tls_certificate";
    case DialCause::proxy: return "proxy";
    case DialCause::proxy_auth: return "proxy_auth";
    case DialCause::other: return "other";
  }
  return "?";
}

std::ostream& operator<<(std::ostream& out, const DialFailure& failure) {
  return out << name(failure.stage) << '/' << name(failure.cause) << ": " << failure.text;
}

}  // namespace heartwire::net
