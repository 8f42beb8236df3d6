#include "heartwire/core/heartbeat.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/base/rng.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::core {
namespace {

using base::Duration;
using base::Instant;
using Milliseconds = std::chrono::duration<std::int64_t, std::milli>;
using Microseconds = std::chrono::duration<std::int64_t, std::micro>;

constexpr Duration kDurationMin = std::chrono::milliseconds{1};
/// What is longer never happens.
constexpr Duration kDurationMax = std::chrono::hours{24 * 7};
/// Instants are kept in 32 bits of milliseconds, which tell them apart within 24 days of the last
/// sign of life. No verdict needs a longer silence than this, and it leaves room for a deadline.
constexpr Duration kSilenceMax = 2 * kDurationMax;
constexpr std::uint32_t kNeverMs = UINT32_MAX;

constexpr std::uint32_t kNoBacklog = UINT32_MAX;

/// The second probe of a suspect peer gets this many times what was expected of an answer, and at
/// least so much. TCP sends a lost segment again after about as long as an answer takes, and once
/// more after twice that: time for the second repetition to be answered, and on good links for a
/// third. See docs/decisions/0013-heartbeat-defaults.md for what each second is worth.
constexpr int kConfirmFactor = 3;
constexpr Duration kConfirmMin = std::chrono::seconds{4};

/// How often in a row a verdict is put off because we were late. Without an end, a machine whose
/// timers are always late (a throttled browser page) would never notice a death.
constexpr std::uint8_t kForgivenMax = 2;

/// What poll() has to say, in this order. The reason of a death stands in the bits above.
enum Pending : std::uint8_t {
  kMeasured = 1,
  kCleared = 2,
  kSuspect = 4,
  kProbe = 8,
  kDead = 16,
};
constexpr unsigned kReasonShift = 5;

std::uint32_t low_bits_ms(Instant when) noexcept {
  return static_cast<std::uint32_t>(
      std::chrono::floor<Milliseconds>(when.time_since_epoch()).count());
}

std::uint32_t low_bits_us(Instant when) noexcept {
  return static_cast<std::uint32_t>(
      std::chrono::floor<Microseconds>(when.time_since_epoch()).count());
}

std::uint32_t to_ms(Duration duration) noexcept {
  if (duration > kDurationMax) return kNeverMs;
  const Duration held = std::max(duration, kDurationMin);
  return static_cast<std::uint32_t>(std::chrono::floor<Milliseconds>(held).count());
}

std::uint32_t elapsed_ms(Duration silence) noexcept {
  const std::int64_t whole = std::chrono::floor<Milliseconds>(silence).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(whole, 0, UINT32_MAX));
}

Instant after(Instant from, std::uint32_t delay_ms) noexcept {
  return delay_ms == kNeverMs ? Instant::max() : from + Milliseconds{delay_ms};
}

bool is_in_range(Duration duration) noexcept {
  return duration >= kDurationMin && duration <= kDurationMax;
}

}  // namespace

Heartbeat::Heartbeat(const HeartbeatOptions& options, std::uint64_t seed) noexcept
    : options_(&options),
      backlog_(kNoBacklog),
      spread_(static_cast<std::uint16_t>(base::Rng(seed).next() >> 48)) {
  HW_CHECK(!validate(options));
  set_timing(options.interval, options.timeout, options.silence_max);
}

void Heartbeat::handle(Instant now, const HeartbeatEvent& event) noexcept {
  if (stage_ == Stage::closed && !std::holds_alternative<heartbeat_event::Opened>(event)) return;
  if (now - received_at_ > kSilenceMax) hold_silence(now);
  std::visit([&](const auto& one) { on(now, one); }, event);
}

std::optional<HeartbeatAction> Heartbeat::poll() noexcept {
  namespace action = heartbeat_action;
  const Duration silence = Milliseconds{silence_ms_};
  const auto take = [this](Pending one) {
    const bool is_pending = (pending_ & one) != 0;
    pending_ = static_cast<std::uint8_t>(pending_ & ~one);
    return is_pending;
  };
  if (pending_ == 0) return std::nullopt;
  if (take(kMeasured)) return action::RoundTripMeasured{round_trip_.last()};
  if (take(kCleared)) return action::Cleared{silence};
  if (take(kSuspect)) return action::Suspect{silence};
  if (take(kProbe)) return action::SendProbe{sequence_};
  const auto reason = static_cast<DeathReason>(std::exchange(pending_, {}) >> kReasonShift);
  return action::Dead{reason, silence};
}

