#include "tests/integration/network/network.hpp"

#include <stdexcept>
#include <string_view>

namespace heartwire::integration {
namespace {

// Segments stay as small as they are on a wire, so that one lost is one packet lost.
const std::string kNoOffload = " gso_max_segs 1 up\n";

std::string among(Ports clients, const char* field) {
  return std::string{"tcp "} + field + ' ' + std::to_string(clients.first) + '-' +
         std::to_string(clients.last) + ' ';
}

}  // namespace

Network::Network() {
  join_client();
  join_server();
  // Loose tracking would take up a connection that was forgotten in the middle, and translate it as
  // before. Packets of unknown connections are dropped, as NAT boxes do.
  router_.run(
      "echo 1 > /proc/sys/net/ipv4/ip_forward\n"
      "nft -f - <<END\n"
      "table ip lab {\n"
      "  chain faults {}\n"
      "  chain forward { type filter hook forward priority filter; jump faults\n"
      "                  ct state invalid drop; }\n"
      "  chain nat { type nat hook postrouting priority srcnat\n"
      "              ip saddr 10.0.0.0/16 snat to 198.18.0.1; }\n"
      "}\n"
      "END\n"
      "echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose\n");
}

void Network::join_client() {
  run_here("ip link set lo up\nip link add hwclient type veth peer name hwclient netns " +
           std::to_string(router_.pid()) +
           "\nip address add 10.0.0.2/16 dev hwclient\nip link set hwclient" + kNoOffload);
  router_.run("ip address add 10.0.0.1/16 dev hwclient\nip link set hwclient" + kNoOffload);
  run_here("ip route add default via 10.0.0.1");
}

/// The addresses that client and server speak to belong to no link, so that either link between
/// router and server can carry a connection that is there.
void Network::join_server() {
  router_.run("ip link add hwserver type veth peer name hwserver netns " +
              std::to_string(server_.pid()) +
              "\nip address add 198.18.0.1/32 dev lo"
              "\nip address add 198.18.1.1/30 dev hwserver\nip link set hwserver" +
              kNoOffload + "ip route add 198.18.0.2 via 198.18.1.2");
  server_.run(
      "ip address add 198.18.0.2/32 dev lo\nip address add 198.18.1.2/30 dev hwserver\n"
      "ip link set hwserver" +
      kNoOffload + "ip route add 198.18.0.1 via 198.18.1.1 src 198.18.0.2");
}

std::vector<std::string> Network::at_server(std::vector<std::string> command) const {
  return server_.inside(std::move(command));
}

void Network::filter(const std::string& rules) {
  router_.run("nft '" + rules + "'");
}

void Network::black_hole(Way way, Ports clients) {
  const std::string add = "add rule ip lab faults ";
  if (way != Way::down) filter(add + "iifname hwclient " + among(clients, "sport") + "drop");
  if (way != Way::up) filter(add + "oifname hwclient " + among(clients, "dport") + "drop");
}

void Network::remove_route() {
  run_here("ip route del default");
}

void Network::link_down() {
  run_here("ip link set hwclient down");
}

void Network::link_up_elsewhere() {
  ++host_;
  run_here("ip address flush dev hwclient\nip address add 10.0." + std::to_string(host_ / 250) +
           '.' + std::to_string(host_ % 250 + 1) +
           "/16 dev hwclient\nip link set hwclient up\nip route add default via 10.0.0.1");
}

void Network::delay(std::chrono::milliseconds mean, std::chrono::milliseconds spread, Order order) {
  if (!relay_) start_relay();
  tell_relay("delay " + std::to_string(mean.count()) + ' ' + std::to_string(spread.count()));
  tell_relay(order == Order::mixed ? "reorder on" : "reorder off");
  router_.run("ip route replace 198.18.0.2 dev hwrelay");
  server_.run("ip route replace 198.18.0.1 dev hwrelay src 198.18.0.2");
}

void Network::start_relay() {
  relay_.emplace(std::vector<std::string>{"/usr/bin/python3", HEARTWIRE_RELAY,
                                          std::to_string(router_.pid()),
                                          std::to_string(server_.pid())});
  if (!relay_->prints("ready")) throw std::runtime_error(relay_->transcript());
  // Bursts of a thousand clients wait there, rather than get lost.
  for (const NetNamespace* end : {&router_, &server_})
    end->run("ip link set hwrelay txqueuelen 20000 up");
}

void Network::tell_relay(const std::string& command) {
  const std::size_t told = relay_->count("done");
  relay_->tell(command);
  if (!relay_->prints("done", told + 1)) throw std::runtime_error(relay_->transcript());
}

void Network::lose(int percent) {
  filter("add rule ip lab faults numgen random mod 100 < " + std::to_string(percent) +
         " counter drop");
}

std::size_t Network::dropped_count() const {
  const std::string rules = router_.run("nft list chain ip lab faults");
  const std::string_view before = "counter packets ";
  const std::size_t at = rules.find(before);
  return at == std::string::npos ? 0 : std::stoul(rules.substr(at + before.size()));
}

void Network::throttle(int kbit) {
  for (const char* link : {"hwclient", "hwserver"})
    router_.run("tc qdisc replace dev " + std::string{link} + " root tbf rate " +
                std::to_string(kbit) + "kbit burst 2kb latency 1s");
}

void Network::reset(Ports clients) {
  filter("add rule ip lab faults iifname hwclient ct state established " + among(clients, "sport") +
         "reject with tcp reset");
}

void Network::forget_flows() {
  router_.run("conntrack --flush");
}

void Network::mend() {
  filter("flush chain ip lab faults");
  router_.run(
      "ip route replace 198.18.0.2 via 198.18.1.2\n"
      "for link in hwclient hwserver; do tc qdisc del dev $link root 2>/dev/null || true; done");
  server_.run("ip route replace 198.18.0.1 via 198.18.1.1 src 198.18.0.2");
  run_here(
      "ip link show dev hwclient up | grep -q . || exit 0\n"
      "ip route replace default via 10.0.0.1");
}

}  // namespace heartwire::integration
