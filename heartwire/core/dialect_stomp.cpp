// STOMP 1.2 heart-beating. Each side says in its first frame "heart-beat:CAN,WANT": the period at
// which it can send, and the one at which it wants to receive. One direction beats every
// max(sender's CAN, receiver's WANT), or not at all if either is 0. Any data counts; an end-of-line
// fills the silence. Source: STOMP 1.2, section "Heart-beating".

#include "heartwire/core/dialect.hpp"
#include "heartwire/core/dialect_modes.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

namespace heartwire::core::dialect {
namespace {

using std::chrono::milliseconds;

// A first frame carries tokens at times; one longer than this is left alone.
constexpr std::size_t kFirstFrameMax = 16 * 1024;

struct HeartBeat {
  base::Duration can{};
  base::Duration want{};
};

std::optional<base::Duration> read_milliseconds(std::string_view text) noexcept {
  std::uint64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, count);
  if (stopped_at != end || text.empty() || error == std::errc::invalid_argument) {
    return std::nullopt;
  }
  const auto most = std::chrono::duration_cast<milliseconds>(kNever).count();
  if (error != std::errc{} || count > static_cast<std::uint64_t>(most)) return kNever;
  return milliseconds{static_cast<std::int64_t>(count)};
}

std::optional<HeartBeat> read_heart_beat(std::string_view value) noexcept {
  const std::size_t comma = value.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto can = read_milliseconds(value.substr(0, comma));
  const auto want = read_milliseconds(value.substr(comma + 1));
  if (!can || !want) return std::nullopt;
  return HeartBeat{*can, *want};
}

// Takes the next line, without its end, off `rest`; nothing if `rest` holds no whole line.
std::optional<std::string_view> take_line(std::string_view& rest) noexcept {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool is_first_frame_of(Role sender, std::string_view command) noexcept {
  if (sender == Role::server) return command == "CONNECTED";
  return command == "CONNECT" || command == "STOMP";
}

// What the first frame of `sender` says of heart-beating: 0,0 if nothing. No value: `frame` is
// another one, or its header cannot be read.
std::optional<HeartBeat> read_first_frame(Role sender, std::string_view frame) noexcept {
  constexpr std::string_view kHeader = "heart-beat:";
  const std::size_t start = frame.find_first_not_of("\r\n");
  if (start == std::string_view::npos || frame.size() > kFirstFrameMax) return std::nullopt;
  frame.remove_prefix(start);
  if (frame[0] != 'C' && frame[0] != 'S') return std::nullopt;
  auto line = take_line(frame);
  if (!line || !is_first_frame_of(sender, *line)) return std::nullopt;
  while ((line = take_line(frame)) && !line->empty()) {
    // The first of repeated headers counts, says STOMP.
    if (line->starts_with(kHeader)) return read_heart_beat(line->substr(kHeader.size()));
  }
  return line ? std::optional(HeartBeat{}) : std::nullopt;
}

class Stomp final : public Dialect {
 public:
  explicit Stomp(const StompOptions& options) noexcept
      : own_{std::clamp<base::Duration>(options.send, base::Duration{}, kNever),
             std::clamp<base::Duration>(options.receive, base::Duration{}, kNever)},
        margin_(options.margin >= 1.0 ? options.margin : 1.0) {}

  std::string_view name() const noexcept override { return "stomp"; }

  ProbeForm write_probe(Role, std::uint32_t, std::string& payload) const override {
    payload.assign(1, '\n');
    return ProbeForm::text;
  }

  Reading read(Role role, MessageView message, std::string& reply) const override {
    reply.clear();
    if (is_beat(message.payload)) return {.meaning = Meaning::beat};
    const Role sender = role == Role::client ? Role::server : Role::client;
    if (const auto peer = read_first_frame(sender, message.payload)) {
      return {.meaning = Meaning::notice, .rhythm = agree(*peer)};
    }
    return {};
  }

  bool has_answers(Role) const noexcept override { return false; }

  bool has_user_code() const noexcept override { return false; }

  void adapt(Role, HeartbeatOptions& options) const noexcept override {
    set_modes(options, Sending::on_silence, Evidence::one_way);
  }

 private:
  static bool is_beat(std::string_view payload) noexcept {
    return payload.size() <= kHeartbeatMessageMax && payload.ends_with('\n') &&
           payload.find_first_not_of("\r\n") == std::string_view::npos;
  }

  // New data is owed at least every period, so a heartbeat leaves when three quarters of it have
  // passed in silence. Whoever is silent for longer than his own period becomes suspect in the
  // middle of the margin that he is given.
  Rhythm agree(const HeartBeat& peer) const noexcept {
    const base::Duration sending = period(own_.can, peer.want);
    const base::Duration receiving = period(peer.can, own_.want);
    const double silence = std::ceil(static_cast<double>(receiving.count()) * margin_);
    if (silence >= static_cast<double>(kNever.count())) return {before(sending), kNever, kNever};
    const base::Duration silence_max{static_cast<base::Duration::rep>(silence)};
    return {before(sending), std::max<base::Duration>(silence_max - receiving, milliseconds{1}),
            silence_max};
  }

  static base::Duration before(base::Duration period) noexcept {
    return period == kNever ? kNever : period - period / 4;
  }

  static base::Duration period(base::Duration can, base::Duration want) noexcept {
    if (can <= base::Duration{} || want <= base::Duration{}) return kNever;
    return std::max(can, want);
  }

  HeartBeat own_;
  double margin_;
};

}  // namespace

DialectPtr stomp(StompOptions options) {
  return std::make_shared<Stomp>(options);
}

}  // namespace heartwire::core::dialect
