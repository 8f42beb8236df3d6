#include "heartwire/sim/pipe.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::sim {

using base::Duration;
using base::Instant;

namespace {

constexpr std::size_t kSegmentBytes = 1400;
/// A delay above this is the path's trouble: no failure detector need bear it.
constexpr Duration kUntroubledMax = std::chrono::milliseconds{300};

}  // namespace

std::size_t Pipe::write(Instant now, base::ByteView bytes, const Lane& lane, base::Rng& rng) {
  if (is_ended_) return 0;
  const std::size_t count = std::min(bytes.size(), room());
  if (count > 0 && unacknowledged() == 0) progress_at_ = now;
  base::ByteView rest = bytes.first(count);
  while (!rest.empty()) {
    const base::ByteView part = rest.first(std::min(rest.size(), kSegmentBytes));
    rest = rest.subspan(part.size());
    queue(now, part, false, lane, rng);
  }
  written_ += count;
  return count;
}

void Pipe::end(Instant now, const Lane& lane, base::Rng& rng) {
  if (std::exchange(is_ended_, true)) return;
  queue(now, {}, true, lane, rng);
}

void Pipe::abandon(Instant now) {
  is_ended_ = is_abandoned_ = true;
  const Instant latest = now + options_->latency + options_->jitter;
  // The first may have met a hole and arrive later than those behind it: they are lost with it.
  const auto is_late = [latest](const Segment& one) { return one.arrives > latest; };
  segments_.erase(std::find_if(segments_.begin(), segments_.end(), is_late), segments_.end());
}

void Pipe::queue(Instant now, base::ByteView part, bool is_end, const Lane& lane, base::Rng& rng) {
  idle_at_ = std::max(idle_at_, now);
  if (const std::uint64_t bytes_per_second = rate(*options_, lane); bytes_per_second > 0) {
    const std::uint64_t time = part.size() * 1'000'000'000 / bytes_per_second;
    idle_at_ += Duration{static_cast<Duration::rep>(time)};
  }
  const Duration under_way =
      draw_latency(*options_, lane, rng) + draw_retransmissions(*options_, lane, rng);
  if (under_way > kUntroubledMax) is_tainted_ = true;
  last_arrives_ = std::max(last_arrives_, idle_at_ + under_way);
  segments_.push_back({last_arrives_, {part.begin(), part.end()}, is_end});
}

std::size_t Pipe::room() const noexcept {
  return options_->send_buffer_bytes - std::min(unacknowledged(), options_->send_buffer_bytes);
}

std::optional<Instant> Pipe::stuck_since() const noexcept {
  if (unacknowledged() == 0) return std::nullopt;
  return progress_at_;
}

base::Bytes Pipe::read(std::size_t most) {
  const std::size_t count = std::min(readable(), most);
  const auto begin = received_.begin() + static_cast<std::ptrdiff_t>(read_);
  base::Bytes bytes{begin, begin + static_cast<std::ptrdiff_t>(count)};
  read_ += count;
  if (read_ == received_.size()) {
    received_.clear();
    read_ = 0;
  }
  return bytes;
}

bool Pipe::advance(Instant now, const Passage& passage) {
  bool is_busy = false;
  while (!segments_.empty() && segments_.front().arrives <= now) {
    if (!passage.is_open) {
      is_tainted_ = true;
      if (is_abandoned_) {
        segments_.clear();
        break;
      }
      segments_.front().arrives = now + timeout_;
      timeout_ = std::min(2 * timeout_, kRetransmissionMax);
      break;
    }
    if (!is_acceptable(segments_.front())) break;
    deliver(now, passage);
    is_busy = true;
  }
  while (!acknowledgements_.empty() && acknowledgements_.front().arrives <= now) {
    if (!passage.is_open_back) {
      is_tainted_ = true;
      acknowledgements_.front().arrives = now + ack_timeout_;
      ack_timeout_ = std::min(2 * ack_timeout_, kRetransmissionMax);
      break;
    }
    ack_timeout_ = retransmission_timeout(*options_);
    acknowledged_ = acknowledgements_.front().up_to;
    progress_at_ = now;
    acknowledgements_.pop_front();
    is_busy = true;
  }
  return is_busy;
}

void Pipe::deliver(Instant now, const Passage& passage) {
  const Segment segment = std::move(segments_.front());
  segments_.pop_front();
  timeout_ = retransmission_timeout(*options_);
  if (passage.latency_back > kUntroubledMax) is_tainted_ = true;
  if (passage.swallows) is_swallowed_ = is_tainted_ = true;
  if (!is_swallowed_) {
    received_.insert(received_.end(), segment.bytes.begin(), segment.bytes.end());
    has_end_arrived_ |= segment.is_end;
  }
  delivered_ += segment.bytes.size();
  if (!segment.bytes.empty()) acknowledgements_.push_back({now + passage.latency_back, delivered_});
}

std::optional<Instant> Pipe::next() const noexcept {
  std::optional<Instant> when;
  if (!segments_.empty() && is_acceptable(segments_.front())) when = segments_.front().arrives;
  if (!acknowledgements_.empty()) {
    const Instant other = acknowledgements_.front().arrives;
    when = when ? std::min(*when, other) : other;
  }
  return when;
}

bool Pipe::is_acceptable(const Segment& segment) const noexcept {
  const std::size_t unread = readable();
  return unread == 0 || unread + segment.bytes.size() <= options_->receive_buffer_bytes;
}

}  // namespace heartwire::sim
