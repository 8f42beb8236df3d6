#include "heartwire/net/client_driver.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/net/entropy.hpp"
#include "heartwire/net/outcome_text.hpp"
#include "heartwire/net/released_callbacks.hpp"
#include "heartwire/net/thread_workspace.hpp"
#include "heartwire/net/tls_channel.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::net {

namespace event = endpoint::client_event;
namespace life = core::lifecycle_action;

namespace {

/// A heartbeat fits, and a small read touches little memory.
constexpr std::size_t kSmallReadBytes = 2048;
/// Reads of one wake-up, and writes of one turn, so that one busy connection does not starve the
/// loop's others, nor its own other direction.
constexpr int kReadsMax = 16;
constexpr int kWritesMax = 16;

core::Outcome make_outcome(core::Cause cause, std::string text) {
  core::Outcome outcome;
  outcome.cause = cause;
  outcome.text = std::move(text);
  return outcome;
}

std::string text_of(const std::optional<Address>& address) {
  return address ? to_string(*address) : std::string{};
}

/// A driver that was stopped halfway leaves nothing behind for the thread's next endpoint.
void leave_workspace() {
  thread_workspace().input = {};
  thread_workspace().output.clear();
}

/// Options whose callbacks release `mutex`: as they are if there are none.
std::shared_ptr<const ClientDriverOptions> with_released_callbacks(
    std::shared_ptr<const ClientDriverOptions> options, std::mutex& mutex) {
  if (!has_callbacks(options->endpoint.lifecycle)) return options;
  auto own = std::make_shared<ClientDriverOptions>(*options);
  release_in_callbacks(own->endpoint.lifecycle, mutex);
  return own;
}

}  // namespace

ClientDriver::ClientDriver(Loop& loop, std::shared_ptr<ClientObserver> observer,
                           std::shared_ptr<const ClientDriverOptions> options)
    : loop_(loop),
      observer_(std::move(observer)),
      options_(with_released_callbacks(std::move(options), mutex_)),
      endpoint_(options_->endpoint, random_seed()) {}

ClientDriver::~ClientDriver() = default;

// From any thread.

void ClientDriver::wish(endpoint::ClientEvent wish) {
  loop_.post([self = shared_from_this(), wish = std::move(wish)] { self->feed(wish); });
}

base::Result<core::MessageId, core::SendError> ClientDriver::send(core::Message message,
                                                                  core::SendOptions options) {
  const std::lock_guard lock(mutex_);
  auto sent = endpoint_.send(loop_.now(), std::move(message), std::move(options));
  if (sent) ask_for_turn();
  return sent;
}

std::optional<core::Message> ClientDriver::take_back(core::MessageId id) {
  const std::lock_guard lock(mutex_);
  auto message = endpoint_.outbox().take_back(id);
  if (message) ask_for_turn();  // Somebody may be waiting for room.
  return message;
}

std::vector<core::Unsent> ClientDriver::take_back_all() {
  const std::lock_guard lock(mutex_);
  auto messages = endpoint_.outbox().take_back_all();
  if (!messages.empty()) ask_for_turn();
  return messages;
}

core::State ClientDriver::state() const {
  const std::lock_guard lock(mutex_);
  return endpoint_.lifecycle().state();
}

std::size_t ClientDriver::queued_count() const {
  const std::lock_guard lock(mutex_);
  return endpoint_.lifecycle().outbox().count();
}

std::size_t ClientDriver::queued_bytes() const {
  const std::lock_guard lock(mutex_);
  return endpoint_.lifecycle().outbox().bytes();
}

core::RoundTrip ClientDriver::round_trip() const {
  const std::lock_guard lock(mutex_);
  return endpoint_.lifecycle().round_trip();
}

std::optional<ClientTransport> ClientDriver::transport() const {
  const std::lock_guard lock(mutex_);
  if (endpoint_.lifecycle().state() != core::State::open) return std::nullopt;
  return described_transport();
}

void ClientDriver::set_reading(bool is_reading) {
  is_reading_ = is_reading;
  if (!is_reading) return;
  const std::lock_guard lock(mutex_);
  ask_for_turn();
}

