#include "heartwire/sim/storm.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/core/lifecycle.hpp"
#include "heartwire/sim/calendar.hpp"
#include "heartwire/sim/dial_attempt.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>
#include <vector>

namespace heartwire::sim {

using base::Duration;
using base::Instant;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace action = core::lifecycle_action;
namespace event = core::lifecycle_event;
using Failure = StormTally::Failure;

namespace {

constexpr std::uint32_t kClientsMax = 10'000'000;
constexpr Instant kNever = Instant::max();

/// The server's name is known already.
constexpr DialTimes kDialTimes{.resolve = Duration::zero()};

/// All that happens is looked at so often; deadlines are kept to it.
constexpr milliseconds kStep{1};

/// Clients connect within this, each somewhere, so that their heartbeats are out of step as those
/// of a server that has been up for long.
constexpr seconds kConnecting{25};
/// And lose it then, when the last of them has been open for long enough to count as stable.
constexpr Instant kGoneAt = base::instant(seconds{30});

class Storm {
 public:
  explicit Storm(const StormOptions& options);
  StormResult run();

 private:
  /// What comes to a client over the network next.
  enum class News : std::uint8_t {
    none,
    pong,
    reset,         ///< Its connection is gone.
    close,         ///< A Close with 1012.
    end_of_close,  ///< The server has ended the transport behind it.
    dial,          ///< The attempt goes on.
    arrival,       ///< Its request reaches the server.
    no_answer,     ///< It, or the server, has waited for too long.
    turned_off,    ///< Its attempt was reset.
    turned_away,   ///< 503.
    opened,
  };

  /// What the network knows of a client.
  struct Path {
    Instant news_at = kNever;
    Instant machine_due = kNever;
    Instant gives_up_at{};
    Duration one_way{};
    DialAttempt dial{Instant{}, kDialTimes};
    seconds retry_after{};
    std::uint32_t generation = 0;
    std::uint32_t sequence = 0;  ///< Of the probe that is answered.
    News news = News::none;
  };

  void connect(std::uint32_t id, Instant at);
  void depart();
  void close_some();
  void answer(const StormServer::Answer& answer);
  void on_due(std::uint32_t id);
  void read_news(std::uint32_t id);
  void go_on_dialling(std::uint32_t id);
  void arrive(std::uint32_t id);
  void fail(std::uint32_t id, Failure how, core::Outcome outcome);
  void tell(std::uint32_t id, const core::LifecycleEvent& what);
  void perform(std::uint32_t id, const core::LifecycleAction& next);
  void expect(std::uint32_t id, News news, Instant at);
  void rearm(std::uint32_t id);
  bool is_up() const noexcept { return now_ >= back_at_; }

