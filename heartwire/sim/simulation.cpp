#include "heartwire/sim/simulation.hpp"

#include <array>

namespace heartwire::sim {

namespace {

/// FNV-1a of what happened when to whom.
class Digest {
 public:
  void add(std::uint64_t value) noexcept {
    for (int shift = 0; shift < 64; shift += 8) {
      value_ ^= (value >> shift) & 0xff;
      value_ *= 0x100000001b3ULL;
    }
  }
  std::uint64_t value() const noexcept { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

class Court final : public Witness {
 public:
  Court(const Scenario& scenario, const Watcher& watch) : jury_(scenario), watch_(watch) {}

  void see(const Record& record) override {
    ++records_;
    digest_.add(static_cast<std::uint64_t>(record.at.time_since_epoch().count()));
    digest_.add(static_cast<std::uint64_t>(record.local.time_since_epoch().count()));
    digest_.add(record.what.index() << 32 | record.client);
    if (watch_) watch_(record);
    jury_.see(record);
  }

  Report report() const { return {jury_.complaints(), 0, records_, digest_.value()}; }

 private:
  Jury jury_;
  const Watcher& watch_;
  Digest digest_;
  std::uint64_t records_ = 0;
};

std::string ms(base::Duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + "ms";
}

std::string to_text(const core::HeartbeatOptions& beat) {
  constexpr std::array<const char*, 4> kSending{"on_silence", "periodic", "watchdog", "off"};
  constexpr std::array<const char*, 3> kEvidence{"any_traffic", "round_trip", "one_way"};
  return "interval=" + ms(beat.interval) + " timeout=" + ms(beat.timeout) +
         " sending=" + kSending[static_cast<std::size_t>(beat.sending)] +
         " evidence=" + kEvidence[static_cast<std::size_t>(beat.evidence)] +
         (beat.reply == core::Reply::fixed ? " reply=fixed misses=" : " reply=adaptive misses=") +
         std::to_string(beat.misses_max);
}

}  // namespace

Report simulate(const Scenario& scenario, const Watcher& watch) {
  Court court(scenario, watch);
  World world(scenario, court);
  world.run();
  Report report = court.report();
  report.steps = world.steps();
  return report;
}

std::string to_text(const Scenario& scenario) {
  std::string text = "seed " + std::to_string(scenario.seed) + '\n';
  std::uint32_t index = 0;
  for (const ClientSetup& client : scenario.clients) {
    const core::LifecycleOptions& life = client.endpoint.lifecycle;
    text += "client " + std::to_string(index++) + ": " + to_text(life.heartbeat) +
            " latency=" + ms(client.link.latency) + " jitter=" + ms(client.link.jitter) +
            " rate=" + std::to_string(client.link.bytes_per_second) +
            " stable_after=" + ms(life.reconnect.stable_after) +
            " dialect=" + std::string{life.dialect ? life.dialect->name() : "ping"} +
            (client.endpoint.deflate ? " compresses\n" : "\n");
  }
  index = 0;
  for (const ServerSetup& server : scenario.servers)
    text += "server " + std::to_string(index++) + ": " + to_text(server.endpoint.heartbeat) +
            (server.endpoint.deflate ? " compresses\n" : "\n");
  index = 0;
  for (const Fault& fault : scenario.faults)
    text += "fault " + std::to_string(index++) + ": " + to_text(fault) + '\n';
  return text + "calm at " + ms(scenario.calm_at.time_since_epoch()) + ", all open by " +
         ms(scenario.recovered_at().time_since_epoch()) + '\n';
}

}  // namespace heartwire::sim
