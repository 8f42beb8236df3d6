#pragma once
// One case of the examination of a client: a machine that plays the server on every connection to
// its path, behaves as badly as the case demands, and ends with a finding.
//
//   handle(now, event); while (auto action = poll()) do it; deadline()
//
// This base is a polite server: it answers pings, answers text (`ping` with `pong`, the rest with
// an echo, so that any heartbeat of words finds its answer), speaks Engine.IO where a client asks
// for it, and takes part in closing, on each link that its case has not muted. Cases derive from it
// and say only what is special.
//
// Invariants:
// - A finding, once there, never changes, and nothing is ordered after it.
// - A case ends: by its own deadline, by kLinksPerClientMax, when all clients have ended, or when
//   interrupted.
// - Memory is bounded by kLinksPerClientMax and Timeline::kEntriesMax, whatever a client sends.

#include "heartwire/base/instant.hpp"
#include "heartwire/judge/event.hpp"
#include "heartwire/judge/timeline.hpp"
#include "heartwire/judge/verdict.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::judge {

struct CaseSettings {
  /// Every time in a case is multiplied by it. Default 1; less is for demonstrations and tests with
  /// clients whose own times are as short.
  double time_scale = 1;
  /// How many clients are examined together. Default 1.
  std::uint32_t clients = 1;
  bool operator==(const CaseSettings&) const = default;
};

class Case {
 public:
  /// A client that connects more often than this in one case does nothing but connect.
  static constexpr std::size_t kLinksPerClientMax = 200;

  explicit Case(CaseSettings settings) noexcept : settings_(settings) {}
  virtual ~Case() = default;
  Case(const Case&) = delete;
  Case& operator=(const Case&) = delete;

  /// After the finding events change nothing.
  void handle(base::Instant now, const Event& event);
  std::optional<Action> poll();
  /// Nothing before the first request and after the finding.
  std::optional<base::Instant> deadline() const noexcept;

  const std::optional<Finding>& finding() const noexcept { return finding_; }
  const Timeline& timeline() const noexcept { return timeline_; }
  Abilities seen() const noexcept { return seen_; }
  /// Since the first request; nothing before.
  std::optional<base::Instant> began_at() const noexcept { return began_at_; }
  std::optional<base::Instant> ended_at() const noexcept { return ended_at_; }

 protected:
  struct Link {
    LinkId id = 0;
    ClientId client = 0;
    base::Instant requested_at{};
    std::chrono::seconds wall{};                ///< When it was requested.
    bool is_engine_io = false;                  ///< Heartbeats are ours, answers the client's.
    bool is_open = false;                       ///< Accepted.
    bool is_mute = false;                       ///< We answer nothing.
    bool has_left = false;                      ///< By the client's doing, in any way.
    bool is_over = false;                       ///< The transport has ended, whoever did it.
    bool was_sent_to = false;                   ///< Beside answers.
    bool has_our_close = false;                 ///< We sent a Close.
    std::optional<std::uint16_t> close_code{};  ///< Of the client's Close.
    std::size_t messages = 0;
    std::size_t pings = 0;
    std::string last_text{};
    std::string last_answer{};
    base::Instant answered_at{};
  };

  // What a case is told. Links are valid for the call.

  /// Somebody asks to come in: accept, refuse, or leave it waiting.
  virtual void on_requested(base::Instant now, Link& link) = 0;
  virtual void on_message(base::Instant, Link&, const MessageCame&) {}
  virtual void on_ping(base::Instant, Link&) {}
  virtual void on_pong(base::Instant, Link&, const PongCame&) {}
  /// The client closed, ended or broke the link: told once, at the first sign.
  virtual void on_left(base::Instant, Link&) {}
  virtual void on_flushed(base::Instant, Link&) {}
  /// The time of wake_at() has come.
  virtual void on_wake(base::Instant now) = 0;
  /// No client is left who could still show anything: call finish().
  virtual void on_all_ended(base::Instant now) = 0;

  // What a case does.

  void accept(Link& link);
  void refuse(Link& link, int status, std::vector<ws::Field> fields = {});
  /// A message of the application: nobody answers it.
  void send_message(Link& link, std::size_t bytes);
  void send_ping(Link& link, std::string payload);
  void send_close(Link& link, std::uint16_t code, std::string_view reason);
  void pace(Link& link, std::uint32_t bytes_per_second);
  void end(Link& link);
  void reset(Link& link);
  void stop_listening();
  void listen();
  void mute(Link& link) noexcept { link.is_mute = true; }
  void wake_at(base::Instant when) noexcept { wake_at_ = when; }
  void phase(std::string_view what);
  void finish(Verdict verdict, std::string figure, std::string note = {},
              Ability hinges_on = Ability::none);

  // What it may ask.

  base::Duration scaled(base::Duration duration) const noexcept;
  std::uint32_t clients() const noexcept { return settings_.clients; }
  /// nullptr: there is no such link.
  Link* find(LinkId id) noexcept;
  std::deque<Link>& links() noexcept { return links_; }
  /// Another link of the same client came before this one.
  bool is_return(const Link& link) const noexcept;

 private:
  void take(base::Instant now, const Requested& event);
  void take(base::Instant now, const MessageCame& event);
  void take(base::Instant now, const PingCame& event);
  void take(base::Instant now, const PongCame& event);
  void take(base::Instant now, const CloseCame& event);
  void take(base::Instant now, const Gone& event);
  void take(base::Instant now, const Flushed& event);
  void take(base::Instant now, const ClientEnded& event);
  void take(base::Instant now, const Tick& event);
  void take(base::Instant now, const Interrupted& event);

  Link* find_standing(LinkId id) noexcept;
  void leave(base::Instant now, Link& link);
  void note(const Link& link, Side side, std::string_view what, std::string said = {});
  void note_heartbeat_in(Link& link, const std::string& text);
  bool take_engine_io(Link& link, const std::string& text);
  void beat(base::Instant now);
  void say(const Link& link, std::string_view text);
  void answer(base::Instant now, Link& link, const MessageCame& message);

  CaseSettings settings_;
  std::deque<Link> links_;  // A deque, so that references to links last.
  std::deque<Action> actions_;
  std::set<ClientId> ended_;
  Timeline timeline_;
  Abilities seen_;
  std::optional<Finding> finding_;
  std::optional<base::Instant> began_at_;
  std::optional<base::Instant> ended_at_;
  std::optional<base::Instant> wake_at_;
  std::optional<base::Instant>
      beat_at_;          ///< Engine.IO's next heartbeat, on all links that want it.
  base::Instant now_{};  ///< Of the event in hand.
};

}  // namespace heartwire::judge
