// A soak: many clients of one server live through random real faults, and everything that they did
// is judged by its transcript; memory and descriptors must not grow.
//
//   soak [SECONDS [SEED [CLIENTS]]]     default 10 s, seed 1, 1000 clients; needs root
//
// Ends with 0 if nothing was wrong, 1 if something was, 77 if it cannot be run here.

#include "heartwire/net/clock.hpp"
#include "tests/integration/network/crowd.hpp"
#include "tests/integration/network/network.hpp"
#include "tests/integration/network/soak_plan.hpp"
#include "tests/support/heap.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <malloc.h>
#include <sys/resource.h>

namespace heartwire::soak {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr int kCannotRun = 77;
constexpr milliseconds kPace = 4s;  ///< Of each client's messages.

struct Wanted {
  std::chrono::seconds length{10};
  std::uint64_t seed = 1;
  std::size_t clients = 1'000;
};

/// What the program has, at rest.
struct Footprint {
  std::size_t descriptors = 0;
  std::size_t bytes = 0;
};

Footprint measure() {
  const auto open = std::filesystem::directory_iterator("/proc/self/fd");
  return {static_cast<std::size_t>(std::distance(begin(open), end(open))), support::heap_bytes()};
}

bool wait_for(const std::function<bool()>& is_so, Time deadline) {
  const base::Instant begin = net::steady_now();
  while (!is_so()) {
    if (net::steady_now() - begin > deadline) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

class Soak {
 public:
  explicit Soak(const Wanted& wanted)
      : wanted_(wanted), rng_(wanted.seed), scribe_(events_max(wanted)) {}

  int run() {
    // The relay takes descriptors of ours from its first use on, which is no leak.
    network_.delay(0ms, 0ms);
    network_.mend();
    {
      const integration::NamespaceVisit visit(network_.server_pid());
      server_.emplace(integration::Network::kServer, scribe_);
    }
    crowd_.emplace(std::string{"ws://"} + integration::Network::kServer + ':' +
                       std::to_string(server_->port()),
                   wanted_.clients, scribe_);
    if (!rest("at the start")) return 1;
    crowd_->chatter(kPace);
    std::puts(
        "| fault | struck | for, ms | all back after, ms | descriptors | KiB |\n"
        "|---|---|---|---|---|---|");
    const Time end = scribe_.now() + wanted_.length;
    while (scribe_.now() < end)
      if (!live_through(plan_fault(rng_, faults_.empty()))) return 1;
    return judge_all();
  }

 private:
  /// Messages with their echoes, and the rest, with room to spare.
  static std::size_t events_max(const Wanted& wanted) {
    const auto length = static_cast<std::size_t>((wanted.length + 60s) / 1s);
    return wanted.clients * (100 + length * 4);
  }

  bool live_through(const PlannedFault& planned) {
    const FaultKind& kind = kFaultKinds[planned.kind];
    FaultRecord fault{.kind = static_cast<std::uint8_t>(planned.kind),
                      .kills = kind.kills,
                      .ends_all = kind.ends_all,
                      .port_first = planned.ports.first,
                      .port_last = planned.ports.last};
    fault.begins = scribe_.now();
    strike(network_, planned);
    fault.in_force = scribe_.now();
    std::this_thread::sleep_for(planned.length);
    fault.ends = scribe_.now();
    mend(network_, planned);
    fault.over = scribe_.now();
    faults_.push_back(fault);
    if (!rest(kind.name)) return false;
    const Footprint& at_rest = footprints_.back();
    std::printf("| %s | %s | %lld | %lld | %zu | %zu |\n", kind.name,
                planned.ports.first == 0 ? "all" : "some",
                static_cast<long long>(planned.length / 1ms),
                static_cast<long long>((scribe_.now() - fault.over) / 1ms), at_rest.descriptors,
                at_rest.bytes >> 10);
    std::fflush(stdout);
    return true;
  }

  /// Until every client has its connection, and the server has no other: what died unheard of must
  /// have been noticed by both.
  bool rest(const char* after) {
    const Bounds bounds = Crowd::bounds();
    const bool is_calm = wait_for(
        [this] {
          return crowd_->open_count() == wanted_.clients &&
                 server_->open_count() == wanted_.clients;
        },
        bounds.detection + bounds.recovery + 2 * bounds.allowance);
    if (!is_calm)
      std::printf("%s: %zu clients open, %zu connections at the server; seed %llu\n", after,
                  crowd_->open_count(), server_->open_count(),
                  static_cast<unsigned long long>(wanted_.seed));
    footprints_.push_back(measure());
    return is_calm;
  }

  int judge_all() {
    crowd_->halt();
    const bool is_answered =
        wait_for([this] { return crowd_->is_answered(); }, Crowd::bounds().detection);
    crowd_->stop();
    crowd_.reset();
    server_.reset();
    const Transcript& transcript = scribe_.transcript();
    const Judgement judgement =
        judge(transcript.events(), faults_, wanted_.clients, Crowd::bounds());
    const Tally& tally = judgement.tally;
    std::printf(
        "\n%zu faults, %zu connections lost, %zu attempts failed; noticed in %lld ms of "
        "%lld, back in %lld ms of %lld; %zu messages, %zu in doubt\n",
        faults_.size(), tally.lost_connections, tally.failed_attempts, ms(tally.noticed_max),
        ms(Crowd::bounds().detection), ms(tally.recovered_max), ms(Crowd::bounds().recovery),
        tally.sent, tally.in_doubt);
    for (const std::string& violation : judgement.violations) std::puts(violation.c_str());
    const bool is_good =
        judgement.violation_count == 0 && is_answered && !transcript.is_cut() && !has_grown();
    std::printf("%zu violations, seed %llu: %s\n", judgement.violation_count,
                static_cast<unsigned long long>(wanted_.seed), is_good ? "good" : "bad");
    return is_good ? 0 : 1;
  }

  static long long ms(Time time) { return time / 1ms; }

  /// The first rest is before any traffic, the second after a fault that everybody has noticed:
  /// whatever is bought once has been bought by then.
  bool has_grown() const {
    if (footprints_.size() < 3) return false;
    const Footprint& first = footprints_[1];
    const Footprint& last = footprints_.back();
    std::printf("at rest: %zu descriptors at first, %zu at last; %zu KiB, %zu KiB\n",
                first.descriptors, last.descriptors, first.bytes >> 10, last.bytes >> 10);
    // A buffer here and there may yet find its size; a leak an outage would be far above.
    const std::size_t settling = wanted_.clients << 10;
    return last.descriptors > first.descriptors || last.bytes > first.bytes + settling;
  }

  const Wanted wanted_;
  base::Rng rng_;
  Scribe scribe_;
  integration::Network network_;
  std::optional<EchoServer> server_;
  std::optional<Crowd> crowd_;
  std::vector<FaultRecord> faults_;
  std::vector<Footprint> footprints_;
};

/// A descriptor for each client and each connection of the server, twice: the dead stay a while.
bool has_room_for(std::size_t clients) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, clients * 4 + 200);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur >= clients * 4 + 200;
}

int run(const Wanted& wanted) {
  if (const auto reason = integration::why_no_namespaces()) {
    std::printf("skipped: %s\n", reason->c_str());
    return kCannotRun;
  }
  if (!has_room_for(wanted.clients)) {
    std::puts("skipped: too few descriptors are allowed");
    return kCannotRun;
  }
  // One arena, for the heap can only be asked about the first.
  ::mallopt(M_ARENA_MAX, 1);
  return Soak(wanted).run();
}

}  // namespace
}  // namespace heartwire::soak

int main(int count, char** words) {
  heartwire::soak::Wanted wanted;
  if (count > 1) wanted.length = std::chrono::seconds{std::atoi(words[1])};
  if (count > 2) wanted.seed = std::strtoull(words[2], nullptr, 10);
  if (count > 3) wanted.clients = std::strtoull(words[3], nullptr, 10);
  try {
    return heartwire::soak::run(wanted);
  } catch (const std::exception& error) {
    std::printf("soak: %s\n", error.what());
    return 1;
  }
}