void ClientDriver::stop() {
  is_stopped_ = true;
  if (loop_.is_current_thread()) return tear_down();
  loop_.post([self = shared_from_this()] { self->tear_down(); });
}

void ClientDriver::ask_for_turn() {
  if (!std::exchange(is_turn_posted_, true))
    loop_.post([self = shared_from_this()] { self->take_turn(); });
}

// On the loop.

void ClientDriver::take_turn() {
  {
    const std::lock_guard lock(mutex_);
    is_turn_posted_ = false;
  }
  if (is_stopped_) return;
  set_up();
  run(loop_.now());
}

void ClientDriver::feed(const endpoint::ClientEvent& event) {
  if (is_stopped_) return;
  set_up();
  const base::Instant now = loop_.now();
  handle(now, event);
  run(now);
}

void ClientDriver::set_up() {
  if (timer_) return;
  timer_ = loop_.add_timer([this](base::Instant now) {
    const auto self = shared_from_this();  // A hook may let go of us.
    on_timer(now);
  });
  jump_ = loop_.on_time_jump([this](base::Duration) {
    const auto self = shared_from_this();
    feed(core::lifecycle_event::CheckNow{});
  });
}

void ClientDriver::handle(base::Instant now, const endpoint::ClientEvent& event) {
  const std::lock_guard lock(mutex_);
  endpoint_.handle(now, event, thread_workspace());
}

std::optional<endpoint::ClientAction> ClientDriver::poll(base::Instant now) {
  const std::lock_guard lock(mutex_);
  return endpoint_.poll(now, thread_workspace());
}

void ClientDriver::run(base::Instant now) {
  for (int writes = 0; !is_stopped_; ++writes) {
    if (writes == kWritesMax) {
      const std::lock_guard lock(mutex_);
      ask_for_turn();
      break;
    }
    while (carry_out(now)) {
    }
    if (is_stopped_ || !flush(now)) break;
  }
  if (is_stopped_) return leave_workspace();
  rearm();
}

bool ClientDriver::carry_out(base::Instant now) {
  if (is_stopped_) return false;
  const auto action = poll(now);
  // The endpoint asks the user's dialect and judge, and these may have stopped us.
  if (!action || is_stopped_) return false;
  std::visit([&](const auto& one) { perform(now, one); }, *action);
  return true;
}

void ClientDriver::perform(base::Instant now, const life::AskWanted&) {
  const bool is_wanted = observer_->is_wanted();
  if (!is_stopped_) handle(now, core::lifecycle_event::Wanted{is_wanted});
}

void ClientDriver::perform(base::Instant now, const life::Dial& dial) {
  drop_transport();
  generation_ = dial.generation;
  auto target = observer_->make_target(dial.attempt, dial.url_index);
  if (is_stopped_) return;
  if (!target) {
    return handle(now,
                  event::Ended{generation_, make_outcome(core::Cause::request, target.error())});
  }
  target_ = std::make_unique<ClientTarget>(std::move(target).value());
  dialer_ = std::make_unique<Dialer>(loop_);
  HW_CHECK(!target_->url.is_secure || target_->tls);
  dialer_->start({target_->url.host, target_->url.port, {}, target_->proxy}, options_->dial,
                 target_->url.is_secure ? std::optional{*target_->tls} : std::nullopt,
                 [this](DialResult result) {
                   const auto self = shared_from_this();
                   on_dialled(std::move(result));
                 });
}

void ClientDriver::perform(base::Instant, const life::AbortDial&) {
  drop_transport();
}

void ClientDriver::perform(base::Instant, const life::DropTransport&) {
  // What was said last (a Close that names a fault) still goes if the kernel takes it at once.
  auto& output = thread_workspace().output;
  if (stream_.is_open() && unwritten_.is_empty() && !output.empty())
    static_cast<void>(stream_.write_some(output));
  output.clear();
  drop_transport();
}