  const StormOptions options_;
  core::LifecycleOptions lifecycle_options_;
  base::Rng rng_;
  std::vector<core::Lifecycle> machines_;
  std::vector<Path> paths_;
  std::vector<std::uint32_t> attempts_;
  Calendar calendar_;
  core::DrainPlan plan_;
  StormServer server_;
  Instant back_at_;
  StormTally tally_;
  Instant now_{};
  bool is_gone_ = false;
};

StormServerOptions server_options(const StormOptions& options) {
  StormServerOptions server = options.server;
  server.admission.connections_max = std::numeric_limits<std::size_t>::max();
  server.admission.accept_rate = {options.has_admission ? server.accept_rate : 0, 0};
  return server;
}

core::DrainOptions drain_options(const StormOptions& options) {
  core::DrainOptions drain = options.drain;
  drain.downtime = options.down;
  drain.accept_rate = options.server.accept_rate;
  return drain;
}

Storm::Storm(const StormOptions& options)
    : options_(options),
      rng_(options.seed),
      plan_(drain_options(options), kGoneAt, options.clients),
      server_(server_options(options), rng_.next()),
      back_at_(options.departure == Departure::drain ? plan_.returns_begin()
                                                     : kGoneAt + options.down),
      tally_(options.clients, kGoneAt, back_at_) {
  lifecycle_options_.reconnect = reconnect_options(options.policy);
  machines_.reserve(options.clients);
  paths_.resize(options.clients);
  attempts_.resize(options.clients);
  for (std::uint32_t id = 0; id < options.clients; ++id) {
    paths_[id].one_way = rng_.between(options.round_trip_min, options.round_trip_max) / 2;
    machines_.emplace_back(lifecycle_options_, rng_.next());
    connect(id, Instant{} + rng_.between(Duration::zero(), kConnecting));
  }
}

StormResult Storm::run() {
  const Instant ends_at = back_at_ + options_.watch;
  while (now_ + kStep < ends_at && !tally_.are_all_back()) {
    const auto& woken = calendar_.advance();
    now_ = calendar_.now();
    if (now_ == kGoneAt) depart();
    if (is_gone_ && options_.departure == Departure::drain) close_some();
    if (is_up())
      while (const auto next = server_.serve(now_)) answer(*next);
    for (const std::uint32_t id : woken) on_due(id);
  }
  StormResult result = tally_.result(now_, attempts_);
  const std::uint64_t all = Duration{seconds{1}}.count() * std::uint64_t{options_.clients};
  result.ideal = Duration{static_cast<Duration::rep>(all / options_.server.accept_rate)};
  return result;
}

void Storm::connect(std::uint32_t id, Instant at) {
  core::Lifecycle& machine = machines_[id];
  machine.handle(at, event::Start{});
  while (machine.poll()) {
  }
  machine.handle(at, event::Opened{machine.generation()});
  while (machine.poll()) {
  }
  paths_[id].generation = machine.generation();
  paths_[id].machine_due = machine.deadline().value_or(kNever);
  rearm(id);
}

// The server.

void Storm::depart() {
  is_gone_ = true;
  if (options_.departure != Departure::crash) return;
  for (std::uint32_t id = 0; id < options_.clients; ++id) {
    expect(id, News::reset, now_ + paths_[id].one_way);
    rearm(id);
  }
}

void Storm::close_some() {
  const auto batch = plan_.next_batch(now_);
  for (std::uint32_t id = batch.first; id < batch.first + batch.count; ++id) {
    paths_[id].retry_after = plan_.retry_after(id, now_);
    expect(id, News::close, now_ + paths_[id].one_way);
    rearm(id);
  }
}

void Storm::answer(const StormServer::Answer& answer) {
  Path& path = paths_[answer.client];
  const Instant comes_at = answer.done_at + path.one_way;
  const bool is_there = path.news == News::no_answer && path.generation == answer.generation &&
                        comes_at < path.gives_up_at;
  if (!is_there) {
    tally_.on_wasted();
    if (!answer.retry_after) server_.on_wasted();
    return;
  }
  path.retry_after = answer.retry_after.value_or(seconds{0});
  expect(answer.client, answer.retry_after ? News::turned_away : News::opened, comes_at);
  rearm(answer.client);
}

// A client.

void Storm::on_due(std::uint32_t id) {
  const Path& path = paths_[id];
  if (now_ < std::min(path.news_at, path.machine_due)) return;  // What it was woken for is over.
  if (path.news_at <= now_) read_news(id);
  if (path.machine_due <= now_) tell(id, event::Tick{});
  rearm(id);
}

void Storm::read_news(std::uint32_t id) {
  Path& path = paths_[id];
  path.news_at = kNever;
  const std::uint32_t generation = path.generation;
  switch (std::exchange(path.news, News::none)) {
    case News::none: break;
    case News::pong: tell(id, event::Answered{generation, path.sequence}); break;
    case News::reset: tell(id, event::Ended{generation, {.cause = core::Cause::lost}}); break;
    case News::close:
      expect(id, News::end_of_close, now_ + 2 * path.one_way);
      tell(id, event::PeerClosing{generation,
                                  {.cause = core::Cause::closed,
                                   .code = core::kCloseServiceRestart,
                                   .retry_after = path.retry_after}});
      break;
    case News::end_of_close:
      tell(id, event::Ended{generation, {.cause = core::Cause::lost}});
      break;
    case News::dial: go_on_dialling(id); break;
    case News::arrival: arrive(id); break;
    case News::no_answer:
      if (now_ >= path.gives_up_at) {
        fail(id, Failure::timed_out, {.cause = core::Cause::connect_timeout});
      } else {
        fail(id, Failure::overdue, {.cause = core::Cause::lost});
      }
      break;
    case News::turned_off: fail(id, Failure::reset, {.cause = core::Cause::lost}); break;
    case News::turned_away:
      fail(id, Failure::turned_away,
           {.cause = core::Cause::http_status, .code = 503, .retry_after = path.retry_after});
      break;
    case News::opened: tell(id, event::Opened{generation}); break;
  }
}

void Storm::go_on_dialling(std::uint32_t id) {
  Path& path = paths_[id];
  DialAttempt::Surroundings around;
  around.is_listening = is_up();
  around.is_path_open = !is_up() || !server_.is_full(now_);
  around.round_trip = 2 * path.one_way;
  switch (path.dial.step(now_, around)) {
    case DialAttempt::Result::pending:
      if (is_up() && around.is_path_open) server_.on_syn();
      expect(id, News::dial, path.dial.next());
      break;
    case DialAttempt::Result::connected:
      path.gives_up_at = now_ + options_.handshake_timeout;
      expect(id, News::arrival, now_ + path.one_way);
      break;
    case DialAttempt::Result::refused:
      fail(id, Failure::refused, {.cause = core::Cause::refused});
      break;
    case DialAttempt::Result::dns:
    case DialAttempt::Result::timed_out:
      fail(id, Failure::timed_out, {.cause = core::Cause::connect_timeout});
      break;
  }
}

void Storm::arrive(std::uint32_t id) {
  const Path& path = paths_[id];
  const auto closed_at = server_.take_in(now_, {id, path.generation, 2 * path.one_way});
  if (!closed_at) return expect(id, News::turned_off, now_ + path.one_way);
  expect(id, News::no_answer, std::min(path.gives_up_at, *closed_at + path.one_way));
}

void Storm::fail(std::uint32_t id, Failure how, core::Outcome outcome) {
  tally_.on_failed(how);
  tell(id, event::Ended{paths_[id].generation, std::move(outcome)});
}

void Storm::tell(std::uint32_t id, const core::LifecycleEvent& what) {
  core::Lifecycle& machine = machines_[id];
  machine.handle(now_, what);
  while (const auto next = machine.poll()) perform(id, *next);
  // Whoever is back has nothing more to do with the storm.
  const bool is_back = is_gone_ && machine.state() == core::State::open && attempts_[id] > 0;
  paths_[id].machine_due = is_back ? kNever : machine.deadline().value_or(kNever);
}

void Storm::perform(std::uint32_t id, const core::LifecycleAction& next) {
  Path& path = paths_[id];
  if (const auto* dial = std::get_if<action::Dial>(&next)) {
    path.generation = dial->generation;
    path.dial = DialAttempt(now_, kDialTimes);
    ++attempts_[id];
    tally_.on_attempt(now_);
    go_on_dialling(id);
  } else if (const auto* probe = std::get_if<action::SendProbe>(&next)) {
    machines_[id].handle(now_, event::ProbeSent{path.generation, probe->sequence});
    path.sequence = probe->sequence;
    const bool is_heard = !is_gone_ || options_.departure == Departure::drain;
    // Whatever is on its way already comes first, and ends the connection.
    if (is_heard && path.news == News::none) expect(id, News::pong, now_ + 2 * path.one_way);
  } else if (const auto* end = std::get_if<action::NotifyEnd>(&next)) {
    if (end->was_open) tally_.on_lost(now_);
  } else if (std::holds_alternative<action::NotifyOpen>(next)) {
    tally_.on_opened(now_);
  }
}

void Storm::expect(std::uint32_t id, News news, Instant at) {
  paths_[id].news = news;
  paths_[id].news_at = at;
}

void Storm::rearm(std::uint32_t id) {
  const Instant next = std::min(paths_[id].news_at, paths_[id].machine_due);
  if (next != kNever) calendar_.wake(id, next);
}

}  // namespace

const char* validate(const StormOptions& options) noexcept {
  if (options.clients == 0 || options.clients > kClientsMax)
    return "clients is not within 1 to 10000000";
  if (options.down < Duration::zero() || options.down > std::chrono::hours{1} ||
      options.down % kStep != Duration::zero())
    return "down is not within 0 to 1 h in whole milliseconds";
  if (options.handshake_timeout < kStep || options.handshake_timeout > seconds{30})
    return "handshake_timeout is not within 1 ms to 30 s";
  if (options.round_trip_min < 2 * kStep || options.round_trip_max > seconds{2} ||
      options.round_trip_max < options.round_trip_min)
    return "round_trip_min and round_trip_max are not a range within 2 ms to 2 s";
  if (options.watch < seconds{1} || options.watch > std::chrono::hours{24})
    return "watch is not within 1 s to 1 day";
  if (const char* wrong = validate(server_options(options))) return wrong;
  return core::validate(drain_options(options));
}

StormResult run_storm(const StormOptions& options) {
  HW_CHECK(validate(options) == nullptr);
  return Storm(options).run();
}

}  // namespace heartwire::sim
