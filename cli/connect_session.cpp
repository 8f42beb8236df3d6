#include "cli/connect_session.hpp"

#include "cli/held_signals.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "cli/text.hpp"
#include "heartwire/client/client.hpp"
#include "heartwire/net/console.hpp"
#include "heartwire/ws/url.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
#include <variant>

namespace heartwire::cli {
namespace {

using namespace std::chrono_literals;
using net::Console;
using std::chrono::steady_clock;

/// How often the queue is looked at once the input has ended: nobody tells when it runs empty.
constexpr auto kDrainTick = 20ms;

class Session {
 public:
  explicit Session(ConnectOptions options)
      : options_(std::move(options)),
        console_({.input = 0, .line_bytes_max = line_bytes_max()}),
        output_(output_options()),
        report_(output_, options_.style),
        client_(std::make_unique<client::Client>(with_hooks(options_.client))) {}

  int run() {
    const auto start = steady_clock::now();
    if (options_.duration) ends_at_ = start + *options_.duration;
    for (const std::string& url : options_.client.urls) {
      const auto parsed = ws::parse_url(url);
      report_.say("connecting", "connecting to " + (parsed ? ws::display(*parsed) : url));
    }
    client_->start();
    while (!is_over()) step();
    return finish();
  }

 private:
  enum class Phase { running, closing };
  enum class End { none, closed, gave_up, ended_by_peer, stopped };

  /// A longer line could never be queued.
  std::size_t line_bytes_max() const { return options_.client.outbox.outbox_bytes_max; }

  OutputOptions output_options() {
    OutputOptions output;
    // The loop thread has written too much: this call comes from inside its hook.
    output.on_crowded = [this] { client_->pause_reading(); };
    output.on_roomy = [this] {
      is_roomy_ = true;
      console_.wake();
    };
    output.on_broken = [this] { console_.wake(); };
    return output;
  }

  client::Options with_hooks(client::Options client) {
    client::Hooks& hooks = client.hooks;
    hooks.on_open = [this](const auto& info) { report_.on_open(info); };
    hooks.on_message = [this](core::MessageView message) {
      received_at_ = steady_clock::now();
      report_.on_message(message);
    };
    hooks.on_attempt_failed = [this](const auto& info) { report_.on_attempt_failed(info); };
    hooks.on_reconnect = [this](const auto& info) { report_.on_retry(info); };
    hooks.on_suspect = [this](auto silence) { report_.on_suspect(silence); };
    hooks.on_cleared = [this](auto silence) { report_.on_cleared(silence); };
    hooks.on_heartbeat = [this](const auto& info) { report_.on_heartbeat(info); };
    hooks.on_error = [this](std::string_view text) { report_.on_error(text); };
    hooks.on_writable = [this] { console_.wake(); };
    hooks.on_close = [this](const client::CloseInfo& info) {
      report_.on_close(info);
      if (info.cause == core::Cause::user) end(End::closed);
    };
    hooks.on_gave_up = [this](const client::GaveUpInfo& info) {
      report_.on_gave_up(info);
      const client::CloseInfo& last = info.last;
      const bool is_good_end = info.reason == core::StopReason::disabled && last.is_clean &&
                               (last.code == 1000 || last.code == 1001);
      end(is_good_end ? End::ended_by_peer : End::gave_up);
    };
    return client;
  }

  /// On the loop thread.
  void end(End how) {
    end_ = how;
    console_.wake();
  }

  bool is_over() const { return end_.load() != End::none; }

  void step() {
    const Console::Event event = console_.next(wakes_at(), wants_lines());
    if (const auto* line = std::get_if<Console::Line>(&event)) {
      ++line_number_;
      send(line->text);
    } else if (std::holds_alternative<Console::TooLong>(event)) {
      report_.on_refused(++line_number_, "it is longer than " + count_of(line_bytes_max(), "byte") +
                                             ", which --outbox-bytes allows");
    } else if (std::holds_alternative<Console::EndOfInput>(event)) {
      has_input_ended_ = true;
    } else if (std::holds_alternative<Console::Interrupted>(event)) {
      interrupt();
    }
    catch_up();
  }

