#pragma once
// The server of a storm, from the moment it accepts again: a line of handshakes, worked through in
// the order of their coming at a rate that it can bear.
//
// The real machine in it is core::Admission, which decides who may enter and what the others are
// told. Modelled is what surrounds it in net::ServerDriver: handshakes take time; so does turning
// somebody away; what has waited for too long is closed unanswered; and so many may be turned away
// at one time, beyond which a connection is reset.
//
// Intuition for what goes wrong here: a line that is longer than its people are patient serves only
// those who are just leaving. All of its work is then wasted, those who left come again, and it
// stays so after what caused it is gone (a metastable failure).
//
// Not here: clients, and what they make of an answer (storm.cpp).

#include "heartwire/base/instant.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/core/admission.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

namespace heartwire::sim {

struct StormServerOptions {
  /// Handshakes that it can complete a second. Default 10 000: TLS handshakes of ten cores. From 1
  /// to a million.
  std::uint32_t accept_rate = 10'000;
  /// Connections that may wait for their handshake; of whoever comes while so many do, the SYN is
  /// dropped. Default none: heartwire's server takes in whoever comes.
  std::optional<std::uint32_t> backlog{};
  /// How long a connection may wait for its handshake. Default 8 s, as server::Options.
  base::Duration handshake_timeout = std::chrono::seconds{8};
  /// The same for one that is to be turned away, of whom there may be so many at one time. Default
  /// 3 s and 1024, as net::ServerDriver has them.
  base::Duration refusal_timeout = std::chrono::seconds{3};
  std::uint32_t turned_away_max = 1024;
  /// What turning one away costs, in hundredths of a handshake. Default 100: the answer comes after
  /// the TLS handshake, which is most of the work. From 0 to 100.
  std::uint32_t refusal_cost_percent = 100;
  /// Who may enter. Default: everybody, an accept rate being set only by those who want one.
  core::AdmissionOptions admission{};
};

/// The first thing wrong with `options`, for people and naming the option, or null.
const char* validate(const StormServerOptions& options) noexcept;

class StormServer {
 public:
  /// One connection that was made and has sent its request.
  struct Visit {
    std::uint32_t client = 0;
    std::uint32_t generation = 0;
    base::Duration round_trip{};
  };
  /// A handshake that was worked on, whether its client is still there or not.
  struct Answer {
    std::uint32_t client = 0;
    std::uint32_t generation = 0;
    base::Instant done_at{};
    std::optional<std::chrono::seconds> retry_after{};  ///< Turned away.
  };

  StormServer(const StormServerOptions& options, std::uint64_t seed);

  /// Whether SYNs are dropped.
  bool is_full(base::Instant now);
  /// One was answered: its visit has a place from now on.
  void on_syn() noexcept { ++coming_; }

  /// Puts a visit in the line. Returns when it will be closed unless it was answered before;
  /// nothing: it was reset at once.
  std::optional<base::Instant> take_in(base::Instant now, const Visit& visit);

  /// The next handshake that was begun by `now`, or nothing.
  std::optional<Answer> serve(base::Instant now);

  /// A client that was let in, by an Answer without retry_after, was no longer there.
  void on_wasted();

  /// Those that were closed after they had waited too long.
  std::uint64_t overdue() const noexcept { return overdue_; }

 private:
  struct Waiting {
    Visit visit;
    base::Instant since{};
    base::Instant closed_at{};
    std::chrono::seconds retry_after{};
  };
  using Line = std::deque<Waiting>;

  void close_overdue(base::Instant now);
  /// The line whose first one has waited longest, or null.
  Line* next_line() noexcept;

  StormServerOptions options_;
  core::Admission admission_;
  base::Rng rng_;
  base::Duration handshake_time_;
  base::Duration refusal_time_;
  /// Two lines, since their patience differs; served as one.
  Line admitted_;
  Line refused_;
  /// When those who were turned away will have hung up: each counts until then.
  std::priority_queue<base::Instant, std::vector<base::Instant>, std::greater<>> lingering_;
  std::size_t coming_ = 0;  ///< Their SYN was answered, and they have not come yet.
  base::Instant free_at_{};
  std::uint64_t overdue_ = 0;
};

}  // namespace heartwire::sim
