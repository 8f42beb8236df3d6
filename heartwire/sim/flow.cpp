#include "heartwire/sim/flow.hpp"

#include <algorithm>

namespace heartwire::sim {

using base::Instant;

namespace {

constexpr std::array kSides{Side::client, Side::server};

void earlier(std::optional<Instant>& when, std::optional<Instant> other) {
  if (other && (!when || *other < *when)) when = other;
}

}  // namespace

Flow::Flow(const Name& name, Instant now, const Link& link, std::uint64_t seed) noexcept
    : name_(name),
      link_(&link),
      rng_(seed),
      pipes_{Pipe{link.options}, Pipe{link.options}},
      active_at_(now) {}

// The hosts.

std::size_t Flow::write(Side side, Instant now, base::ByteView bytes) {
  if (!end(side).is_open || end(side).is_failed || bytes.empty()) return 0;
  forget_if_idle(side, now);
  return out(side).write(now, bytes, lane(side), rng_);
}

base::Bytes Flow::read(Side side, Instant now, std::size_t most) {
  base::Bytes bytes = in(side).read(most);
  advance(now);  // Where the buffer was full there is room now.
  return bytes;
}

Flow::Status Flow::status(Side side) const noexcept {
  if (in(side).readable() > 0) return Status::readable;
  if (end(side).is_failed) return Status::failed;
  return in(side).is_at_end() ? Status::ended : Status::would_block;
}

void Flow::end_writing(Side side, Instant now) {
  forget_if_idle(side, now);
  out(side).end(now, lane(side), rng_);
}

void Flow::close(Side side, Instant now) {
  if (!end(side).is_open) return;
  if (in(side).readable() > 0) return reset(side, now);
  end_writing(side, now);  // Nothing where the kernel has given up.
  end(side).is_open = false;
}

void Flow::reset(Side side, Instant now) {
  if (!end(side).is_open) return;
  end(side).is_open = false;
  out(side).abandon(now);
  if (!end(side).is_failed) send_reset(side, now);
}

void Flow::vanish(Side side, Instant now) {
  end(side).is_open = false;
  out(side).abandon(now);
  is_tainted_ = true;
}

// The world.

void Flow::cut(Instant now) {
  is_tainted_ = true;
  for (const Side side : kSides) send_reset(side, now);
}

void Flow::advance(Instant now) {
  for (const Side from : kSides) {
    Pipe::Passage passage;
    passage.is_open = reaches(other(from));
    passage.is_open_back = reaches(from);
    passage.swallows = lane(from).swallows;
    passage.latency_back = link_->options.latency + lane(other(from)).extra_latency;
    if (out(from).advance(now, passage)) active_at_ = now;
  }
  for (const Side side : kSides) advance_end(side, now);
}

void Flow::advance_end(Side side, Instant now) {
  End& one = end(side);
  if (one.reset_arrives && *one.reset_arrives <= now) {
    // Nobody sends an RST twice.
    if (reaches(side)) fail(side, now);
    one.reset_arrives.reset();
  }
  if (!one.is_open && !one.is_down && in(side).readable() > 0) {
    in(side).read(in(side).readable());
    send_reset(side, now);
  }
  const auto stuck = out(side).stuck_since();
  if (one.is_open && !one.is_failed && !one.is_down && one.user_timeout && stuck &&
      now - *stuck >= *one.user_timeout)
    fail(side, now);
}

void Flow::fail(Side side, Instant now) {
  end(side).is_failed = true;
  out(side).abandon(now);
}

std::optional<Instant> Flow::next() const noexcept {
  std::optional<Instant> when;
  for (const Side side : kSides) {
    const End& one = end(side);
    earlier(when, out(side).next());
    earlier(when, one.reset_arrives);
    const auto stuck = out(side).stuck_since();
    if (one.is_open && !one.is_failed && !one.is_down && one.user_timeout && stuck)
      earlier(when, *stuck + *one.user_timeout);
  }
  return when;
}

bool Flow::is_tainted() const noexcept {
  return is_tainted_ || pipes_[0].is_tainted() || pipes_[1].is_tainted();
}

bool Flow::reaches(Side receiver) const noexcept {
  return !lane(other(receiver)).is_hole && !is_forgotten_ && !end(receiver).is_down;
}

void Flow::send_reset(Side from, Instant now) {
  End& target = end(other(from));
  if (!target.is_open || target.reset_arrives) return;
  target.reset_arrives = now + link_->options.latency;
}

void Flow::forget_if_idle(Side writer, Instant now) {
  const bool is_idle = link_->forgets_after && now - active_at_ > *link_->forgets_after;
  active_at_ = now;
  if (!is_idle || is_forgotten_) return;
  is_forgotten_ = is_tainted_ = true;
  if (link_->forget_resets && end(writer).is_open) fail(writer, now);
}

}  // namespace heartwire::sim