  /// What any wake-up may have made possible or due.
  void catch_up() {
    const auto now = steady_clock::now();
    if (held_) send(*std::exchange(held_, std::nullopt));
    if (is_roomy_.exchange(false)) {
      received_at_ = now;  // What waited unread is not the server's silence.
      client_->resume_reading();
    }
    if (phase_ == Phase::closing) {
      if (now >= *ends_at_) end_ = End::stopped;
      return;
    }
    if (is_watching_queue() && is_all_sent()) sent_at_ = now;
    const auto until = ends_at();
    if (output_.is_broken() || (until && now >= *until)) close();
  }

  bool is_watching_queue() const {
    return phase_ == Phase::running && has_input_ended_ && !options_.stays_at_eof && !sent_at_;
  }

  bool is_all_sent() const {
    return client_->state() == core::State::open && !held_ && client_->queued_count() == 0;
  }

  /// When to close, or in the end to stop, if nothing happens before.
  std::optional<steady_clock::time_point> ends_at() const {
    // While the output is crowded nothing is read: that says nothing about the server.
    if (!sent_at_ || phase_ == Phase::closing || output_.is_crowded()) return ends_at_;
    const auto quiet = std::max(*sent_at_, received_at_.load()) + options_.eof_wait;
    return ends_at_ ? std::min(*ends_at_, quiet) : quiet;
  }

  void send(const std::string& text) {
    const auto sent = client_->send(text);
    if (sent) return;
    if (sent.error() == core::SendError::outbox_full) {
      held_ = text;
    } else {
      report_.on_refused(line_number_, core::describe(sent.error()));
    }
  }

  void close() {
    phase_ = Phase::closing;
    // The handshake has a deadline of its own; this one is for the case that it fails us.
    ends_at_ = steady_clock::now() + options_.client.close_timeout + 2s;
    client_->close();
  }

  void interrupt() {
    const auto now = steady_clock::now();
    if (interrupted_at_ && now - *interrupted_at_ < kOneInterrupt) return;
    interrupted_at_ = now;
    if (phase_ == Phase::closing) {
      output_.abandon();
      end_ = End::stopped;
      return;
    }
    report_.say("closing", "closing; interrupt again to stop at once");
    close();
  }

  bool wants_lines() const { return phase_ == Phase::running && !held_; }

  std::optional<steady_clock::time_point> wakes_at() const {
    if (!is_watching_queue()) return ends_at();
    const auto soon = steady_clock::now() + kDrainTick;
    return ends_at_ ? std::min(*ends_at_, soon) : soon;
  }

  int finish() {
    client_->stop();
    const std::size_t unsent = client_->queued_count() + (held_ ? 1 : 0);
    const End how = end_.load();
    const bool is_good = how == End::closed || how == End::ended_by_peer;
    const int code = is_good && unsent == 0 ? kExitOk : kExitFailed;
    report_.on_exit(code, unsent);
    if (output_.has_failed()) return kExitFailed;
    return output_.is_broken() ? kExitOk : code;
  }

  ConnectOptions options_;
  Console console_;  ///< Before any thread starts, so that all leave the signals to it.
  std::atomic<End> end_ = End::none;
  std::atomic<bool> is_roomy_ = false;
  Output output_;
  ConnectReport report_;
  Phase phase_ = Phase::running;
  std::size_t line_number_ = 0;
  std::optional<std::string> held_;  ///< A line that waits for room in the outbox.
  bool has_input_ended_ = false;
  /// All input has been sent, and the wait for the last answers has begun.
  std::optional<steady_clock::time_point> sent_at_;
  std::atomic<steady_clock::time_point> received_at_ = steady_clock::time_point{};
  std::optional<steady_clock::time_point> interrupted_at_;
  std::optional<steady_clock::time_point> ends_at_;  ///< By --duration, or while closing.
  std::unique_ptr<client::Client> client_;           ///< Last: its hooks use all of the above.
};

}  // namespace

int run_connect(ConnectOptions options) {
  options.style.to_terminal = ::isatty(1) == 1;
  hold_signals();
  try {
    return Session{std::move(options)}.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "heartwire connect: %s\n", error.what());
    return kExitUsage;
  }
}

}  // namespace heartwire::cli
