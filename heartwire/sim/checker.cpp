#include "heartwire/sim/checker.hpp"

#include "heartwire/sim/drain_checkers.hpp"
#include "heartwire/sim/life_checkers.hpp"
#include "heartwire/sim/message_checkers.hpp"
#include "heartwire/sim/rhythm_checkers.hpp"
#include "heartwire/sim/schedule_checkers.hpp"
#include "heartwire/sim/silence_checkers.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::sim {

namespace {

/// One fault may break a promise many times; the first few say enough.
constexpr std::size_t kComplaintsMax = 5;

}  // namespace

std::string to_text(const Complaint& complaint) {
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(complaint.at.time_since_epoch())
          .count();
  std::string part = std::to_string(ms % 1000);
  std::string text =
      "at " + std::to_string(ms / 1000) + '.' + std::string(3 - part.size(), '0') + part + " s, ";
  text += complaint.client == kNobody ? std::string{"world"}
                                      : "client " + std::to_string(complaint.client);
  return text + ": " + std::string{complaint.promise} + ": " + complaint.text;
}

void Checker::complain(const Record& record, std::uint32_t client, std::string text) {
  if (complaints_.size() < kComplaintsMax)
    complaints_.push_back({promise(), record.at, client, std::move(text)});
}

std::vector<std::unique_ptr<Checker>> all_checkers(const Scenario& scenario) {
  std::vector<std::unique_ptr<Checker>> all;
  all.push_back(std::make_unique<OneTransport>(scenario));
  all.push_back(std::make_unique<CloseIsFinal>(scenario));
  all.push_back(std::make_unique<StaleChangesNothing>(scenario));
  all.push_back(std::make_unique<NoOrphanDeadline>(scenario));
  all.push_back(std::make_unique<SilenceIsDeath>(scenario));
  all.push_back(std::make_unique<GivesUpOnce>(scenario));
  all.push_back(std::make_unique<ClosingEnds>(scenario));
  all.push_back(std::make_unique<NothingIsLost>(scenario));
  all.push_back(std::make_unique<LeftHasLeft>(scenario));
  all.push_back(std::make_unique<KeepsSchedule>(scenario));
  all.push_back(std::make_unique<NoHotLoop>(scenario));
  all.push_back(std::make_unique<BoundedDials>(scenario));
  all.push_back(std::make_unique<SilentClientsAreReaped>(scenario));
  all.push_back(std::make_unique<AccusesNoOneFalsely>(scenario));
  all.push_back(std::make_unique<DrainsKindly>(scenario));
  all.push_back(std::make_unique<KeepsRhythm>(scenario));
  all.push_back(std::make_unique<StreamsAreWhole>(scenario));
  all.push_back(std::make_unique<Recovers>(scenario));
  all.push_back(std::make_unique<StopIsSilent>(scenario));
  return all;
}

void Jury::see(const Record& record) {
  for (const auto& checker : checkers_) checker->see(record);
}

std::vector<Complaint> Jury::complaints() const {
  std::vector<Complaint> all;
  for (const auto& checker : checkers_)
    all.insert(all.end(), checker->complaints().begin(), checker->complaints().end());
  std::stable_sort(all.begin(), all.end(), [](const Complaint& left, const Complaint& right) {
    return left.at < right.at;
  });
  return all;
}

}  // namespace heartwire::sim
