#include "heartwire/net/fault_pipe.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>
#include <chrono>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;

/// What one piece costs beside its bytes, so that many tiny reads stay within the bound too.
constexpr std::size_t kPieceBytes = 64;
/// The throttle lets this much of a second through at once: smooth, yet few wake-ups.
constexpr std::uint64_t kGulpsPerSecond = 50;
/// A timer that is late by no more than this costs no throughput.
constexpr base::Duration kCatchUpMax = 100ms;

base::Duration time_for(std::size_t bytes, std::uint64_t bytes_per_second) noexcept {
  const double seconds = static_cast<double>(bytes) / static_cast<double>(bytes_per_second);
  return base::Duration{static_cast<base::Duration::rep>(seconds * 1e9)};
}

}  // namespace

std::size_t FaultPipe::room(base::Instant now, const FaultWay& way) const noexcept {
  if (end_ || held_bytes_ + kPieceBytes >= capacity_bytes_) return 0;
  const std::size_t free = capacity_bytes_ - held_bytes_ - kPieceBytes;
  if (way.bytes_per_second_max == 0) return free;
  if (now < open_at_) return 0;
  const std::uint64_t gulp = std::max<std::uint64_t>(1, way.bytes_per_second_max / kGulpsPerSecond);
  return std::min<std::size_t>(free, gulp);
}

void FaultPipe::push(base::Instant now, const FaultWay& way, base::ByteView bytes, base::Rng& rng) {
  HW_CHECK(bytes.size() <= room(now, way));
  if (bytes.empty()) return;
  if (way.bytes_per_second_max != 0)
    open_at_ =
        std::max(open_at_, now - kCatchUpMax) + time_for(bytes.size(), way.bytes_per_second_max);
  held_bytes_ += bytes.size() + kPieceBytes;
  pieces_.push_back({draw_due_at(now, way, rng), base::Bytes(bytes.begin(), bytes.end())});
}

void FaultPipe::end(base::Instant now, const FaultWay& way, FaultEnd how, base::Rng& rng) {
  if (!end_) end_ = Ended{draw_due_at(now, way, rng), how};
}

std::size_t FaultPipe::discard() noexcept {
  const std::size_t bytes = held_bytes_ - kPieceBytes * pieces_.size() - front_consumed_;
  pieces_.clear();
  held_bytes_ = front_consumed_ = 0;
  return bytes;
}

base::ByteView FaultPipe::due(base::Instant now) const noexcept {
  if (pieces_.empty() || now < pieces_.front().due_at) return {};
  return base::ByteView{pieces_.front().bytes}.subspan(front_consumed_);
}

void FaultPipe::consume(std::size_t count) {
  if (count == 0) return;
  HW_CHECK(!pieces_.empty());
  const std::size_t size = pieces_.front().bytes.size();
  front_consumed_ += count;
  HW_CHECK(front_consumed_ <= size);
  if (front_consumed_ < size) return;
  held_bytes_ -= size + kPieceBytes;
  pieces_.pop_front();
  front_consumed_ = 0;
}

std::optional<FaultEnd> FaultPipe::due_end(base::Instant now) const noexcept {
  if (!end_ || !pieces_.empty() || now < end_->due_at) return std::nullopt;
  return end_->how;
}

std::optional<base::Instant> FaultPipe::deadline(base::Instant now) const noexcept {
  std::optional<base::Instant> earliest;
  const auto consider = [&](base::Instant when) {
    if (when > now && (!earliest || when < *earliest)) earliest = when;
  };
  if (!pieces_.empty()) consider(pieces_.front().due_at);
  if (pieces_.empty() && end_) consider(end_->due_at);
  if (!end_) consider(open_at_);
  return earliest;
}

base::Instant FaultPipe::draw_due_at(base::Instant now, const FaultWay& way,
                                     base::Rng& rng) noexcept {
  const base::Duration jitter = rng.between(base::Duration{}, way.jitter);
  last_due_at_ = std::max(last_due_at_, now + way.delay + jitter);
  return last_due_at_;
}

}  // namespace heartwire::net
