#pragma once
// One TCP connection between a client and a server: two pipes, and how each end ends. What a host
// is told of the other's end is what TCP would tell it: FIN in order, RST if it gets through, an
// error of its own after the user timeout, or nothing.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/instant.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/sim/link.hpp"
#include "heartwire/sim/pipe.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace heartwire::sim {

enum class Side : std::uint8_t { client, server };
constexpr Side other(Side side) noexcept {
  return side == Side::client ? Side::server : Side::client;
}

class Flow {
 public:
  /// What reading finds.
  enum class Status : std::uint8_t { would_block, readable, ended, failed };

  struct Name {
    std::uint32_t id = 0;
    std::uint32_t client = 0;
    std::uint32_t generation = 0;  ///< Of the client's, for transcripts.
    std::uint32_t server = 0;
  };

  /// `link` is borrowed: what happens to it happens to this.
  Flow(const Name& name, base::Instant now, const Link& link, std::uint64_t seed) noexcept;

  // The hosts.
  std::size_t write(Side side, base::Instant now, base::ByteView bytes);
  base::Bytes read(Side side, base::Instant now, std::size_t most);
  Status status(Side side) const noexcept;
  bool has_room(Side side) const noexcept { return out(side).room() > 0; }
  std::size_t unacknowledged(Side side) const noexcept { return out(side).unacknowledged(); }
  /// No more is written; reading goes on.
  void end_writing(Side side, base::Instant now);
  /// The socket is closed: FIN, or RST where something came that was not read.
  void close(Side side, base::Instant now);
  /// The socket is closed by RST.
  void reset(Side side, base::Instant now);
  /// The host forgets the socket without a word.
  void vanish(Side side, base::Instant now);
  /// The host is asleep or without power: nothing reaches it.
  void set_down(Side side, bool is_down) noexcept { end(side).is_down = is_down; }
  void set_user_timeout(Side side, base::Duration timeout) noexcept {
    end(side).user_timeout = timeout;
  }

  // The world.
  /// Both ends are reset by a box on the way.
  void cut(base::Instant now);
  void advance(base::Instant now);
  std::optional<base::Instant> next() const noexcept;
  /// The path, not the hosts, has held back, dropped or forged something.
  bool is_tainted() const noexcept;
  const Name& name() const noexcept { return name_; }

 private:
  struct End {
    bool is_open = true;
    bool is_down = false;
    bool is_failed = false;
    std::optional<base::Instant> reset_arrives{};
    std::optional<base::Duration> user_timeout{};
  };

  static std::size_t index(Side side) noexcept { return static_cast<std::size_t>(side); }
  End& end(Side side) noexcept { return ends_[index(side)]; }
  const End& end(Side side) const noexcept { return ends_[index(side)]; }
  /// What `side` sends, and what it receives.
  Pipe& out(Side side) noexcept { return pipes_[index(side)]; }
  const Pipe& out(Side side) const noexcept { return pipes_[index(side)]; }
  Pipe& in(Side side) noexcept { return pipes_[index(other(side))]; }
  const Pipe& in(Side side) const noexcept { return pipes_[index(other(side))]; }
  const Lane& lane(Side from) const noexcept {
    return from == Side::client ? link_->up : link_->down;
  }

  bool reaches(Side receiver) const noexcept;
  void send_reset(Side from, base::Instant now);
  /// The kernel of `side` takes the connection for lost.
  void fail(Side side, base::Instant now);
  void forget_if_idle(Side writer, base::Instant now);
  void advance_end(Side side, base::Instant now);

  const Name name_;
  const Link* link_;
  base::Rng rng_;
  std::array<Pipe, 2> pipes_;  ///< By who sends.
  std::array<End, 2> ends_;
  base::Instant active_at_;
  bool is_forgotten_ = false;
  bool is_tainted_ = false;
};

}  // namespace heartwire::sim