std::optional<Instant> Heartbeat::deadline() const noexcept {
  if (stage_ == Stage::closed || options_->sending == Sending::off) return std::nullopt;
  Instant due = probe_due();
  if (judges_by_silence()) {
    due = std::min(due, silence_due());
  } else if (is_awaiting_answer()) {
    due = std::min(due, is_sampled_ ? stage_ends() : sample_due());
  }
  if (due == Instant::max()) return std::nullopt;
  return due;
}

bool Heartbeat::is_awaiting_answer() const noexcept {
  return stage_ == Stage::leaving || stage_ == Stage::waiting || stage_ == Stage::confirming;
}

bool Heartbeat::is_suspect() const noexcept {
  return is_suspect_;
}

const RoundTrip& Heartbeat::round_trip() const noexcept {
  return round_trip_;
}

void Heartbeat::set_interval(Duration interval) noexcept {
  interval_ms_ = to_ms(std::min(interval, kDurationMax));
}

Duration Heartbeat::interval() const noexcept {
  return Milliseconds{interval_ms_};
}

// What the driver tells.

void Heartbeat::on(Instant now, const heartbeat_event::Opened&) noexcept {
  const std::uint16_t sequence = sequence_;
  // A linear congruential step with full period: each connection draws its own spread.
  const auto spread = static_cast<std::uint16_t>(spread_ * 25173u + 13849u);
  *this = Heartbeat(*options_, 0);
  sequence_ = sequence;
  spread_ = spread;
  stage_ = Stage::quiet;
  received_at_ = now;
  sending_from_ms_ = low_bits_ms(now);
}

void Heartbeat::on(Instant now, const heartbeat_event::Received&) noexcept {
  if (options_->evidence == Evidence::round_trip && sends()) return;
  sign_of_life(now);
}

void Heartbeat::on(Instant now, const heartbeat_event::Sent& event) noexcept {
  if (options_->sending != Sending::periodic) sending_from_ms_ = low_bits_ms(now);
  if (stage_ == Stage::leaving) {
    begin(Stage::leaving, now);
  } else if (event.was_blocked && is_awaiting_answer()) {
    put_off(now);
  }
}

void Heartbeat::on(Instant now, const heartbeat_event::ProbeSent& event) noexcept {
  on(now, heartbeat_event::Sent{});
  // Where we send none, whatever probe the driver made up is measured all the same.
  if (!sends()) sequence_ = static_cast<std::uint16_t>(event.sequence);
  const bool is_awaited = is_leaving_ && event.sequence == sequence_;
  if (!is_awaited && sends()) return;
  is_leaving_ = false;
  is_newer_unanswered_ = true;
  newer_left_us_ = low_bits_us(now);
  // A second probe changes no deadline, and one that was overtaken by a sign of life has none.
  if (stage_ == Stage::leaving) begin(Stage::waiting, now);
}

void Heartbeat::on(Instant now, const heartbeat_event::Answered& event) noexcept {
  if (options_->evidence != Evidence::one_way) measure(now, event.sequence);
  sign_of_life(now);
}

void Heartbeat::on(Instant now, const heartbeat_event::CheckNow&) noexcept {
  if (!sends()) return;
  if (judges_by_silence()) return write_probe(now);
  switch (stage_) {
    case Stage::quiet: is_check_ = true; return probe(now);
    case Stage::leaving: is_check_ = true; return;
    default: break;
  }
  const Instant ends = std::min(death_due(), now + check_timeout());
  is_check_ = true;
  stage_ = Stage::waiting;
  stage_ends_ms_ = low_bits_ms(ends);
  write_probe(now);
}

void Heartbeat::on(Instant, const heartbeat_event::Retimed& event) noexcept {
  set_timing(event.interval, event.timeout, event.silence_max);
}

