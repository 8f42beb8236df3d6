#include "heartwire/net/dialer.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/net/system_error.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace heartwire::net {
namespace {

DialCause cause_of(socket::Errno error) {
  switch (error) {
    case ECONNREFUSED:
    case ECONNRESET: return DialCause::refused;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case EACCES:
    case EPERM: return DialCause::unreachable;
    case ETIMEDOUT: return DialCause::timeout;
    default: return DialCause::other;
  }
}

std::string_view timeout_text(DialStage stage) {
  switch (stage) {
    case DialStage::resolve: return "the name was not resolved in time";
    case DialStage::connect: return "no answer in time";
    case DialStage::proxy: return "it did not answer in time";
    case DialStage::tls: return "the TLS handshake took too long";
  }
  return "timeout";
}

}  // namespace

Dialer::Dialer(Loop& loop)
    : loop_(loop), timer_(loop.add_timer([this](base::Instant now) { on_timer(now); })) {}

Dialer::~Dialer() {
  abort();
  loop_.remove_timer(timer_);
}

void Dialer::start(DialTarget target, DialOptions options, std::optional<TlsContext> tls,
                   Handler handler) {
  HW_CHECK(handler);
  abort();
  target_ = std::move(target);
  options_ = std::move(options);
  tls_ = std::move(tls);
  handler_ = std::move(handler);
  if (options_.budget == nullptr) {
    resolve();
    return;
  }
  place_ = options_.budget->wait(loop_, [this](DialBudget::Permit permit) {
    permit_ = std::move(permit);
    resolve();
  });
}

void Dialer::abort() noexcept {
  const Handler last = std::exchange(handler_, nullptr);
  forget();
}

void Dialer::resolve() {
  begin_stage(DialStage::resolve, options_.resolve_timeout);
  const bool is_target_first = target_.proxy && target_.proxy->scheme == ws::ProxyScheme::socks5 &&
                               target_.addresses.empty();
  if (is_target_first) {
    look_up_target();
  } else {
    look_up_first_hop();
  }
}

/// For a proxy that does not look it up itself. It is asked for the address that the system likes
/// best: the others are out of our reach, and each would cost a connection of its own.
void Dialer::look_up_target() {
  lookup_ = Lookup(loop_, target_.host, target_.port, [this](Addresses found) {
    if (!found) return fail(DialCause::dns, found.error());
    target_.addresses = *std::move(found);
    look_up_first_hop();
  });
}

/// A target with addresses of its own takes the same way, so that no callback comes inside start().
void Dialer::look_up_first_hop() {
  const bool is_known = !target_.proxy && !target_.addresses.empty();
  const std::string& host = target_.proxy ? target_.proxy->host : target_.host;
  const std::uint16_t port = target_.proxy ? target_.proxy->port : target_.port;
  lookup_ = Lookup(loop_, is_known ? "127.0.0.1" : host, port, [this, is_known](Addresses found) {
    if (is_known) {
      race(target_.addresses);
    } else if (found) {
      race(*std::move(found));
    } else {
      fail(DialCause::dns, found.error());
    }
  });
}

void Dialer::race(std::vector<Address> addresses) {
  begin_stage(DialStage::connect, options_.connect_timeout);
  addresses_ = interleave_families(addresses);
  HW_CHECK(!addresses_.empty());
  const std::size_t count_max = std::max<std::size_t>(options_.addresses_max, 1);
  if (addresses_.size() > count_max) addresses_.resize(count_max);
  race_.emplace(addresses_.size(), options_.stagger);
  runners_.clear();
  runners_.resize(addresses_.size());
  first_error_ = 0;
  advance_race(loop_.now());
}

void Dialer::advance_race(base::Instant now) {
  while (const auto index = race_->poll(now)) try_address(*index, now);
  if (race_->is_lost()) {
    const std::string_view who = target_.proxy ? "cannot connect to it: " : "";
    fail(cause_of(first_error_), std::string{who} + system_error_text(first_error_));
  } else {
    schedule();
  }
}

void Dialer::try_address(std::size_t index, base::Instant now) {
  auto runner = Stream::connect(loop_, addresses_[index], options_.socket);
  if (!runner) {
    note_failure(index, runner.error(), now);
    return;
  }
  runners_[index] = std::move(runner).value();
  runners_[index].async_wait_writable([this, index] { on_connect_ended(index); });
}

