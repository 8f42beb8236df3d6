// A whole client endpoint across its transports: any traffic in any pieces, wishes of the user,
// losses, time, and a kernel that takes what it likes. Its frames are valid and nothing follows its
// Close; what waits is bounded; no transport comes unwanted or twice, nothing is delivered but on
// an open one; and cut otherwise, the same traffic brings the same messages.

#include "fuzz/traffic.hpp"
#include "tests/unit/endpoint/client_rig.hpp"

#include <limits>

namespace heartwire::fuzz {
namespace {

using core::State;
using endpoint::test::ClientRig;
using endpoint::test::Frame;
namespace event = endpoint::client_event;
namespace action = endpoint::client_action;
namespace life = core::lifecycle_action;
namespace wish = core::lifecycle_event;

constexpr std::size_t kMessageMax = 200;
constexpr std::size_t kOutboxMax = 1000;
/// Of all that may exceed the bounds at once: the request's head, or one frame.
constexpr std::size_t kSlack = 600;

endpoint::ClientEndpointOptions options_for(std::uint8_t flags) {
  endpoint::ClientEndpointOptions options = endpoint::test::plain_client();
  options.limits = {kMessageMax, 150, 6};
  options.pump = {.fragment_bytes = 60, .ahead_bytes_max = 100};
  options.lifecycle.outbox.outbox_bytes_max = kOutboxMax;
  using namespace core::dialect;
  const core::DialectPtr dialects[] = {
      protocol(), text("ping", "pong"), engine_io(), stomp(), phoenix(), json({}), mqtt(),
      sockjs()};
  options.lifecycle.dialect = dialects[flags % 8];
  if ((flags & 8U) != 0) options.lifecycle.heartbeat.sending = core::Sending::periodic;
  if ((flags & 16U) != 0) options.lifecycle.heartbeat.evidence = core::Evidence::round_trip;
  if ((flags & 32U) != 0) options.lifecycle.heartbeat.reply = core::Reply::fixed;
  if ((flags & 128U) != 0) options.deflate = ws::DeflateOptions{.bytes_min = 20};
  return options;
}

/// What can be told apart from outside, less what depends on how soon messages of ours leave.
struct Life {
  std::vector<core::Message> delivered{};
  std::vector<std::size_t> told{};
  core::Outcome outcome{};
  State state = State::idle;

  bool operator==(const Life&) const = default;
};

class Play {
 public:
  Play(std::uint8_t flags, std::uint8_t how)
      : rig_(options_for(flags)), pump_(rig_.options.pump), how_(how) {
    if ((flags & 64U) == 0) {
      rig_.dial().connect();
      connected_ = rig_.generation();
      accept();
    }
    check();
  }

  Life play(Input input) {
    while (!input.is_empty()) {
      act(input);
      check();
    }
    Life life{rig_.delivered, {}, rig_.outcome(), rig_.state()};
    for (const auto& one : rig_.told)
      if (!is_about_sending(one)) life.told.push_back(one.index());
    return life;
  }

 private:
  static bool is_about_sending(const endpoint::ClientAction& one) {
    return std::holds_alternative<action::NotifyWritable>(one) ||
           std::holds_alternative<life::NotifyExpired>(one);
  }

  void act(Input& input) {
    switch (input.octet() % 16) {
      case 0: send(input); break;
      case 1: rig_.handle(wish::Close{input.number(), input.text()}); break;
      case 2: rig_.pass(std::chrono::milliseconds{10} * input.number()); break;
      case 3: rig_.set_room(input.number()); break;
      case 4: rig_.set_room(std::numeric_limits<std::size_t>::max()); break;
      case 5: make_wish(input.octet()); break;
      case 6: rig_.handle(event::Tick{.unacknowledged = input.number()}); break;
      case 7:
        if (has_transport()) rig_.lose();
        break;
      case 8: rig_.dial(); break;
      case 9: connect(); break;
      case 10: accept(); break;
      default: receive(take_traffic(input, base::Role::server)); break;
    }
  }

  void make_wish(std::uint8_t which) {
    const endpoint::ClientEvent wishes[] = {wish::Start{},  wish::Reconnect{}, wish::Suspend{},
                                            wish::Resume{}, wish::CheckNow{},  wish::Wanted{true},
                                            wish::Close{}};
    rig_.handle(wishes[which % std::size(wishes)]);
  }

  void connect() {
    if (rig_.state() != State::connecting || connected_ == rig_.generation()) return;
    connected_ = rig_.generation();
    rig_.connect({"chat"});
  }

  void accept() {
    const char* agreed =
        rig_.options.deflate ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "";
    receive(endpoint::test::to_bytes(endpoint::test::accepting_head(agreed)));
  }

  void send(Input& input) {
    const std::uint8_t kind = input.octet();
    std::string payload = input.text();
    payload.resize(payload.size() + kind, 'x');
    const bool is_text = kind % 2 == 0;
    const auto sent =
        rig_.send(is_text ? endpoint::test::text(payload) : endpoint::test::binary(payload));
    if (sent) HW_CHECK(!is_text || ws::is_utf8(payload));
  }

  void receive(const base::Bytes& bytes) {
    for (base::Bytes& piece : cut(bytes, how_)) {
      if (!has_transport()) return;
      rig_.receive(std::move(piece));
      // A fault takes effect once the kernel had its chance to take our last words.
      rig_.pass(base::Duration{0});
    }
  }

  bool has_transport() const {
    const State state = rig_.state();
    return state == State::connecting || state == State::open || state == State::closing;
  }

  void check() {
    for (const Frame& frame : rig_.frames()) own_.add(frame);
    if (rig_.generation() != generation_) own_ = {};
    generation_ = rig_.generation();
    HW_CHECK(rig_.kept() <=
             pump_.unwritten_max(kOutboxMax) + endpoint::Receiver::kAnswerBytesMax + kSlack);
    check_told();
    const State state = rig_.state();
    if (state == State::idle || state == State::closed || state == State::failed)
      HW_CHECK(!rig_.machine.deadline());
    for (; delivered_ < rig_.delivered.size(); ++delivered_) {
      const core::Message& message = rig_.delivered[delivered_];
      HW_CHECK(message.payload.size() <= kMessageMax);
      if (message.type == core::MessageType::text) HW_CHECK(ws::is_utf8(message.payload));
    }
  }

  /// Each dial ends before the next, and each end has its dial.
  void check_told() {
    for (; told_ < rig_.told.size(); ++told_) {
      const auto& one = rig_.told[told_];
      if (std::holds_alternative<life::Dial>(one)) HW_CHECK(!std::exchange(is_dialled_, true));
      if (std::holds_alternative<life::NotifyOpen>(one)) HW_CHECK(is_dialled_);
      if (std::holds_alternative<life::AbortDial>(one)) is_dialled_ = false;
      if (std::holds_alternative<life::NotifyEnd>(one)) is_dialled_ = false;
    }
  }

  ClientRig rig_;
  endpoint::MessagePump pump_;
  std::uint8_t how_;
  OwnFrames own_;
  std::uint32_t generation_ = 0;
  std::uint32_t connected_ = 0;
  std::size_t delivered_ = 0;
  std::size_t told_ = 0;
  bool is_dialled_ = false;
};

void run(Input input) {
  const std::uint8_t flags = input.octet();
  const std::uint8_t how = input.octet();

  const Life whole = Play(flags, kWhole).play(input);

  HW_CHECK(Play(flags, how).play(input) == whole);
  check_rigs();
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