void Heartbeat::on(Instant now, const heartbeat_event::Tick& event) noexcept {
  const std::optional<Instant> due = deadline();
  if (is_awaiting_answer()) sample_backlog(now, event.backlog);
  if (!due || now < *due) return;
  const bool is_late = now - *due > std::min(options_->lateness_max, timeout() / 2);
  if (judges_by_silence()) {
    judge_silence(now, is_late);
  } else if (is_awaiting_answer()) {
    judge_answer(now, is_late);
  }
  send_when_due(now);
}

// Evidence.

/// After a sleep of weeks: moves what lies too far back to where it can be told from the present.
void Heartbeat::hold_silence(Instant now) noexcept {
  const Instant oldest = now - kSilenceMax;
  const Instant sending_from = std::max(at(sending_from_ms_), oldest);
  const Instant ends = std::max(stage_ends(), oldest);
  received_at_ = oldest;
  sending_from_ms_ = low_bits_ms(sending_from);
  stage_ends_ms_ = low_bits_ms(ends);
}

void Heartbeat::sign_of_life(Instant now) noexcept {
  const Duration silence = now - std::exchange(received_at_, now);
  if (stage_ == Stage::quiet && !is_suspect_) return;
  stage_ = Stage::quiet;
  misses_ = 0;
  forgiven_ = 0;
  clear(silence);
}

void Heartbeat::measure(Instant now, std::optional<std::uint32_t> sequence) noexcept {
  std::optional<std::uint32_t> left_us;
  if (!sequence) {
    // Karn: with two probes unanswered nobody knows which of them this is. Forgetting both lets the
    // next one be measured, even if the peer answers only some.
    if (is_newer_unanswered_ != is_older_unanswered_)
      left_us = is_newer_unanswered_ ? newer_left_us_ : older_left_us_;
    else if (!is_newer_unanswered_)
      is_leaving_ = false;  // The answer was faster than the driver's report; see below.
    is_newer_unanswered_ = is_older_unanswered_ = false;
  } else if (*sequence == sequence_) {
    if (is_newer_unanswered_) left_us = newer_left_us_;
    // A driver may report an answer before it reports that the probe has left.
    is_leaving_ = is_newer_unanswered_ = is_older_unanswered_ = false;
  } else if (*sequence == static_cast<std::uint16_t>(sequence_ - 1)) {
    if (is_older_unanswered_) left_us = older_left_us_;
    is_older_unanswered_ = false;
  }
  if (!left_us) return;
  round_trip_.add(Microseconds{low_bits_us(now) - *left_us});
  pending_ |= kMeasured;
}

void Heartbeat::sample_backlog(Instant now, std::optional<std::uint64_t> backlog) noexcept {
  if (backlog) {
    const auto bytes =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(*backlog, kNoBacklog - 1));
    // Only a new low is progress. So however the driver counts, a peer that takes nothing more in
    // cannot live on what is sent after the probe. And only one after the baseline, and from more
    // than a few messages: the arrival of what was under way anyway says nothing of a transfer.
    const bool has_transfer = backlog_ != kNoBacklog && backlog_ >= kTransferBytesMin;
    if (is_sampled_ && has_transfer && bytes < backlog_) put_off(now);
    backlog_ = std::min(backlog_, bytes);
  }
  if (now >= sample_due()) is_sampled_ = true;
}

// Verdicts.

void Heartbeat::judge_answer(Instant now, bool is_late) noexcept {
  if (now < stage_ends()) return;
  if (is_forgiven(is_late)) {
    is_check_ = true;
    return probe(now);
  }
  if (stage_ == Stage::leaving) return die(now, DeathReason::stuck);
  if (stage_ == Stage::confirming || is_check_) return die(now, DeathReason::no_answer);
  if (options_->reply == Reply::fixed) {
    if (++misses_ >= options_->misses_max) return die(now, DeathReason::no_answer);
    suspect(now);
    return probe(now);
  }
  suspect(now);
  write_probe(now);
  begin(Stage::confirming, now);
}

