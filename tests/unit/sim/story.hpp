#pragma once
// Small worlds for tests: a sound one to begin with, played to its end, and what happened in it.

#include "heartwire/sim/checker.hpp"
#include "heartwire/sim/scenario.hpp"
#include "heartwire/sim/world.hpp"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

namespace heartwire::sim::test {

using namespace std::chrono_literals;
using base::instant;

/// One client, one server, no fault; the client starts at once, and all is calm after a minute.
inline Scenario sound() {
  Scenario scenario;
  scenario.seed = 42;
  scenario.clients.resize(1);
  scenario.servers.resize(1);
  auto& beat = scenario.clients[0].endpoint.lifecycle.heartbeat;
  beat.interval = 5s;
  beat.timeout = 4s;
  scenario.servers[0].endpoint.heartbeat = beat;
  scenario.deeds.push_back({.kind = Deed::Kind::start, .at = instant(10ms)});
  scenario.calm_at = instant(60s);
  scenario.recovery = 60s;
  return scenario;
}

class Memory final : public Witness {
 public:
  void see(const Record& record) override { records.push_back(record); }

  template <typename Kind>
  std::size_t count() const {
    std::size_t count = 0;
    for (const Record& record : records) count += as<Kind>(record) != nullptr;
    return count;
  }
  /// The last one of its kind; null if there is none.
  template <typename Kind>
  const Record* last() const {
    const Record* found = nullptr;
    for (const Record& record : records)
      if (as<Kind>(record)) found = &record;
    return found;
  }
  template <typename Kind>
  const Record* first() const {
    for (const Record& record : records)
      if (as<Kind>(record)) return &record;
    return nullptr;
  }

  std::vector<Record> records;
};

inline Memory play(const Scenario& scenario) {
  Memory memory;
  World world(scenario, memory);
  world.run();
  return memory;
}

inline Record at(base::Duration time, What what, std::uint32_t client = 0) {
  return {instant(time), instant(time), client, std::move(what)};
}

/// Shows `records` to a fresh `Kind`; what it complains of.
template <typename Kind>
std::vector<std::string> judged(const Scenario& scenario, std::initializer_list<Record> records) {
  Kind checker(scenario);
  for (const Record& record : records) checker.see(record);
  std::vector<std::string> texts;
  for (const Complaint& complaint : checker.complaints()) texts.push_back(complaint.text);
  return texts;
}

}  // namespace heartwire::sim::test
