#include "heartwire/endpoint/message_pump.hpp"

#include "heartwire/ws/frame.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace heartwire::endpoint {
namespace {

constexpr std::size_t kOptionMost = std::size_t{1} << 30;
/// What ran empty keeps room for this many and frees more.
constexpr std::size_t kSpareEntries = 8;

std::size_t ahead_max(const PumpOptions& options) noexcept {
  return std::clamp<std::size_t>(options.ahead_bytes_max, 1, kOptionMost);
}

std::size_t fragment_max(const PumpOptions& options) noexcept {
  return options.fragment_bytes == 0 ? kOptionMost : std::min(options.fragment_bytes, kOptionMost);
}

void append_urgent(core::MessageView message, bool is_probe, FrameSink& sink) {
  sink.append_message(message);
  if (is_probe) sink.ledger.mark_probe();
}

}  // namespace

void MessagePump::on_open() {
  on_lost();
  awaits_greeting_ = true;
}

void MessagePump::greet(std::vector<core::Message> messages) {
  if (std::exchange(awaits_greeting_, false)) greeting_ = std::move(messages);
}

void MessagePump::on_lost() {
  *this = MessagePump(*options_);
}

void MessagePump::send_urgent(core::MessageView message, bool is_probe, FrameSink sink) {
  if (is_between_messages() && urgent_.empty()) return append_urgent(message, is_probe, sink);
  // The heartbeat asks for one probe at a time, so probes need no bound.
  if (is_probe || urgent_.size() < kUrgentMax)
    urgent_.push_back({{message.type, std::string{message.payload}}, is_probe});
}

void MessagePump::fill(base::Instant now, core::Outbox& outbox, FrameSink sink) {
  while (fill_one(now, outbox, sink, ahead_max(*options_))) {
  }
}

void MessagePump::drain(base::Instant now, core::Outbox& outbox, FrameSink sink) {
  while (fill_one(now, outbox, sink, kUnwrittenBytesMax)) {
  }
}

bool MessagePump::fill_one(base::Instant now, core::Outbox& outbox, FrameSink& sink,
                           std::size_t unwritten_max) {
  if (awaits_greeting_) return false;
  if (is_between_messages() && !urgent_.empty()) {
    for (const Urgent& urgent : std::exchange(urgent_, {}))
      append_urgent(urgent.message.view(), urgent.is_probe, sink);
  }
  if (sink.ledger.unwritten() >= unwritten_max) return false;
  if (!greeting_.empty()) {
    if (append_fragment(greeting_[greeted_].view(), sink)) ++greeted_;
    if (greeted_ == greeting_.size()) {
      greeting_ = std::vector<core::Message>{};  // Unlike `= {}`, which keeps the memory.
      greeted_ = 0;
    }
    return true;
  }
  const auto taken = offset_ == 0 ? outbox.take(now) : outbox.newest_in_flight();
  if (!taken) return false;
  if (append_fragment(taken->message, sink))
    in_flight_.push_back({taken->id, written_total_ + sink.ledger.unwritten()});
  return true;
}

std::size_t MessagePump::unwritten_max(std::size_t message_bytes_max) const noexcept {
  return ahead_max(*options_) + std::min(message_bytes_max, fragment_max(*options_)) +
         ws::kHeaderBytesMax;
}

bool MessagePump::is_between_messages() const noexcept {
  // A data frame may not come between the fragments of another message (RFC 6455 section 5.4).
  return !awaits_greeting_ && greeting_.empty() && offset_ == 0;
}

bool MessagePump::append_fragment(core::MessageView message, FrameSink& sink) {
  const auto deflated = offset_ == 0 ? sink.deflate(message) : sink.kept();
  if (!deflated) return append_fragment_of(message.type, base::as_bytes(message.payload), 0, sink);
  if (offset_ == 0 && deflated->size() > fragment_max(*options_)) sink.compression->keep(*deflated);
  return append_fragment_of(message.type, *deflated, ws::kRsv1, sink);
}

bool MessagePump::append_fragment_of(base::MessageType type, base::ByteView payload,
                                     std::uint8_t rsv, FrameSink& sink) {
  const auto rest = payload.subspan(offset_);
  const auto part = rest.first(std::min(rest.size(), fragment_max(*options_)));
  const bool is_last = part.size() == rest.size();
  const bool is_first = offset_ == 0;
  // RSV1 speaks for the whole message, on its first frame (RFC 7692 section 6.1).
  sink.append(is_first ? ws::opcode_of(type) : ws::Opcode::continuation, is_last, part,
              is_first ? rsv : std::uint8_t{0});
  offset_ = is_last ? 0 : offset_ + part.size();
  if (is_last && sink.compression != nullptr) sink.compression->keep({});
  return is_last;
}

void MessagePump::on_written(std::size_t count, core::Outbox& outbox) {
  written_total_ += count;
  std::size_t done = 0;
  while (done < in_flight_.size() && in_flight_[done].end <= written_total_)
    outbox.on_written(in_flight_[done++].id);
  in_flight_.erase(in_flight_.begin(), in_flight_.begin() + static_cast<std::ptrdiff_t>(done));
  // Unlike `= {}`, which keeps the memory.
  if (in_flight_.empty() && in_flight_.capacity() > kSpareEntries)
    in_flight_ = std::vector<InFlight>{};
}

bool MessagePump::is_drained(const core::Outbox& outbox) const noexcept {
  return is_between_messages() && urgent_.empty() && !outbox.has_waiting();
}

}  // namespace heartwire::endpoint
