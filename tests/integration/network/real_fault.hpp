#pragma once
// The fixture of real faults: a network, an echo server in it that nobody here wrote, and a client
// that sends numbered messages all along.

#include "tests/integration/network/fault_table.hpp"
#include "tests/integration/network/network.hpp"
#include "tests/integration/network/numbered.hpp"
#include "tests/integration/support/live_test.hpp"

#include <functional>
#include <optional>
#include <string>

namespace heartwire::integration {

class RealFault : public LiveTest {
 protected:
  static constexpr milliseconds kInterval = 1s;
  static constexpr milliseconds kTimeout = 4s;
  static constexpr milliseconds kConnectTimeout = 1s;
  static constexpr milliseconds kRetryDelay = 100ms;
  static constexpr milliseconds kPace = 20ms;  ///< A message each.
  /// What a timer, the loop and a hook may be late on a machine at rest: part of each bound.
  static constexpr milliseconds kGrain = 50ms;
  /// What a machine that is busy with other tests may be late beyond the bound.
  static constexpr milliseconds kBusyMachine = 3s;

  using Step = std::function<void()>;

  struct Hardship {
    std::string fault;
    Step strike;
    Step mend;
    bool blocks = true;  ///< No attempt succeeds between the two.
    std::size_t message_bytes = Numbered::kShort;
  };

  struct Nuisance {
    std::string fault;
    Step strike;
    std::function<void(client::Client&)> meanwhile;
    milliseconds timeout = kTimeout;
  };

  void SetUp() override;

  /// Keeps the times above, and is watched by `numbered` and the witness.
  client::Options patient(std::string target = "/");

  /// A client lives through `strike`, which ends its connection, and `mend`. Judges and tabulates.
  void survive(const Hardship& hardship);
  /// `strike` only hurts: the connection lives through `meanwhile`, which waits for enough to have
  /// happened. Judges and tabulates.
  void bear(const Nuisance& nuisance);

  void judge(const FaultRow& row) const;
  /// The last byte that the client heard of before `end`, as far as its hooks tell.
  base::Instant last_sign_of_life(base::Instant end) const;

  std::optional<Network> network;
  Process* server = nullptr;
  Numbered numbered;
  std::string url;
};

}  // namespace heartwire::integration
