#include "heartwire/core/outcome.hpp"

#include "heartwire/base/escape.hpp"

#include <algorithm>
#include <chrono>
#include <ostream>

namespace heartwire::core {

using std::chrono::milliseconds;

namespace {

constexpr std::uint16_t kUnauthorizedClose = 3000;
constexpr std::uint16_t kUnauthorizedStatus = 401;

bool contains(const std::vector<std::uint16_t>& codes, std::uint16_t code) noexcept {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// The verdict of the lists, or nothing where they do not speak.
std::optional<Verdict> refusal(const Outcome& outcome, const ClassifierOptions& options) noexcept {
  switch (outcome.cause) {
    case Cause::closed:
      if (!contains(options.stop_codes, outcome.code)) return std::nullopt;
      return outcome.code == kUnauthorizedClose ? Verdict::new_credentials : Verdict::stop;
    case Cause::http_status:
      if (!contains(options.stop_statuses, outcome.code)) return std::nullopt;
      return outcome.code == kUnauthorizedStatus ? Verdict::new_credentials : Verdict::stop;
    case Cause::proxy:
      if (!contains(options.stop_statuses, outcome.code)) return std::nullopt;
      return Verdict::stop;
    case Cause::proxy_auth: return Verdict::new_credentials;
    case Cause::certificate:
      if (!options.stop_on_certificate) return std::nullopt;
      return Verdict::stop;
    case Cause::user: return Verdict::stop;
    default: return std::nullopt;
  }
}

void write_duration(std::ostream& out, base::Duration duration) {
  const auto rounded = std::chrono::ceil<milliseconds>(duration).count();
  if (rounded % 1000 == 0) {
    out << rounded / 1000 << " s";
  } else {
    out << rounded << " ms";
  }
}

}  // namespace

std::string_view name(Cause cause) noexcept {
  switch (cause) {
    case Cause::none: return "none";
    case Cause::dns: return "dns";
    case Cause::refused: return "refused";
    case Cause::unreachable: return "unreachable";
    case Cause::connect_timeout: return "connect_timeout";
    case Cause::tls: return "tls";
    case Cause::certificate: return "certificate";
    case Cause::proxy: return "proxy";
    case Cause::proxy_auth: return "proxy_auth";
    case Cause::http_status: return "http_status";
    case Cause::handshake: return "handshake";
    case Cause::protocol_error: return "protocol_error";
    case Cause::closed: return "closed";
    case Cause::lost: return "lost";
    case Cause::heartbeat: return "heartbeat";
    case Cause::request: return "request";
    case Cause::user: return "user";
  }
  return "unknown";
}

std::string_view name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::retry: return "retry";
    case Verdict::retry_after: return "retry_after";
    case Verdict::new_credentials: return "new_credentials";
    case Verdict::stop: return "stop";
  }
  return "unknown";
}

Verdict classify(const Outcome& outcome, const ClassifierOptions& options) noexcept {
  if (const auto verdict = refusal(outcome, options)) return *verdict;
  const bool is_timed_code =
      outcome.cause == Cause::closed &&
      (outcome.code == kCloseServiceRestart || outcome.code == kCloseTryAgainLater);
  return outcome.retry_after || is_timed_code ? Verdict::retry_after : Verdict::retry;
}

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  out << outcome.cause;
  if (outcome.code != 0) out << ' ' << outcome.code;
  if (outcome.retry_after) {
    out << ", retry after ";
    write_duration(out, *outcome.retry_after);
  }
  if (!outcome.text.empty()) out << ": " << outcome.text;
  if (!outcome.peer_text.empty()) {
    out << " (peer said \"" << base::escape_for_log(outcome.peer_text) << "\")";
  }
  return out;
}

std::ostream& operator<<(std::ostream& out, Cause cause) {
  return out << name(cause);
}

std::ostream& operator<<(std::ostream& out, Verdict verdict) {
  return out << name(verdict);
}

}  // namespace heartwire::core
