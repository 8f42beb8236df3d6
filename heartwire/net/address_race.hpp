#pragma once
// Which address to try when, if a host has several (RFC 8305, "Happy Eyeballs").
//
// One is tried; if it has not succeeded after a short while, or failed, the next one is tried as
// well, and the first success wins. So a path that swallows packets costs a quarter of a second
// instead of a whole timeout. Pure: the time comes in, sockets stay outside.

#include "heartwire/base/instant.hpp"

#include <cstddef>
#include <optional>

namespace heartwire::net {

class AddressRace {
 public:
  /// Over `count` addresses, known by their place in the order of preference.
  AddressRace(std::size_t count, base::Duration stagger) noexcept
      : count_(count), stagger_(stagger) {}

  /// The address to try now, or nothing. Ask until there is nothing.
  std::optional<std::size_t> poll(base::Instant now) noexcept {
    if (started_ == count_ || (started_ != 0 && now < next_at_)) return std::nullopt;
    next_at_ = base::add_saturated(now, stagger_);
    return started_++;
  }

  /// One of those that were tried failed: the next one need not wait for its turn.
  void fail(base::Instant now) noexcept {
    ++failed_;
    next_at_ = now;
  }

  /// All were tried and failed.
  bool is_lost() const noexcept { return failed_ == count_; }

  /// When to poll again; nullopt: time alone changes nothing.
  std::optional<base::Instant> deadline() const noexcept {
    if (started_ == count_) return std::nullopt;
    return next_at_;
  }

 private:
  std::size_t count_;
  std::size_t started_ = 0;
  std::size_t failed_ = 0;
  base::Duration stagger_;
  base::Instant next_at_{};
};

}  // namespace heartwire::net
