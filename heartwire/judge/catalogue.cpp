#include "heartwire/judge/catalogue.hpp"

#include "heartwire/judge/bulk_case.hpp"
#include "heartwire/judge/crowd_case.hpp"
#include "heartwire/judge/greeting_case.hpp"
#include "heartwire/judge/hammer_case.hpp"
#include "heartwire/judge/handshake_case.hpp"
#include "heartwire/judge/ping_case.hpp"
#include "heartwire/judge/return_case.hpp"
#include "heartwire/judge/silence_case.hpp"
#include "heartwire/judge/stale_case.hpp"

#include <chrono>

namespace heartwire::judge {
namespace {

using std::chrono::seconds;

template <typename Made>
std::unique_ptr<Case> make(CaseSettings settings) {
  return std::make_unique<Made>(settings);
}
template <Turning kTurning>
std::unique_ptr<Case> make_hammer(CaseSettings settings) {
  return std::make_unique<HammerCase>(settings, kTurning);
}
template <Parting kParting>
std::unique_ptr<Case> make_return(CaseSettings settings) {
  return std::make_unique<ReturnCase>(settings, kParting);
}
std::unique_ptr<Case> make_silent_peer(CaseSettings settings) {
  return std::make_unique<SilenceCase>(settings, SilenceRules{});
}
std::unique_ptr<Case> make_silent_busy(CaseSettings settings) {
  return std::make_unique<SilenceCase>(settings, SilenceRules{seconds{5}, 5});
}
std::unique_ptr<Case> make_half_open(CaseSettings settings) {
  return std::make_unique<SilenceCase>(settings, SilenceRules{seconds{40}, 0});
}

constexpr CaseInfo kCases[] = {
    {"silent-peer", "The server accepts and never says anything, nor ends anything",
     "send heartbeats, or expect the server's",
     "A dead server sends no error: only a missing answer tells.", seconds{180}, 1, false,
     make_silent_peer},
    {"silent-busy", "The server falls silent while the client keeps sending",
     "send a message each second, each another text",
     "Own sends are no sign of life; a client that restarts its timer on them never notices.",
     seconds{185}, 1, false, make_silent_busy},
    {"half-open", "After 40 s of good service the path forgets the connection without a word",
     "send heartbeats, or expect the server's",
     "NATs and proxies drop idle connections on one side only.", seconds{220}, 1, false,
     make_half_open},
    {"storm", "The server accepts and ends each connection at once, for 30 s", "reconnect",
     "A failing server that is called ever faster never recovers.", seconds{30}, 3, false,
     make_hammer<Turning::accept_then_end>},
    {"refused", "The connection is reset, and nobody listens for 20 s", "reconnect",
     "An outage must end for the user soon after it ends for the server.", seconds{115}, 1, true,
     make_return<Parting::refused>},
    {"server-restart", "Close 1001, and nobody listens for 3 s", "reconnect",
     "Every deployment does this.", seconds{70}, 1, true, make_return<Parting::server_restart>},
    {"unauthorized", "Each upgrade request is answered with 401, for 60 s", "",
     "Credentials do not get better by repetition, and accounts get locked.", seconds{60}, 1, false,
     make_hammer<Turning::unauthorized>},
    {"retry-after-seconds", "503 with Retry-After: 10", "reconnect",
     "An overloaded server says when it will have room; who comes sooner keeps it overloaded.",
     seconds{90}, 1, false, make_return<Parting::retry_after_seconds>},
    {"retry-after-date", "503 with Retry-After as a date, in 10 s", "reconnect",
     "RFC 9110 allows both forms, and servers use both.", seconds{90}, 1, false,
     make_return<Parting::retry_after_date>},
    {"close-1012", "Close 1012, service restart", "reconnect",
     "The registry asks for a random delay of 5 to 30 s, so that a restarted server is not run "
     "over.",
     seconds{115}, 3, false, make_return<Parting::service_restart>},
    {"close-1013", "Close 1013, try again later", "reconnect",
     "The server is overloaded: to come back at once makes it worse.", seconds{145}, 1, false,
     make_return<Parting::try_again_later>},
    {"close-1008", "Each connection is closed with 1008, policy violation, for 60 s", "",
     "The server has refused for good; to go on costs both sides and helps nobody.", seconds{60}, 1,
     false, make_hammer<Turning::policy_violation>},
    {"close-4000", "Each connection is closed with 4000, the application's own, for 60 s", "",
     "The library cannot know what 4000 means; to stay away and to come back slowly are both "
     "right.",
     seconds{60}, 1, false, make_hammer<Turning::application_closed>},
    {"slow-handshake", "The first upgrade request is never answered, the second after 3 s", "",
     "TCP connects to a server that hangs; only a limit on the handshake gets away from it.",
     seconds{185}, 1, false, make<HandshakeCase>},
    {"slow-bulk", "One message of 480 KiB arrives over 60 s; pings are answered behind it",
     "send heartbeats, often", "A slow line is not a dead one: arriving bytes are signs of life.",
     seconds{120}, 1, false, make<BulkCase>},
    {"busy-pings", "200 messages of 1 KiB and a ping each second, ten times", "",
     "Servers reap clients whose answers come late, and they come late under load.", seconds{25}, 1,
     false, make<BusyPingCase>},
    {"ping-flood", "10 001 pings at once", "",
     "A client must bear what a broken or hostile server sends.", seconds{40}, 1, false,
     make<PingFloodCase>},
    {"stale-socket", "Close 1001, and the transport is never ended", "reconnect",
     "What an old socket reports late must not delay or end the connection that replaced it.",
     seconds{95}, 1, false, make<StaleCase>},
    {"greeting", "The connection is reset after the client's first message",
     "send a message as soon as it opens; reconnect",
     "After a return the server knows nothing: who does not subscribe again hears nothing.",
     seconds{70}, 1, false, make<GreetingCase>},
    {"crowd", "All clients lose their connections at once", "come fifty together; reconnect",
     "What fifty do in step, fifty thousand do in step.", seconds{155}, 50, false, make<CrowdCase>},
};

}  // namespace

std::span<const CaseInfo> catalogue() noexcept {
  return kCases;
}

}  // namespace heartwire::judge
