#pragma once
// Who judges a world: each checker holds one promise against the records, knowing nothing of how a
// machine works inside. A jury is all of them.

#include "heartwire/sim/record.hpp"
#include "heartwire/sim/scenario.hpp"
#include "heartwire/sim/world.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::sim {

/// A broken promise.
struct Complaint {
  std::string_view promise;  ///< Checker::promise().
  base::Instant at{};
  std::uint32_t client = kNobody;
  std::string text;
};
/// `at 12.500 s, client 0: PROMISE: TEXT`.
std::string to_text(const Complaint& complaint);

class Checker {
 public:
  /// `scenario` is borrowed.
  explicit Checker(const Scenario& scenario) noexcept : scenario_(&scenario) {}
  virtual ~Checker() = default;
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;

  /// What is promised, in few words.
  virtual std::string_view promise() const noexcept = 0;
  virtual void see(const Record& record) = 0;

  const std::vector<Complaint>& complaints() const noexcept { return complaints_; }

 protected:
  const Scenario& scenario() const noexcept { return *scenario_; }
  const ClientSetup& client(const Record& record) const {
    return scenario_->clients[record.client];
  }
  void complain(const Record& record, std::string text) { complain(record, record.client, text); }
  void complain(const Record& record, std::uint32_t client, std::string text);

 private:
  const Scenario* scenario_;
  std::vector<Complaint> complaints_;
};

/// A checker that keeps a `State` for each client.
template <typename State>
class ClientChecker : public Checker {
 public:
  explicit ClientChecker(const Scenario& scenario)
      : Checker(scenario), states_(scenario.clients.size()) {}

 protected:
  State& state(const Record& record) { return states_[record.client]; }
  std::vector<State>& states() noexcept { return states_; }

 private:
  std::vector<State> states_;
};

/// The record as one kind of thing, or null.
template <typename Kind>
const Kind* as(const Record& record) noexcept {
  return std::get_if<Kind>(&record.what);
}

/// One of each.
std::vector<std::unique_ptr<Checker>> all_checkers(const Scenario& scenario);

class Jury final : public Witness {
 public:
  explicit Jury(const Scenario& scenario) : checkers_(all_checkers(scenario)) {}

  void see(const Record& record) override;
  /// Of all checkers, by time.
  std::vector<Complaint> complaints() const;

 private:
  std::vector<std::unique_ptr<Checker>> checkers_;
};

}  // namespace heartwire::sim
