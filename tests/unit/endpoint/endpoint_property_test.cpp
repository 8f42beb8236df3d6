// Random lives of a client and a server on one wire: what is promised of messages holds whatever
// happens. A failing life is shrunk and printed step by step.

#include "tests/support/endpoint_pair.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <charconv>
#include <chrono>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace heartwire::endpoint {
namespace {

using namespace std::chrono_literals;
using core::State;
using support::EndpointPair;
using support::EndpointPairOptions;
using support::LaneOptions;
using support::Reception;
namespace life = core::lifecycle_action;
namespace tell = core::lifecycle_event;

enum class Verb : std::uint8_t {
  run,          ///< So many milliseconds.
  client_send,  ///< A message of so many bytes.
  server_send,  ///< Likewise.
  quiet_cut,    ///< A loss when nothing is on its way.
  cut,
  hole,  ///< From now on nothing arrives.
  freeze_server,
  freeze_client,
  heal,    ///< All of these are over.
  refuse,  ///< New connections.
  answer_503,
  accept,
  check_now,
  reconnect,
  close,  ///< And start again.
  server_close,
};

constexpr const char* kVerbs[] = {"run",       "client_send", "server_send",   "quiet_cut",
                                  "cut",       "hole",        "freeze_server", "freeze_client",
                                  "heal",      "refuse",      "answer_503",    "accept",
                                  "check_now", "reconnect",   "close",         "server_close"};

struct Step {
  Verb verb = Verb::run;
  int amount = 0;
};

struct Life {
  EndpointPairOptions options;
  std::vector<Step> steps;
};

void showValue(const Step& step, std::ostream& out) {
  out << kVerbs[static_cast<std::size_t>(step.verb)] << ' ' << step.amount << '\n';
}

rc::Gen<Step> any_step(std::vector<Verb> verbs) {
  const auto of = [](Verb verb, int from, int to) {
    return rc::gen::map(rc::gen::inRange(from, to), [verb](int n) { return Step{verb, n}; });
  };
  return rc::gen::weightedOneOf<Step>(
      {{4, of(Verb::run, 0, 3'000)},
       {1, of(Verb::run, 3'000, 60'000)},
       {5, of(Verb::client_send, 0, 400)},
       {1, of(Verb::client_send, 400, 5'000)},
       {2, of(Verb::server_send, 0, 400)},
       {4, rc::gen::map(rc::gen::elementOf(std::move(verbs)), [](Verb verb) {
          return Step{verb, 0};
        })}});
}

LaneOptions any_lane() {
  LaneOptions lane;
  lane.latency = std::chrono::milliseconds{*rc::gen::inRange(0, 300)};
  lane.bytes_per_second = *rc::gen::element<std::uint64_t>(0, 0, 20'000, 2'000'000);
  lane.send_buffer_bytes = *rc::gen::element<std::size_t>(100, 4'000, 65'536);
  lane.receive_buffer_bytes = *rc::gen::element<std::size_t>(100, 4'000, 65'536);
  lane.write_bytes_max = *rc::gen::element<std::size_t>(20, 500, 100'000, 100'000);
  lane.read_bytes_max = *rc::gen::element<std::size_t>(7, 100, 2'048, 16'384);
  return lane;
}

EndpointPairOptions any_options() {
  EndpointPairOptions options;
  auto& heartbeat = options.client.lifecycle.heartbeat;
  heartbeat.interval = 10s;
  heartbeat.timeout = 5s;
  options.server.heartbeat = heartbeat;
  options.client.lifecycle.reconnect.backoff.delay_max = 4s;
  options.client.lifecycle.outbox.outbox_bytes_max = 20'000;
  options.client.lifecycle.dialect =
      *rc::gen::element(core::dialect::protocol(), core::dialect::text("ping", "pong"));
  options.server.dialects =
      core::DialectSet::make({core::dialect::text("ping", "pong"), core::dialect::mqtt()}).value();
  options.server.send_buffer_bytes_max = 10'000;
  options.client.pump.fragment_bytes = *rc::gen::element<std::size_t>(1, 10, 100, 65'536);
  options.client.pump.ahead_bytes_max = *rc::gen::element<std::size_t>(1, 50, 1'000, 65'536);
  options.up = any_lane();
  options.down = any_lane();
  options.greeting = {{core::MessageType::text, "hello"}};
  options.seed = *rc::gen::arbitrary<std::uint64_t>();
  return options;
}

/// Plays steps, and remembers what was sent: numbered messages, so that the other end can tell.
class Player {
 public:
  explicit Player(const EndpointPairOptions& options) : pair(options) { pair.wish(tell::Start{}); }

  void play(const Step& step) {
    switch (step.verb) {
      case Verb::run: return pair.run(std::chrono::milliseconds{step.amount});
      case Verb::client_send: return send(static_cast<std::size_t>(step.amount));
      case Verb::server_send: return server_send(static_cast<std::size_t>(step.amount));
      case Verb::quiet_cut: return quiet_cut();
      case Verb::cut: return pair.cut();
      case Verb::hole: return pair.set_black_hole(true);
      case Verb::freeze_server: return pair.set_server_frozen(true);
      case Verb::freeze_client: return pair.set_client_frozen(true);
      case Verb::heal: return heal();
      case Verb::refuse: return pair.set_reception({Reception::Kind::refuse_dial, {}});
      case Verb::answer_503:
        return pair.set_reception({Reception::Kind::answer, "HTTP/1.1 503 Busy\r\n\r\n"});
      case Verb::accept: return pair.set_reception({});
      case Verb::check_now: return pair.wish(tell::CheckNow{});
      case Verb::reconnect: return pair.wish(tell::Reconnect{});
      case Verb::close: pair.wish(tell::Close{}); return pair.wish(tell::Start{});
      case Verb::server_close: static_cast<void>(pair.server_close(1001)); return;
    }
  }

  void send(std::size_t size) {
    const auto sent = pair.send(numbered(client_next_, size));
    if (sent) accepted.push_back(client_next_);
    ++client_next_;
  }

  void server_send(std::size_t size) {
    const core::Message message = numbered(server_next_, size);
    if (pair.server_send(message.view())) server_accepted.push_back(server_next_);
    ++server_next_;
  }

  void heal() {
    pair.set_black_hole(false);
    pair.set_server_frozen(false);
    pair.set_client_frozen(false);
    pair.set_reception({});
  }

  /// The client takes a breath, all that is on its way arrives, then the connection is lost.
  void quiet_cut() {
    pair.set_client_frozen(true);
    pair.run(2min);
    pair.cut();
    pair.set_client_frozen(false);
  }

  static int number_of(const core::Message& message) {
    int number = -1;
    std::from_chars(message.payload.data(), message.payload.data() + message.payload.size(),
                    number);
    return number;
  }

  EndpointPair pair;
  std::vector<int> accepted;
  std::vector<int> server_accepted;

 private:
  static core::Message numbered(int number, std::size_t size) {
    return {core::MessageType::text, std::to_string(number) + std::string(size, '.')};
  }

  int client_next_ = 0;
  int server_next_ = 0;
};

struct Arrivals {
  bool is_unique = true;
  bool is_ordered = true;  ///< Within each connection.
  std::set<int> numbers;
};

Arrivals at_server(const EndpointPair& pair) {
  Arrivals arrivals;
  std::map<std::uint32_t, int> newest;
  for (const auto& [generation, message] : pair.server_got) {
    if (message.payload == "hello") continue;
    const int number = Player::number_of(message);
    arrivals.is_unique &= arrivals.numbers.insert(number).second;
    const auto [before, is_first] = newest.try_emplace(generation, number);
    arrivals.is_ordered &= is_first || before->second < number;
    before->second = number;
  }
  return arrivals;
}

/// The greeting is the first message of each connection, and comes once.
bool is_greeted(const EndpointPair& pair) {
  std::map<std::uint32_t, int> hellos;
  for (const auto& [generation, message] : pair.server_got) {
    int& count = hellos[generation];
    if (message.payload == "hello")
      ++count;
    else if (count != 1)
      return false;
    if (count > 1) return false;
  }
  return true;
}

Arrivals at_client(const EndpointPair& pair) {
  Arrivals arrivals;
  int newest = -1;
  for (const core::Message& message : pair.client_got) {
    const int number = Player::number_of(message);
    arrivals.is_unique &= arrivals.numbers.insert(number).second;
    arrivals.is_ordered &= newest < number;
    newest = number;
  }
  return arrivals;
}

const std::vector<Verb> kAnyTrouble = {
    Verb::cut,       Verb::hole,   Verb::freeze_server, Verb::freeze_client, Verb::heal,
    Verb::heal,      Verb::refuse, Verb::answer_503,    Verb::accept,        Verb::check_now,
    Verb::reconnect, Verb::close,  Verb::server_close};

/// Losses that take nothing with them: what the kernel took has arrived.
const std::vector<Verb> kGentleTrouble = {Verb::quiet_cut, Verb::refuse, Verb::answer_503,
                                          Verb::accept, Verb::check_now};

RC_GTEST_PROP(EndpointProperty, messages_arrive_at_most_once_and_in_order, ()) {
  Player player(any_options());
  for (const Step& step : *rc::gen::container<std::vector<Step>>(any_step(kAnyTrouble)))
    player.play(step);

  const Arrivals up = at_server(player.pair);
  const Arrivals down = at_client(player.pair);
  RC_ASSERT(up.is_unique && up.is_ordered);
  RC_ASSERT(down.is_unique && down.is_ordered);
  RC_ASSERT(is_greeted(player.pair));
  RC_ASSERT(player.pair.complaints() == std::vector<std::string>{});
}

RC_GTEST_PROP(EndpointProperty, whatever_happened_a_healthy_wire_carries_everything_again, ()) {
  Player player(any_options());
  for (const Step& step : *rc::gen::container<std::vector<Step>>(any_step(kAnyTrouble)))
    player.play(step);
  EndpointPair& pair = player.pair;
  player.heal();
  pair.run(15min);

  RC_ASSERT(pair.client().lifecycle().state() == State::open);
  RC_ASSERT(pair.client().lifecycle().outbox().count() == 0u);
  const std::size_t before = player.accepted.size();
  const std::size_t server_before = player.server_accepted.size();
  for (std::size_t size = 0; size < 20; ++size) {
    player.send(10 * size);
    player.server_send(10 * size);
    pair.run(1min);
  }

  RC_ASSERT(player.accepted.size() == before + 20);
  RC_ASSERT(player.server_accepted.size() == server_before + 20);
  const Arrivals up = at_server(pair);
  const Arrivals down = at_client(pair);
  for (std::size_t i = before; i < player.accepted.size(); ++i)
    RC_ASSERT(up.numbers.count(player.accepted[i]) == 1u);
  for (std::size_t i = server_before; i < player.server_accepted.size(); ++i)
    RC_ASSERT(down.numbers.count(player.server_accepted[i]) == 1u);
}

RC_GTEST_PROP(EndpointProperty, what_the_kernel_had_not_taken_wholly_is_never_lost, ()) {
  Player player(any_options());
  for (const Step& step : *rc::gen::container<std::vector<Step>>(any_step(kGentleTrouble)))
    player.play(step);
  player.heal();
  player.pair.run(30min);

  const Arrivals up = at_server(player.pair);
  RC_ASSERT(up.is_unique && up.is_ordered);
  RC_ASSERT(up.numbers == std::set<int>(player.accepted.begin(), player.accepted.end()));
  RC_ASSERT(player.pair.complaints() == std::vector<std::string>{});
}

RC_GTEST_PROP(EndpointProperty, after_a_close_nothing_connects_and_nothing_is_due, ()) {
  Player player(any_options());
  for (const Step& step : *rc::gen::container<std::vector<Step>>(any_step(kAnyTrouble)))
    player.play(step);
  EndpointPair& pair = player.pair;
  pair.set_client_frozen(false);
  pair.wish(tell::Close{});
  const std::size_t dials = pair.count<life::Dial>();
  pair.run(1min);
  player.heal();
  pair.run(1h);

  RC_ASSERT(pair.client().lifecycle().state() == State::closed);
  RC_ASSERT(pair.count<life::Dial>() == dials);
  RC_ASSERT(pair.client().deadline() == std::nullopt);
}

}  // namespace
}  // namespace heartwire::endpoint