void Heartbeat::judge_silence(Instant now, bool is_late) noexcept {
  if (now < silence_due()) return;
  if (is_forgiven(is_late)) return begin(Stage::grace, now);
  stage_ = Stage::quiet;
  if (now >= after(received_at_, silence_max_ms())) return die(now, DeathReason::silence);
  suspect(now);
}

bool Heartbeat::is_forgiven(bool is_late) noexcept {
  if (!is_late || forgiven_ == kForgivenMax) return false;
  ++forgiven_;
  return true;
}

void Heartbeat::suspect(Instant now) noexcept {
  if (is_suspect_) return;
  is_suspect_ = true;
  silence_ms_ = elapsed_ms(now - received_at_);
  // A Cleared that nobody has polled yet cancels out.
  pending_ ^= (pending_ & kCleared) != 0 ? kCleared : kSuspect;
}

void Heartbeat::clear(Duration silence) noexcept {
  if (!is_suspect_) return;
  is_suspect_ = false;
  silence_ms_ = elapsed_ms(silence);
  pending_ ^= (pending_ & kSuspect) != 0 ? kSuspect : kCleared;
}

void Heartbeat::die(Instant now, DeathReason reason) noexcept {
  silence_ms_ = elapsed_ms(now - received_at_);
  stage_ = Stage::closed;
  is_suspect_ = false;
  pending_ = static_cast<std::uint8_t>((pending_ & kMeasured) | kDead |
                                       (static_cast<unsigned>(reason) << kReasonShift));
}

// Probes and stages.

void Heartbeat::send_when_due(Instant now) noexcept {
  if (stage_ == Stage::closed || now < probe_due()) return;
  if (stage_ == Stage::quiet && !judges_by_silence()) {
    // We overslept: whatever could have been said of the peer by now is asked with little patience.
    is_check_ = now - received_at_ > interval() + timeout();
    return probe(now);
  }
  const bool is_behind_backlog = backlog_ != kNoBacklog && backlog_ > 0 && is_awaiting_answer();
  if (is_behind_backlog) {
    // The peer has bytes of ours yet to come; one more beat behind them would tell it nothing.
    sending_from_ms_ = low_bits_ms(now);
    return;
  }
  write_probe(now);
}

void Heartbeat::probe(Instant now) noexcept {
  write_probe(now);
  begin(Stage::leaving, now);
}

void Heartbeat::write_probe(Instant now) noexcept {
  sending_from_ms_ = low_bits_ms(now);
  is_first_ = false;
  if (is_leaving_) return;  // It is still to leave; a second one would only queue behind it.
  older_left_us_ = newer_left_us_;
  is_older_unanswered_ = is_newer_unanswered_;
  is_newer_unanswered_ = false;
  is_leaving_ = true;
  ++sequence_;
  pending_ |= kProbe;
}

void Heartbeat::begin(Stage stage, Instant now) noexcept {
  stage_ = stage;
  stage_ends_ms_ = low_bits_ms(now + stage_length());
  if (stage == Stage::confirming) return;
  backlog_ = kNoBacklog;
  is_sampled_ = false;
}

/// What is ahead of the probe moves: from here on the peer has as long as the stage is.
void Heartbeat::put_off(Instant now) noexcept {
  stage_ends_ms_ = low_bits_ms(std::max(stage_ends(), now + stage_length()));
}

void Heartbeat::set_timing(Duration interval, Duration timeout,
                           std::optional<Duration> silence_max) noexcept {
  interval_ms_ = to_ms(interval);
  timeout_ms_ = to_ms(std::min(timeout, kDurationMax));
  silence_max_ms_ = silence_max ? to_ms(*silence_max) : 0;
}

// Questions.

bool Heartbeat::sends() const noexcept {
  return options_->sending == Sending::on_silence || options_->sending == Sending::periodic;
}

bool Heartbeat::judges_by_silence() const noexcept {
  return options_->sending == Sending::watchdog ||
         (sends() && options_->evidence == Evidence::one_way);
}

Duration Heartbeat::timeout() const noexcept {
  return Milliseconds{timeout_ms_};
}

Duration Heartbeat::check_timeout() const noexcept {
  return std::min(options_->check_timeout, timeout());
}

