#include "cli/judge_link.hpp"

#include "heartwire/net/entropy.hpp"
#include "heartwire/ws/close_frame.hpp"
#include "heartwire/ws/error.hpp"
#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/message_writer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <utility>
#include <variant>

namespace heartwire::cli {

using base::Duration;
using base::Instant;

namespace {

/// Reads in a row before others have their turn.
constexpr int kReadsMax = 16;
/// How often a paced link writes.
constexpr Duration kPaceStep = std::chrono::milliseconds{50};

std::string beginning_of(base::ByteView bytes) {
  return std::string{base::as_text(bytes.first(std::min(bytes.size(), judge::kTextBytesMax)))};
}

}  // namespace

JudgeLink::JudgeLink(net::Loop& loop, net::Stream stream, judge::LinkId id, Callbacks callbacks)
    : loop_(loop),
      stream_(std::move(stream)),
      id_(id),
      callbacks_(std::move(callbacks)),
      timer_(loop.add_timer([this](Instant) { on_timer(); })) {
  loop_.schedule(timer_, loop_.now() + kRequestMax);
  wait_readable();
}

JudgeLink::JudgeLink(net::Loop& loop, net::Stream stream, judge::LinkId id, Callbacks callbacks,
                     base::Bytes unread)
    : loop_(loop),
      stream_(std::move(stream)),
      id_(id),
      callbacks_(std::move(callbacks)),
      role_(base::Role::client),
      timer_(loop.add_timer([this](Instant) { on_timer(); })),
      request_(ws::UpgradeRequest{}),
      reader_(base::Role::client),
      unread_(std::move(unread)),
      is_accepted_(true) {}

JudgeLink::~JudgeLink() {
  loop_.remove_timer(timer_);
}

void JudgeLink::obey(const judge::Accept&) {
  if (is_over() || is_ending_ || is_accepted_ || !request_) return;
  is_accepted_ = true;
  const std::string_view subprotocol =
      request_->subprotocols.empty() ? std::string_view{} : request_->subprotocols.front();
  const auto answer = ws::make_accept(*request_, subprotocol, {});
  if (!answer) return lose("asked for what cannot be accepted");
  write(base::as_bytes(*answer));
}

void JudgeLink::obey(const judge::Refuse& order) {
  refuse(order.status, order.fields);
}

void JudgeLink::obey(const judge::Send& order) {
  if (!is_accepted_) return;
  base::Bytes frame;
  ws::append_message(frame, order.type, base::as_bytes(order.payload), mask_key());
  write(frame);
}

void JudgeLink::obey(const judge::SendPing& order) {
  send_control(ws::Opcode::ping, order.payload);
}

void JudgeLink::obey(const judge::SendPong& order) {
  send_control(ws::Opcode::pong, order.payload);
}

void JudgeLink::obey(const judge::SendClose& order) {
  if (!is_accepted_) return;
  base::Bytes frame;
  ws::append_close(frame, order.code, order.reason, mask_key());
  write(frame);
}

void JudgeLink::obey(const judge::Pace& order) {
  bytes_per_second_ = order.bytes_per_second;
  paced_until_ = loop_.now();
}

void JudgeLink::obey(const judge::StopReading&) {
  has_stopped_reading_ = true;
  stream_.cancel();
}

void JudgeLink::obey(const judge::End&) {
  end();
}

void JudgeLink::obey(const judge::Reset&) {
  reset();
}

void JudgeLink::refuse(int status, std::vector<ws::Field> fields, std::string text) {
  if (is_over() || is_ending_ || is_accepted_) return;
  const auto answer = ws::make_refusal({status, std::move(text), std::nullopt, std::move(fields)});
  if (answer) write(base::as_bytes(*answer));
  end();
}

void JudgeLink::end() {
  if (is_over() || is_ending_) return;
  is_ending_ = true;
  // A peer that does not read what is left is not waited for either.
  bytes_per_second_ = 0;
  loop_.schedule(timer_, loop_.now() + kLingerMax);
  if (!has_unsent()) return on_all_sent();
  if (!is_waiting_writable_) flush();
}

void JudgeLink::reset() {
  if (is_over()) return;
  stream_.cancel();
  stream_.reset();
  loop_.schedule(timer_, std::nullopt);
}

void JudgeLink::start() {
  base::Bytes bytes = std::exchange(unread_, {});
  take(bytes);
  if (!is_over() && !has_stopped_reading_) wait_readable();
}

/// A client masks each frame with a key of its own.
std::optional<ws::MaskKey> JudgeLink::mask_key() const {
  if (role_ == base::Role::server) return std::nullopt;
  std::array<std::uint8_t, sizeof(ws::MaskKey)> octets{};
  net::fill_random(octets);
  return std::bit_cast<ws::MaskKey>(octets);
}

void JudgeLink::wait_readable() {
  stream_.async_wait_readable([this] { read(); });
}

void JudgeLink::read() {
  for (int i = 0; i < kReadsMax; ++i) {
    const base::MutableByteView buffer = loop_.read_buffer();
    const net::IoResult result = stream_.read_some(buffer);
    switch (result.status) {
      case net::IoStatus::moved: take(buffer.first(result.count)); break;
      case net::IoStatus::would_block: return wait_readable();
      case net::IoStatus::ended: return lose("ended the connection");
      case net::IoStatus::failed: return lose("broke the connection off");
    }
    if (is_over() || has_stopped_reading_) return;
  }
  wait_readable();
}

void JudgeLink::take(base::MutableByteView bytes) {
  // Who has been sent away may finish its sentence.
  if (is_ending_ || is_closed_) return;
  if (!request_) return take_head(bytes);
  if (!is_accepted_) return lose("sent frames before it was let in");
  take_frames(bytes);
}

void JudgeLink::take_head(base::ByteView bytes) {
  auto step = head_.feed(bytes);
  if (!step) return refuse(400, {}, "no request for a WebSocket\n");
  if (!step->head) return;
  auto request = ws::check_request(*step->head);
  if (!request) return refuse(request.error().status, {}, request.error().text);
  loop_.schedule(timer_, std::nullopt);
  if (step->consumed < bytes.size()) return lose("sent frames before it was let in");
  request_ = std::move(*request);
  callbacks_.on_request(*this, *request_);
}

void JudgeLink::take_frames(base::MutableByteView bytes) {
  const ws::ReaderLimits limits{kMessageBytesMax, kMessageBytesMax, 65536};
  while (!is_over() && !is_ending_ && take_step(reader_.next(bytes, limits))) {
  }
}

/// False: this was the last for now.
bool JudgeLink::take_step(const ws::ReadStep& step) {
  const auto tell = [this](judge::Event event) {
    callbacks_.on_event(*this, std::move(event));
    return true;
  };
  if (std::holds_alternative<ws::NeedMore>(step)) return false;
  if (const auto* message = std::get_if<ws::Message>(&step))
    return tell(judge::MessageCame{id_, message->type, message->payload.size(),
                                   beginning_of(message->payload)});
  if (const auto* ping = std::get_if<ws::Ping>(&step))
    return tell(judge::PingCame{id_, beginning_of(ping->payload)});
  if (const auto* pong = std::get_if<ws::Pong>(&step))
    return tell(judge::PongCame{id_, beginning_of(pong->payload)});
  if (const auto* close = std::get_if<ws::CloseFrame>(&step)) {
    is_closed_ = true;
    tell(judge::CloseCame{id_, close->code, std::string{close->reason}});
    return false;
  }
  const auto fault = std::get<ws::ProtocolError>(step);
  base::Bytes frame;
  ws::append_close(frame, ws::number(ws::close_code_for(fault)), {}, mask_key());
  write(frame);
  lose("broke the protocol: " + std::string{ws::describe(fault)});
  return false;
}

void JudgeLink::send_control(ws::Opcode opcode, std::string_view payload) {
  if (!is_accepted_) return;
  base::Bytes frame;
  ws::append_frame(frame, opcode, true, base::as_bytes(payload.substr(0, ws::kControlBytesMax)),
                   mask_key());
  write(frame);
}

void JudgeLink::write(base::ByteView bytes) {
  if (is_over() || is_ending_) return;
  if (unsent_.size() - first_unsent_ + bytes.size() > kUnsentBytesMax)
    return lose("does not read what it is sent");
  if (first_unsent_ > kUnsentBytesMax / 8) {
    unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(first_unsent_));
    first_unsent_ = 0;
  }
  unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
  if (!is_waiting_writable_) flush();
}

