#include "tests/support/virtual_lane.hpp"

#include <algorithm>

namespace heartwire::support {

using base::Instant;

namespace {

constexpr std::size_t kSegmentBytes = 4096;

}  // namespace

std::size_t VirtualLane::write(Instant now, base::ByteView bytes) {
  if (!is_writable(now)) return 0;
  const std::size_t count = std::min({bytes.size(), room(), options_.write_bytes_max});
  if (count == options_.write_bytes_max) writable_at_ = now + std::chrono::milliseconds{1};
  base::ByteView rest = bytes.first(count);
  while (!rest.empty()) {
    const base::ByteView part = rest.first(std::min(rest.size(), kSegmentBytes));
    rest = rest.subspan(part.size());
    idle_at_ = std::max(idle_at_, now);
    if (options_.bytes_per_second > 0) {
      const auto size = static_cast<std::int64_t>(part.size());
      idle_at_ += std::chrono::nanoseconds{size * 1'000'000'000 /
                                           static_cast<std::int64_t>(options_.bytes_per_second)};
    }
    segments_.push_back({idle_at_ + options_.latency, {part.begin(), part.end()}});
  }
  on_the_way_ += count;
  return count;
}

bool VirtualLane::is_writable(Instant now) const {
  return !is_ended_ && room() > 0 && now >= writable_at_;
}

base::Bytes VirtualLane::read() {
  const std::size_t count = std::min(received_.size(), options_.read_bytes_max);
  const auto end = received_.begin() + static_cast<std::ptrdiff_t>(count);
  base::Bytes bytes{received_.begin(), end};
  received_.erase(received_.begin(), end);
  return bytes;
}

bool VirtualLane::is_at_end() const {
  return is_ended_ && !is_black_hole_ && segments_.empty() && received_.empty();
}

void VirtualLane::reset() {
  segments_.clear();
  received_.clear();
  on_the_way_ = 0;
  is_ended_ = true;
}

void VirtualLane::advance(Instant now) {
  while (!segments_.empty() && segments_.front().arrives <= now &&
         is_acceptable(segments_.front())) {
    const base::Bytes& bytes = segments_.front().bytes;
    received_.insert(received_.end(), bytes.begin(), bytes.end());
    on_the_way_ -= bytes.size();
    segments_.pop_front();
  }
}

std::optional<Instant> VirtualLane::next(Instant now) const {
  std::optional<Instant> when;
  if (!segments_.empty() && is_acceptable(segments_.front()))
    when = std::max(now, segments_.front().arrives);
  if (writable_at_ > now && room() > 0) when = when ? std::min(*when, writable_at_) : writable_at_;
  return when;
}

bool VirtualLane::is_acceptable(const Segment& segment) const {
  const std::size_t after = received_.size() + segment.bytes.size();
  return !is_black_hole_ && (received_.empty() || after <= options_.receive_buffer_bytes);
}

std::size_t VirtualLane::room() const {
  return options_.send_buffer_bytes - std::min(on_the_way_, options_.send_buffer_bytes);
}

}  // namespace heartwire::support