void ClientDriver::perform(base::Instant now, const endpoint::client_action::AskGreeting& ask) {
  auto messages = observer_->make_greeting();
  if (!is_stopped_) handle(now, event::Greeting{ask.generation, std::move(messages)});
}

void ClientDriver::perform(base::Instant, const endpoint::client_action::Deliver& deliver) {
  observer_->on_message(deliver.message);
}

void ClientDriver::perform(base::Instant, const endpoint::client_action::NotifyWritable&) {
  observer_->on_writable();
}

void ClientDriver::perform(base::Instant, const life::NotifyOpen& open) {
  handshake_ends_at_.reset();
  ClientTransport transport;
  {
    const std::lock_guard lock(mutex_);
    transport = described_transport();
  }
  observer_->on_open(open, transport);
}

void ClientDriver::perform(base::Instant, const life::NotifyEnd& end) {
  core::Outcome outcome;
  {
    const std::lock_guard lock(mutex_);
    outcome = endpoint_.lifecycle().last_outcome();
  }
  observer_->on_end(end, outcome);
}

void ClientDriver::perform(base::Instant, const life::NotifyRetry& retry) {
  observer_->on_retry(retry);
}

void ClientDriver::perform(base::Instant, const life::NotifyGaveUp& gave_up) {
  observer_->on_gave_up(gave_up);
}

void ClientDriver::perform(base::Instant, const life::NotifySuspect& suspect) {
  observer_->on_suspect(suspect.silence);
}

void ClientDriver::perform(base::Instant, const life::NotifyCleared& cleared) {
  observer_->on_cleared(cleared.silence);
}

void ClientDriver::perform(base::Instant, const life::NotifyHeartbeat& heartbeat) {
  observer_->on_heartbeat(heartbeat.round_trip, round_trip());
}

void ClientDriver::perform(base::Instant, const life::NotifyExpired& expired) {
  observer_->on_expired(expired.id);
}

void ClientDriver::on_dialled(DialResult result) {
  dialer_.reset();
  const auto target = std::move(target_);
  if (is_stopped_) return;
  const base::Instant now = loop_.now();
  if (!result) return end_transport(outcome_of(result.error()));
  stream_ = std::move(result).value();
  ws::HandshakeRequestOptions wanted;
  wanted.subprotocols = options_->subprotocols;
  wanted.headers = target->headers;
  wanted.deflate = options_->endpoint.deflate;
  auto handshake = endpoint::ClientHandshake::make(target->url, std::move(wanted), random_key());
  if (!handshake) return end_transport(make_outcome(core::Cause::request, handshake.error()));
  note_transport(target->url);
  handshake_ends_at_ = now + options_->handshake_timeout;
  handle(now, event::Connected{generation_, std::move(handshake).value()});
  run(now);
}

void ClientDriver::note_transport(const ws::Url& url) {
  const std::lock_guard lock(mutex_);
  transport_.url = ws::display(url);
  transport_.local_address = stream_.local_address();
  transport_.remote_address = stream_.remote_address();
  const auto tls = stream_.tls_info();
  transport_.tls = tls ? tls->version + " " + tls->cipher : std::string{};
}

/// Needs the mutex.
ClientTransport ClientDriver::described_transport() const {
  return {endpoint_.lifecycle().generation(), transport_.url, text_of(transport_.local_address),
          text_of(transport_.remote_address), transport_.tls, endpoint_.accepted()};
}

bool ClientDriver::is_to_read() const {
  if (is_reading_ || handshake_ends_at_) return true;
  const std::lock_guard lock(mutex_);
  return endpoint_.lifecycle().state() == core::State::closing;
}

void ClientDriver::await_readable() {
  if (!stream_.is_open() || is_awaiting_readable_ || !is_to_read()) return;
  is_awaiting_readable_ = true;
  stream_.async_wait_readable([this] {
    const auto self = shared_from_this();
    on_readable();
  });
}

void ClientDriver::on_readable() {
  read_what_is_there();
  is_awaiting_readable_ = false;
  if (!is_stopped_) await_readable();
}

