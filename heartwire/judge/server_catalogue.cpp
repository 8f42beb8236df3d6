#include "heartwire/judge/server_catalogue.hpp"

#include "heartwire/judge/server_drain_case.hpp"
#include "heartwire/judge/server_probe_case.hpp"
#include "heartwire/judge/server_silence_case.hpp"

#include <chrono>

namespace heartwire::judge {
namespace {

using std::chrono::seconds;

template <typename Made>
std::unique_ptr<ServerCase> make(double time_scale) {
  return std::make_unique<Made>(time_scale);
}
template <Probe kProbe>
std::unique_ptr<ServerCase> make_probe(double time_scale) {
  return std::make_unique<ServerProbeCase>(time_scale, kProbe);
}

constexpr ServerCaseInfo kCases[] = {
    {"answers-ping", "A client sends a ping", "Heartbeats of every client rest on this.",
     seconds{40}, false, make_probe<Probe::ping>},
    {"answers-text", "A client sends the text ping, as pages do, which cannot send real pings",
     "A browser's heartbeat is a message.", seconds{40}, false, make_probe<Probe::text>},
    {"closes", "A client sends Close 1000",
     "A closing that hangs keeps both sides' sockets, and looks like a loss.", seconds{40}, false,
     make_probe<Probe::close>},
    {"half-open", "50 clients stop reading, one goes on asking",
     "The dead must not take the living with them.", seconds{155}, false, make<ServerHalfOpenCase>},
    {"reaps-silent", "A client reads and says nothing, not even a pong",
     "Whoever is never reaped is counted as present, and costs memory, for ever.", seconds{270},
     false, make<ServerReapCase>},
    {"drains", "20 clients are there when the server is shut down in good order",
     "Clients that are dropped without a word, or all at once, come back all at once.",
     seconds{150}, true, make<ServerDrainCase>},
};

}  // namespace

std::span<const ServerCaseInfo> server_catalogue() noexcept {
  return kCases;
}

}  // namespace heartwire::judge