Duration Heartbeat::reply_wait() const noexcept {
  const Duration most = timeout() / 2;
  const auto expected = round_trip_.expected();
  return expected ? std::min(std::max(*expected, options_->reply_min), most) : most;
}

Duration Heartbeat::confirm_wait() const noexcept {
  const Duration wait = reply_wait();
  return std::min(std::max(kConfirmMin, kConfirmFactor * wait), timeout() - wait);
}

Duration Heartbeat::stage_length() const noexcept {
  switch (stage_) {
    case Stage::closed:
    case Stage::quiet: break;
    case Stage::leaving: return timeout();
    case Stage::grace: return check_timeout();
    case Stage::confirming: return confirm_wait();
    case Stage::waiting:
      if (is_check_) return check_timeout();
      return options_->reply == Reply::fixed ? timeout() : reply_wait();
  }
  return Duration::zero();
}

std::uint32_t Heartbeat::silence_max_ms() const noexcept {
  if (silence_max_ms_ != 0) return silence_max_ms_;
  return interval_ms_ == kNeverMs ? kNeverMs : interval_ms_ + timeout_ms_;
}

Instant Heartbeat::probe_due() const noexcept {
  const bool is_asking = stage_ == Stage::quiet && !judges_by_silence();
  if (!sends() || (is_leaving_ && !is_asking)) return Instant::max();
  std::uint32_t interval_ms = interval_ms_;
  if (is_first_ && options_->first_probe_spread && interval_ms != kNeverMs) {
    const std::uint64_t half_ms = interval_ms / 2;
    interval_ms -= static_cast<std::uint32_t>(half_ms * spread_ / UINT16_MAX);
  }
  const Instant due = after(at(sending_from_ms_), interval_ms);
  if (!is_asking || options_->sending == Sending::periodic) return due;
  return std::min(due, after(received_at_, interval_ms));
}

Instant Heartbeat::silence_due() const noexcept {
  std::uint32_t most_ms = silence_max_ms();
  const std::uint32_t notice_ms = timeout_ms_ / 2;
  if (!is_suspect_ && most_ms != kNeverMs && most_ms > notice_ms) most_ms -= notice_ms;
  const Instant due = after(received_at_, most_ms);
  return stage_ == Stage::grace ? std::max(due, stage_ends()) : due;
}

Instant Heartbeat::stage_ends() const noexcept {
  return at(stage_ends_ms_);
}

Instant Heartbeat::sample_due() const noexcept {
  return stage_ends() - stage_length() / 2;
}

Instant Heartbeat::death_due() const noexcept {
  if (stage_ != Stage::waiting || is_check_) return stage_ends();
  if (options_->reply == Reply::adaptive) return stage_ends() + confirm_wait();
  return stage_ends() + (options_->misses_max - 1 - misses_) * timeout();
}

Instant Heartbeat::at(std::uint32_t stamp_ms) const noexcept {
  const Milliseconds reference = std::chrono::floor<Milliseconds>(received_at_.time_since_epoch());
  const auto distance =
      static_cast<std::int32_t>(stamp_ms - static_cast<std::uint32_t>(reference.count()));
  return Instant{reference + Milliseconds{distance}};
}

std::optional<const char*> validate(const HeartbeatOptions& options) noexcept {
  if (!is_in_range(options.interval)) return "heartbeat interval must be 1 ms to 7 days";
  if (!is_in_range(options.timeout)) return "heartbeat timeout must be 1 ms to 7 days";
  if (!is_in_range(options.check_timeout)) return "check_timeout must be 1 ms to 7 days";
  if (options.silence_max && !is_in_range(*options.silence_max))
    return "silence_max must be 1 ms to 7 days";
  if (options.reply_min < Duration::zero()) return "reply_min must not be negative";
  if (options.lateness_max < Duration::zero()) return "lateness_max must not be negative";
  if (options.misses_max == 0) return "misses_max must be at least 1";
  if (options.sending == Sending::watchdog && options.evidence == Evidence::round_trip)
    return "a watchdog sends no probe, so evidence cannot be round_trip";
  return std::nullopt;
}

}  // namespace heartwire::core
