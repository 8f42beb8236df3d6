// A whole server endpoint: any traffic in any pieces, wishes of the application, time, and a kernel
// that takes what it likes. Its frames are valid and nothing follows its Close; what waits is
// bounded; it ends exactly once and is silent for ever after; and cut otherwise, the same traffic
// makes the same life.

#include "fuzz/traffic.hpp"
#include "tests/unit/endpoint/server_rig.hpp"

#include <limits>

namespace heartwire::fuzz {
namespace {

using endpoint::test::Frame;
using endpoint::test::ServerRig;
namespace event = endpoint::server_event;
namespace action = endpoint::server_action;

constexpr std::size_t kMessageMax = 200;
constexpr std::size_t kSendBufferMax = 1000;
/// Of all that may exceed the bounds at once: one frame.
constexpr std::size_t kSlack = 300;

endpoint::ServerEndpointOptions options_for(std::uint8_t flags) {
  endpoint::ServerEndpointOptions options = endpoint::test::plain_server();
  options.limits = {kMessageMax, 150, 6};
  options.send_buffer_bytes_max = kSendBufferMax;
  if ((flags & 1U) != 0) {
    using namespace core::dialect;
    options.dialects = endpoint::test::dialects(
        {text("ping", "pong"), engine_io(), stomp(), phoenix(), json({}), mqtt()});
  }
  if ((flags & 2U) != 0) options.heartbeat.sending = core::Sending::periodic;
  if ((flags & 4U) != 0) options.heartbeat.evidence = core::Evidence::round_trip;
  if ((flags & 8U) != 0) options.heartbeat.reply = core::Reply::fixed;
  options.deflate = ws::DeflateOptions{.bytes_min = 20};
  return options;
}

/// What the handshake may have agreed on.
std::optional<ws::DeflateParams> agreed_for(std::uint8_t flags) {
  if ((flags & 16U) == 0) return std::nullopt;
  const bool has_no_takeover = (flags & 32U) != 0;
  const std::uint8_t window_bits = (flags & 64U) != 0 ? 9 : 15;
  return ws::DeflateParams{has_no_takeover, has_no_takeover, window_bits, window_bits};
}

/// What can be told apart from outside.
struct Life {
  std::vector<Frame> frames{};
  std::vector<core::Message> delivered{};
  std::vector<std::size_t> told{};
  std::optional<core::Outcome> outcome{};
  std::optional<base::Instant> deadline{};

  bool operator==(const Life&) const = default;
};

class Play {
 public:
  Play(std::uint8_t flags, std::uint8_t how)
      : rig_(options_for(flags), core::DialectSet::kUndecided, agreed_for(flags)), how_(how) {}

  Life play(Input input) {
    while (!input.is_empty()) {
      act(input);
      check();
    }
    rig_.set_room(std::numeric_limits<std::size_t>::max()).lose();
    check();
    HW_CHECK(rig_.count<action::End>() == 1);
    HW_CHECK(!rig_.machine.deadline());
    Life life{frames_, rig_.delivered, {}, rig_.end()->outcome, {}};
    for (const auto& one : rig_.told) life.told.push_back(one.index());
    return life;
  }

 private:
  void act(Input& input) {
    switch (input.octet() % 12) {
      case 0: send(input); break;
      case 1: rig_.close(input.number(), input.text()); break;
      case 2: rig_.pass(std::chrono::milliseconds{10} * input.number()); break;
      case 3: rig_.set_room(input.number()); break;
      case 4: rig_.set_room(std::numeric_limits<std::size_t>::max()); break;
      case 5: rig_.handle(event::CheckNow{}); break;
      case 6: rig_.handle(event::Tick{.unacknowledged = input.number()}); break;
      case 7: lose(input); break;
      default: receive(take_traffic(input, base::Role::client)); break;
    }
  }

  void send(Input& input) {
    const std::uint8_t kind = input.octet();
    std::string payload = input.text();
    payload.resize(payload.size() + kind, 'x');
    const bool is_text = kind % 2 == 0;
    const bool was_open = rig_.machine.is_open();
    const auto sent =
        rig_.send(is_text ? endpoint::test::text(payload) : endpoint::test::binary(payload));
    if (sent) HW_CHECK(was_open && (!is_text || ws::is_utf8(payload)));
  }

  void receive(const base::Bytes& bytes) {
    for (base::Bytes& piece : cut(bytes, how_)) rig_.receive(std::move(piece));
  }

  /// Rare, since it ends all.
  void lose(Input& input) {
    if (input.octet() == 0xFF) rig_.lose();
  }

  void check() {
    for (const Frame& frame : rig_.frames()) {
      own_.add(frame);
      frames_.push_back(frame);
    }
    HW_CHECK(rig_.kept() <= kSendBufferMax + endpoint::Receiver::kAnswerBytesMax + kSlack);
    HW_CHECK(rig_.machine.unwritten() == rig_.kept() || rig_.end());
    HW_CHECK(rig_.count<action::End>() <= 1);
    for (; delivered_ < rig_.delivered.size(); ++delivered_) {
      const core::Message& message = rig_.delivered[delivered_];
      HW_CHECK(!was_ended_ && message.payload.size() <= kMessageMax);
      if (message.type == core::MessageType::text) HW_CHECK(ws::is_utf8(message.payload));
    }
    if (was_ended_) HW_CHECK(rig_.told.size() == told_ && !rig_.machine.deadline());
    was_ended_ = rig_.end().has_value();
    told_ = rig_.told.size();
  }

  ServerRig rig_;
  std::uint8_t how_;
  OwnFrames own_;
  std::vector<Frame> frames_;
  std::size_t delivered_ = 0;
  std::size_t told_ = 0;
  bool was_ended_ = false;
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