void Dialer::on_connect_ended(std::size_t index) {
  const socket::Errno error = runners_[index].connect_error();
  if (error == 0) {
    Stream winner = std::move(runners_[index]);
    use(std::move(winner));
    return;
  }
  const base::Instant now = loop_.now();
  note_failure(index, error, now);
  advance_race(now);
}

/// Of several failures the first is told: it is that of the address the system likes best.
void Dialer::note_failure(std::size_t index, socket::Errno error, base::Instant now) {
  runners_[index].close();
  if (first_error_ == 0) first_error_ = error;
  race_->fail(now);
}

void Dialer::use(Stream winner) {
  runners_.clear();
  race_.reset();
  if (target_.proxy) {
    ask_proxy(std::move(winner));
  } else {
    shake_hands(std::move(winner));
  }
}

void Dialer::ask_proxy(Stream winner) {
  begin_stage(DialStage::proxy, options_.proxy_timeout);
  const bool is_looked_up = target_.proxy->scheme == ws::ProxyScheme::socks5;
  tunnel_ = std::make_unique<ProxyTunnel>(
      loop_, std::move(winner), *target_.proxy,
      is_looked_up ? target_.addresses.front().host() : target_.host, target_.port);
  tunnel_->start([this](base::Result<Stream, ws::ProxyFailure> result) {
    if (!result) return fail(result.error());
    tunnel_.reset();
    shake_hands(std::move(result).value());
  });
}

void Dialer::shake_hands(Stream stream) {
  if (!tls_) {
    finish(std::move(stream));
    return;
  }
  begin_stage(DialStage::tls, options_.tls_timeout);
  stream_ = std::move(stream);
  stream_.async_tls_handshake(*tls_, target_.host, [this](std::optional<TlsFailure> failure) {
    if (!failure) {
      finish(std::move(stream_));
    } else if (failure->is_certificate) {
      fail(DialCause::tls_certificate, failure->text);
    } else {
      fail(DialCause::tls, "TLS: " + failure->text);
    }
  });
}

void Dialer::on_timer(base::Instant now) {
  if (stage_deadline_ && *stage_deadline_ <= now) {
    fail(DialCause::timeout, timeout_text(stage_));
  } else if (race_) {
    advance_race(now);
  }
}

void Dialer::begin_stage(DialStage stage, base::Duration timeout) {
  stage_ = stage;
  stage_deadline_ = base::add_saturated(loop_.now(), timeout);
  schedule();
}

void Dialer::schedule() {
  std::optional<base::Instant> when = stage_deadline_;
  const auto next = race_ ? race_->deadline() : std::nullopt;
  if (when && next) when = std::min(*when, *next);
  loop_.schedule(timer_, when);
}

/// The handler may destroy us: it comes last, and by then nothing of the attempt is left.
void Dialer::finish(DialResult result) {
  const Handler handler = std::exchange(handler_, nullptr);
  forget();
  handler(std::move(result));
}

void Dialer::fail(DialCause cause, std::string_view why) {
  finish(base::Failure{failure(cause, why)});
}

void Dialer::fail(const ws::ProxyFailure& why) {
  const bool is_auth = why.fault == ws::ProxyFault::credentials;
  DialFailure told = failure(is_auth ? DialCause::proxy_auth : DialCause::proxy, why.text);
  told.status = why.status;
  told.retry_after = why.retry_after;
  finish(base::Failure{std::move(told)});
}

DialFailure Dialer::failure(DialCause cause, std::string_view why) const {
  const std::string target = host_and_port(target_.host, target_.port);
  std::string text = target_.proxy ? "cannot reach " + target + " through the proxy " +
                                         ws::host_and_port(*target_.proxy) + ": "
                                   : "cannot connect to " + target + ": ";
  text += why;
  return {stage_, cause, std::move(text)};
}

void Dialer::forget() noexcept {
  loop_.schedule(timer_, std::nullopt);
  stage_deadline_.reset();
  place_.leave();
  permit_.give_up();
  lookup_.abandon();
  race_.reset();
  runners_.clear();
  tunnel_.reset();
  stream_.close();
}

}  // namespace heartwire::net
