#pragma once
// A host with one client: drives an endpoint::ClientEndpoint as docs/driver.md asks and as
// net::ClientDriver does, and suffers what faults do to hosts. It decides nothing, and sorts
// nothing out that the contract leaves to the machine.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/instant.hpp"
#include "heartwire/endpoint/client_endpoint.hpp"
#include "heartwire/sim/clock.hpp"
#include "heartwire/sim/dial_attempt.hpp"
#include "heartwire/sim/event_queue.hpp"
#include "heartwire/sim/fault.hpp"
#include "heartwire/sim/flow.hpp"
#include "heartwire/sim/record.hpp"
#include "heartwire/sim/scenario.hpp"
#include "heartwire/sim/wire_tap.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

namespace heartwire::sim {

class World;

class ClientHost {
 public:
  ClientHost(World& world, std::uint32_t index);

  // What the world brings.
  /// A process begins, unless one runs.
  void boot();
  /// It ends without a word, and so does its host.
  void crash();
  void set_condition(const ClientCondition& condition);
  void do_deed(const Deed& deed);
  void jump_clock(base::Duration forward);
  void jump_wall();
  /// Tells the endpoint something of a transport that is gone.
  void misreport();
  void on_timer();
  void on_flow(std::uint32_t id);
  /// The attempt of `generation` goes on.
  void on_dial(std::uint32_t generation);
  /// The question number `question` is answered.
  void answer_wanted(std::uint32_t question);
  /// The greeting for `generation` is ready.
  void answer_greeting(std::uint32_t generation);
  void pulse();
  /// Its user holds nothing back any more.
  void become_calm();
  void on_recovered();
  /// The last look at it.
  void finish();

  const ClientCondition& condition() const noexcept { return condition_; }
  /// Of its transport.
  std::optional<std::uint32_t> flow_id() const noexcept { return flow_; }

 private:
  struct Attempt {
    DialAttempt dial;
    std::uint32_t generation = 0;
    std::uint32_t server = 0;
  };

  // client_host.cpp
  bool is_away() const noexcept;
  base::Instant local() const noexcept;
  const ClientSetup& setup() const noexcept;
  void tell(const What& what);
  void come_back(base::Duration away);
  void wish(const endpoint::ClientEvent& wish, record::Wished::Kind kind);
  void send(const Deed& deed);
  /// True where the loop stands; `answer` is then asked for again.
  bool puts_off(Event::Kind answer, std::uint32_t detail);
  void stop();

  // client_driver.cpp
  void take_turn();
  void handle(const endpoint::ClientEvent& event);
  void run();
  bool poll_all();
  void perform(const endpoint::ClientAction& action);
  void perform_greeting(const endpoint::client_action::AskGreeting& ask);
  std::uint32_t number_in(std::string_view payload);
  void perform_dial(const core::lifecycle_action::Dial& dial);
  void perform_end(const core::lifecycle_action::NotifyEnd& end);
  bool flush();
  void track_written(std::size_t queued_before);
  void read_what_is_there();
  void tick();
  void end_transport(core::Cause cause);
  void drop_transport(bool has_last_word);
  void rearm();
  void tell_turn();
  Flow& transport();

  World& world_;
  const std::uint32_t index_;
  HostClock clock_;
  ClientCondition condition_;
  std::optional<endpoint::ClientEndpoint> endpoint_;
  std::optional<Attempt> attempt_;
  std::optional<std::uint32_t> flow_;
  std::optional<WireTap> tap_;                      ///< On flow_.
  std::uint32_t generation_ = 0;                    ///< Of attempt_ or flow_.
  base::Bytes kept_;                                ///< What the kernel did not take yet.
  std::optional<base::Instant> handshake_ends_at_;  ///< Local.
  std::optional<base::Instant> timer_at_;           ///< World time of a wake-up on its way.
  std::deque<core::MessageId> queued_;              ///< Accepted and not yet left, in order.
  std::vector<Deed> held_;                          ///< Done while the host was away.
  base::Instant away_since_{};
  std::uint32_t question_ = 0;
  bool is_blocked_ = false;
  bool is_stopped_ = false;
  bool is_stop_due_ = false;
  bool has_handled_ = false;
  bool is_only_tick_ = false;
  bool has_wanted_ = false;
  bool is_path_tainted_ = false;  ///< Of the transport that was dropped last.
};

}  // namespace heartwire::sim