void JudgeLink::flush() {
  const bool had_any = has_unsent();
  while (has_unsent()) {
    const Instant now = loop_.now();
    const std::size_t count = allowance(now, unsent_.size() - first_unsent_);
    if (count == 0) return loop_.schedule(timer_, now + kPaceStep);
    const auto result = stream_.write_some(base::ByteView{unsent_}.subspan(first_unsent_, count));
    if (result.status == net::IoStatus::would_block) {
      is_waiting_writable_ = true;
      return stream_.async_wait_writable([this] {
        is_waiting_writable_ = false;
        flush();
      });
    }
    if (result.status != net::IoStatus::moved) return lose("broke the connection off");
    first_unsent_ += result.count;
    if (bytes_per_second_ > 0)
      paced_until_ += std::chrono::nanoseconds{std::chrono::seconds{1}} *
                      static_cast<std::int64_t>(result.count) / bytes_per_second_;
  }
  unsent_.clear();
  first_unsent_ = 0;
  if (had_any) on_all_sent();
}

/// How much may be written now; the whole where nothing is paced.
std::size_t JudgeLink::allowance(Instant now, std::size_t wanted) {
  if (bytes_per_second_ == 0) return wanted;
  if (now <= paced_until_) return 0;
  const auto earned =
      static_cast<std::uint64_t>((now - paced_until_) / std::chrono::milliseconds{1}) *
      bytes_per_second_ / 1000;
  return std::min<std::size_t>(wanted, std::min<std::uint64_t>(earned, bytes_per_second_));
}

void JudgeLink::on_all_sent() {
  if (!is_ending_) {
    callbacks_.on_event(*this, judge::Flushed{id_});
    return;
  }
  stream_.end_writing();
  loop_.schedule(timer_, loop_.now() + kLingerMax);
}

void JudgeLink::on_timer() {
  if (is_over()) return;
  if (has_unsent() && bytes_per_second_ > 0 && !is_waiting_writable_) return flush();
  if (is_ending_ || !request_) reset();
}

void JudgeLink::lose(std::string how) {
  const bool is_told = !is_ending_;
  stream_.cancel();
  stream_.close();
  loop_.schedule(timer_, std::nullopt);
  if (is_told) callbacks_.on_event(*this, judge::Gone{id_, std::move(how)});
}

}  // namespace heartwire::cli
