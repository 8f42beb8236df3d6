#pragma once
// Promises about silence: who falls silent is declared dead in time, and nobody else is.

#include "heartwire/sim/checker.hpp"

#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace heartwire::sim {

namespace checked {
struct Listening {
  bool is_open = false;
  base::Instant life_at{};  ///< Local: the last sign of life, or what excuses its absence.
  base::Instant acknowledged_at{};
  std::size_t unacknowledged = 0;
};
struct Silence {
  base::Instant life_at{};  ///< World: when the client last read something.
  base::Instant away_at =
      base::Instant::min();  ///< World: when it was last away, or in a fault of its own.
  base::Instant leapt_at = base::Instant::min();  ///< World: when its clock last leapt forward.
  base::Duration leap{};                          ///< And by how much.
};
}  // namespace checked

/// [5] A peer that falls silent is dead to a client by interval + timeout, however busy it is.
/// Excused: a host that was away, and writes that still make progress.
class SilenceIsDeath final : public ClientChecker<checked::Listening> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "silence is death"; }
  void see(const Record& record) override;

 private:
  void follow(const Record& record, const record::Turned& turned);
};

/// The same for the connections of servers, in world time.
class SilentClientsAreReaped final : public Checker {
 public:
  using Checker::Checker;
  std::string_view promise() const noexcept override { return "silent clients are reaped"; }
  void see(const Record& record) override;

 private:
  struct Connection {
    base::Instant life_at{};
    base::Instant acknowledged_at{};
    std::size_t unacknowledged = 0;
  };
  void judge(const Record& record);

  std::map<std::uint32_t, Connection> open_;  ///< By flow.
};

/// Nobody is declared dead over a sound path who did not fall silent: not by a host that was itself
/// away, not behind a bulk transfer, not on a slow link.
class AccusesNoOneFalsely final : public ClientChecker<checked::Silence> {
 public:
  explicit AccusesNoOneFalsely(const Scenario& scenario);
  std::string_view promise() const noexcept override { return "accuses no one falsely"; }
  void see(const Record& record) override;

 private:
  void follow_faults(const Record& record);
  void judge_client(const Record& record, const record::Ended& ended);
  void judge_server(const Record& record, const record::ServerEnded& ended);
  bool is_slow(const Record& record) const;

  std::vector<std::uint32_t> server_faults_;  ///< In force, by index.
  std::vector<std::uint32_t> client_faults_;
  base::Instant servers_troubled_at_ =
      base::Instant::min();                         ///< World: when the last one's end was.
  std::map<std::uint32_t, base::Instant> life_at_;  ///< By flow: when a server last read.
};

}  // namespace heartwire::sim
