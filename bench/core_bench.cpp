// What a core step costs: the heartbeat's events, and re-arming deadlines of 50 000 connections.
//
// Each figure of ours stands beside the plain way to do the same in the same run; read the ratio,
// not the nanoseconds. `allocations` counts calls of operator new for each iteration and must be 0
// for ours.

#include "heartwire/base/rng.hpp"
#include "heartwire/core/heartbeat.hpp"
#include "heartwire/core/timer_table.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <new>
#include <queue>
#include <utility>
#include <vector>

namespace {

std::uint64_t allocations = 0;

}  // namespace

// Not inlined: GCC would take malloc and operator delete for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

using heartwire::base::Duration;
using heartwire::base::Instant;
using heartwire::base::Rng;
using heartwire::core::Heartbeat;
using heartwire::core::HeartbeatOptions;
using heartwire::core::TimerTable;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace beat = heartwire::core::heartbeat_event;
namespace action = heartwire::core::heartbeat_action;

/// Reports the allocations of the loop it lives around.
class AllocationCounter {
 public:
  explicit AllocationCounter(benchmark::State& state) : state_(state), before_(allocations) {}
  AllocationCounter(const AllocationCounter&) = delete;
  AllocationCounter& operator=(const AllocationCounter&) = delete;
  ~AllocationCounter() {
    state_.counters["allocations"] = benchmark::Counter(static_cast<double>(allocations - before_),
                                                        benchmark::Counter::kAvgIterations);
  }

 private:
  benchmark::State& state_;
  std::uint64_t before_;
};

// The heartbeat.

/// The floor: what traffic has to cost at least, a timestamp stored.
void store_timestamp(benchmark::State& state) {
  Instant received_at{};
  Instant now{};
  const AllocationCounter counter(state);
  for (auto _ : state) {
    now += milliseconds{1};
    received_at = now;
    benchmark::DoNotOptimize(received_at);
  }
}
BENCHMARK(store_timestamp);

/// What every read costs: an event, nothing to poll, the deadline asked for.
void heartbeat_traffic(benchmark::State& state) {
  const HeartbeatOptions options;
  Heartbeat heartbeat(options, 1);
  Instant now{};
  heartbeat.handle(now, beat::Opened{});
  const AllocationCounter counter(state);
  for (auto _ : state) {
    now += milliseconds{1};
    heartbeat.handle(now, beat::Received{});
    benchmark::DoNotOptimize(heartbeat.poll());
    benchmark::DoNotOptimize(heartbeat.deadline());
  }
}
BENCHMARK(heartbeat_traffic);

/// A whole heartbeat of an idle connection: tick, probe, bytes left, answer, measurement.
void heartbeat_cycle(benchmark::State& state) {
  const HeartbeatOptions options;
  Heartbeat heartbeat(options, 1);
  Instant now{};
  heartbeat.handle(now, beat::Opened{});
  const AllocationCounter counter(state);
  for (auto _ : state) {
    now = heartbeat.deadline().value_or(now);
    heartbeat.handle(now, beat::Tick{});
    std::uint32_t sequence = 0;
    while (const auto next = heartbeat.poll())
      if (const auto* probe = std::get_if<action::SendProbe>(&*next)) sequence = probe->sequence;
    heartbeat.handle(now, beat::ProbeSent{sequence});
    benchmark::DoNotOptimize(heartbeat.deadline());
    heartbeat.handle(now + milliseconds{40}, beat::Answered{sequence});
    while (const auto next = heartbeat.poll()) benchmark::DoNotOptimize(*next);
    benchmark::DoNotOptimize(heartbeat.deadline());
  }
  if (!heartbeat.round_trip().has_samples()) state.SkipWithError("no round trip was measured");
}
BENCHMARK(heartbeat_cycle);

// Deadlines of very many connections. Each iteration is one connection that is due and is armed
// again 25 s later, as an idle server does all day.

constexpr TimerTable::Id kConnections = 50'000;
constexpr Duration kInterval = seconds{25};

/// Connections are spread over the interval, as randomly as clients come.
std::vector<Instant> first_deadlines() {
  Rng rng(1);
  std::vector<Instant> result;
  for (TimerTable::Id id = 0; id < kConnections; ++id)
    result.push_back(Instant{} + rng.between(milliseconds{1}, kInterval));
  return result;
}

void rearm_timer_table(benchmark::State& state) {
  TimerTable table(Instant{});
  TimerTable::Id id = 0;
  for (const Instant due : first_deadlines()) table.schedule(id++, due);
  Instant now{};
  const AllocationCounter counter(state);
  for (auto _ : state) {
    auto due = table.poll_due(now);
    while (!due) {
      now = table.next().value_or(now);
      due = table.poll_due(now);
    }
    table.schedule(*due, now + kInterval);
  }
}
BENCHMARK(rearm_timer_table);

void rearm_multimap(benchmark::State& state) {
  std::multimap<Instant, TimerTable::Id> timers;
  TimerTable::Id id = 0;
  for (const Instant due : first_deadlines()) timers.emplace(due, id++);
  const AllocationCounter counter(state);
  for (auto _ : state) {
    const auto [now, due] = *timers.begin();
    timers.erase(timers.begin());
    timers.emplace(now + kInterval, due);
  }
}
BENCHMARK(rearm_multimap);

/// A binary heap, as Asio keeps its timers.
void rearm_priority_queue(benchmark::State& state) {
  using Timer = std::pair<Instant, TimerTable::Id>;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers;
  TimerTable::Id id = 0;
  for (const Instant due : first_deadlines()) timers.emplace(due, id++);
  const AllocationCounter counter(state);
  for (auto _ : state) {
    const auto [now, due] = timers.top();
    timers.pop();
    timers.emplace(now + kInterval, due);
  }
}
BENCHMARK(rearm_priority_queue);

// A deadline that moves later with each message of a busy connection: the lazy table does nothing,
// a map moves an entry.

void postpone_timer_table(benchmark::State& state) {
  TimerTable table(Instant{});
  TimerTable::Id id = 0;
  for (const Instant due : first_deadlines()) table.schedule(id++, due);
  Rng rng(2);
  const AllocationCounter counter(state);
  for (auto _ : state) {
    const auto busy = static_cast<TimerTable::Id>(rng.below(kConnections));
    table.schedule(busy, Instant{} + 2 * kInterval);
  }
  benchmark::DoNotOptimize(table.size());
}
BENCHMARK(postpone_timer_table);

void postpone_multimap(benchmark::State& state) {
  using Timers = std::multimap<Instant, TimerTable::Id>;
  Timers timers;
  std::vector<Timers::iterator> places;
  TimerTable::Id id = 0;
  for (const Instant due : first_deadlines()) places.push_back(timers.emplace(due, id++));
  Rng rng(2);
  Instant now{};
  const AllocationCounter counter(state);
  for (auto _ : state) {
    now += std::chrono::microseconds{1};
    const auto busy = static_cast<TimerTable::Id>(rng.below(kConnections));
    timers.erase(places[busy]);
    places[busy] = timers.emplace(now + kInterval, busy);
  }
}
BENCHMARK(postpone_multimap);

}  // namespace

BENCHMARK_MAIN();
