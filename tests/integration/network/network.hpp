#pragma once
// A small real network, and everything that can go wrong with one:
//
//   client 10.0.0.2 ── router, NAT with connection tracking ── server 198.18.0.2
//                          └───────── relay ────────────────┘   (once delay() asks for it)
//
// The client is the calling thread, and what it starts: it lives in a namespace of its own as long
// as the object does. Router and server have theirs. Nothing of it is seen from outside, so tests
// beside each other do not meet, and all of it ends with the process at the latest. Every method
// throws std::runtime_error with what a tool said if it failed, and is for the thread that made it.

#include "tests/integration/support/net_namespace.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heartwire::integration {

/// As the client sees it: `up` is to the server.
enum class Way : std::uint8_t { up, down, both };

/// Whether packets of one connection may overtake each other.
enum class Order : std::uint8_t { kept, mixed };

/// Source ports of connections, both included; all of them by default.
struct Ports {
  std::uint16_t first = 0;
  std::uint16_t last = 65535;
};

class Network {
 public:
  static constexpr const char* kServer = "198.18.0.2";

  /// Joins the three namespaces. why_no_namespaces() says beforehand whether it can.
  Network();

  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  /// `command`, to be run at the server.
  std::vector<std::string> at_server(std::vector<std::string> command) const;
  pid_t server_pid() const noexcept { return server_.pid(); }

  /// The router drops what goes this way, and tells nobody.
  void black_hole(Way way, Ports clients = {});
  /// The client has no route to anywhere.
  void remove_route();
  /// The client's interface goes down; and comes up with an address that it never had before.
  void link_down();
  void link_up_elsewhere();
  /// Each packet takes `mean`, give or take `spread`, in either direction.
  void delay(std::chrono::milliseconds mean, std::chrono::milliseconds spread,
             Order order = Order::kept);
  /// Of a hundred packets so many are lost, in either direction.
  void lose(int percent);
  /// How many packets lose() has lost.
  std::size_t dropped_count() const;
  /// No more a second, in either direction; a second's worth queues.
  void throttle(int kbit);
  /// The next packet of each connection to the server is answered with a forged reset. The server
  /// hears nothing of it.
  void reset(Ports clients = {});
  /// The router forgets all connections that it translates; what comes of them is dropped.
  void forget_flows();
  /// Ends all of these but a link that is down.
  void mend();

 private:
  void join_client();
  void join_server();
  void start_relay();
  void tell_relay(const std::string& command);
  void filter(const std::string& rules);

  NetNamespace router_;
  NetNamespace server_;
  NamespaceVisit client_;
  std::optional<Process> relay_;
  int host_ = 2;  ///< The client's number in its network.
};

}  // namespace heartwire::integration