void ClientDriver::read_what_is_there() {
  for (int reads = 0; reads < kReadsMax && !is_stopped_ && is_to_read(); ++reads)
    if (!read_once()) return;
}

bool ClientDriver::read_once() {
  const base::MutableByteView buffer = loop_.read_buffer();
  const std::size_t size = has_bulk_ ? buffer.size() : std::min(kSmallReadBytes, buffer.size());
  const IoResult result = stream_.read_some(buffer.first(size));
  const base::Instant now = loop_.now();
  switch (result.status) {
    case IoStatus::would_block: has_bulk_ = false; return false;
    case IoStatus::moved:
      // Less than was asked for means that the kernel has no more: the next read would find
      // nothing.
      has_bulk_ = result.count == size;
      handle(now, event::Received{generation_, buffer.first(result.count)});
      run(now);
      return stream_.is_open() && (has_bulk_ || stream_.is_tls());
    case IoStatus::ended:
    case IoStatus::failed: end_transport(outcome_of(result)); return false;
  }
  return false;
}

bool ClientDriver::flush(base::Instant now) {
  auto& output = thread_workspace().output;
  if (!stream_.is_open()) {
    output.clear();
    return false;
  }
  if (is_awaiting_writable_) {
    unwritten_.append(output);
    output.clear();
    return false;
  }
  const bool was_blocked = !unwritten_.is_empty();
  const IoResult result = unwritten_.write(stream_, output);
  output.clear();
  // How it ended is told by reading, after what the peer said last: the reason is there.
  if (result.status == IoStatus::failed) return false;
  if (!unwritten_.is_empty()) await_writable();
  if (result.count == 0) return false;
  handle(now, event::Written{generation_, result.count, was_blocked});
  return true;
}

void ClientDriver::await_writable() {
  is_awaiting_writable_ = true;
  stream_.async_wait_writable([this] {
    const auto self = shared_from_this();
    is_awaiting_writable_ = false;
    const base::Instant now = loop_.now();
    if (!is_stopped_ && flush(now)) run(now);
  });
}

void ClientDriver::on_timer(base::Instant now) {
  if (is_stopped_) return;
  if (handshake_ends_at_ && now >= *handshake_ends_at_) {
    return end_transport(make_outcome(core::Cause::connect_timeout,
                                      "the server did not answer the upgrade in time"));
  }
  if (stream_.is_open()) look_before_tick();
  if (is_stopped_) return;
  event::Tick tick;
  if (stream_.is_open() && is_awaiting_answer())
    tick.unacknowledged = stream_.unacknowledged_bytes();
  now = loop_.now();
  handle(now, tick);
  run(now);
}

void ClientDriver::look_before_tick() {
  if (is_to_read()) {
    read_what_is_there();
  } else if (stream_.has_unread_input()) {
    handle(loop_.now(), event::Received{generation_, {}});
  }
}

bool ClientDriver::is_awaiting_answer() const {
  const std::lock_guard lock(mutex_);
  return endpoint_.is_awaiting_answer();
}

void ClientDriver::rearm() {
  std::optional<base::Instant> due;
  {
    const std::lock_guard lock(mutex_);
    due = endpoint_.deadline();
  }
  if (handshake_ends_at_) due = due ? std::min(*due, *handshake_ends_at_) : *handshake_ends_at_;
  loop_.schedule(*timer_, due);
  await_readable();
}

void ClientDriver::end_transport(core::Outcome outcome) {
  drop_transport();
  const base::Instant now = loop_.now();
  handle(now, event::Ended{generation_, std::move(outcome)});
  run(now);
}

void ClientDriver::drop_transport() {
  dialer_.reset();
  target_.reset();
  stream_.close();
  unwritten_.clear();
  handshake_ends_at_.reset();
  has_bulk_ = is_awaiting_readable_ = is_awaiting_writable_ = false;
}

void ClientDriver::tear_down() {
  drop_transport();
  if (!timer_) return;
  loop_.remove_timer(*std::exchange(timer_, std::nullopt));
  loop_.remove_time_jump(*std::exchange(jump_, std::nullopt));
}

}  // namespace heartwire::net
