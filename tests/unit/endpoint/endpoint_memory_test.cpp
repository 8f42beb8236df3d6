// What endpoints hold and allocate: an idle one holds no buffer, and a heartbeat costs no
// allocation.

#include "heartwire/endpoint/client_endpoint.hpp"
#include "heartwire/endpoint/server_endpoint.hpp"
#include "tests/unit/endpoint/allocations.hpp"
#include "tests/unit/endpoint/wire.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <utility>

namespace heartwire::endpoint {
namespace {

using namespace std::chrono_literals;
using base::Role;

/// Longer than what a std::string holds in itself.
constexpr const char* kJson = R"({"type":"ping","traderid":10260,"why":"to see who is there"})";

core::DialectPtr long_json() {
  core::dialect::JsonOptions options;
  options.probe_json = kJson;
  return core::dialect::json(options);
}

/// A client and a server whose bytes go straight to each other, with no buffer that grows.
class Exchange {
 public:
  explicit Exchange(core::DialectPtr dialect) {
    client_options_.lifecycle.dialect = dialect;
    client_options_.lifecycle.heartbeat.interval = 10s;
    server_options_.dialects = core::DialectSet::make({std::move(dialect)}).value();
    server_options_.heartbeat.interval = 7s;
    wire_.reserve(4096);
    to_client_.output.reserve(4096);
    to_server_.output.reserve(4096);
    to_client_.text.reserve(256);
    to_server_.text.reserve(256);
  }

  void open() {
    client_.emplace(client_options_, 3);
    tell_client(core::lifecycle_event::Start{});
    tell_client(client_event::Connected{
        1, ClientHandshake::make(*ws::parse_url("ws://a.example/"), {}, {}).value()});
    base::Bytes head = test::to_bytes(test::accepting_head());
    tell_client(client_event::Received{1, head});
    server_.emplace(server_options_, now_, 4, std::uint8_t{0});
    client_wire_.clear();
  }

  void pass(base::Duration time) {
    const base::Instant end = now_ + time;
    while (now_ < end) {
      now_ = std::min({end, client_->deadline().value_or(end), server_->deadline().value_or(end)});
      tell_client(client_event::Tick{});
      tell_server(server_event::Tick{});
      for (int i = 0; i < 3; ++i) carry();
    }
  }

  void send_both_ways(std::size_t size) {
    const std::string payload(size, 'x');
    static_cast<void>(client_->send(now_, {base::MessageType::binary, payload}, {}));
    run_client();
    static_cast<void>(server_->send({base::MessageType::binary, payload}, to_server_));
    run_server();
    carry();
  }

  bool is_open() const {
    return client_->lifecycle().state() == core::State::open && server_->is_open();
  }
  std::size_t round_trips = 0;

 private:
  void tell_client(const ClientEvent& event) {
    client_->handle(now_, event, to_client_);
    run_client();
  }
  void tell_server(const ServerEvent& event) {
    server_->handle(now_, event, to_server_);
    run_server();
  }

  void run_client() {
    do {
      while (const auto action = client_->poll(now_, to_client_)) {
        round_trips += std::holds_alternative<core::lifecycle_action::NotifyHeartbeat>(*action);
        if (std::holds_alternative<client_action::AskGreeting>(*action))
          client_->handle(now_, client_event::Greeting{1, {}}, to_client_);
      }
    } while (write(to_client_, client_wire_, [this](std::size_t count) {
      client_->handle(now_, client_event::Written{1, count}, to_client_);
    }));
  }
  void run_server() {
    do {
      while (const auto action = server_->poll(now_, to_server_))
        round_trips += std::holds_alternative<server_action::NotifyHeartbeat>(*action);
    } while (write(to_server_, server_wire_, [this](std::size_t count) {
      server_->handle(now_, server_event::Written{count}, to_server_);
    }));
  }

  template <typename Report>
  static bool write(Workspace& from, base::Bytes& wire, Report report) {
    const std::size_t count = from.output.size();
    wire.insert(wire.end(), from.output.begin(), from.output.end());
    from.output.clear();
    if (count > 0) report(count);
    return count > 0;
  }

  void carry() {
    if (!client_wire_.empty()) {
      wire_.swap(client_wire_);
      tell_server(server_event::Received{wire_});
      wire_.clear();
    }
    if (!server_wire_.empty()) {
      wire_.swap(server_wire_);
      tell_client(client_event::Received{1, wire_});
      wire_.clear();
    }
  }

  ClientEndpointOptions client_options_;
  ServerEndpointOptions server_options_;
  test::SeededMaskKeys masks_;
  Workspace to_client_{masks_};
  Workspace to_server_{masks_};
  base::Bytes wire_;
  base::Bytes client_wire_;
  base::Bytes server_wire_;
  base::Instant now_ = base::instant(77h);
  std::optional<ClientEndpoint> client_;
  std::optional<ServerEndpoint> server_;
};

const core::DialectPtr* all_dialects(std::size_t& count) {
  static const core::DialectPtr dialects[] = {core::dialect::protocol(),
                                              core::dialect::text("ping", "pong"),
                                              core::dialect::graphql_transport_ws(), long_json()};
  count = std::size(dialects);
  return dialects;
}

TEST(EndpointMemory, a_heartbeat_allocates_nothing_in_either_role) {
  std::size_t count = 0;
  const core::DialectPtr* dialects = all_dialects(count);
  for (std::size_t i = 0; i < count; ++i) {
    Exchange exchange(dialects[i]);
    exchange.open();
    exchange.pass(2min);
    const std::size_t before = test::allocation_count();
    const std::size_t answered = exchange.round_trips;

    exchange.pass(1h);

    EXPECT_EQ(test::allocation_count(), before) << dialects[i]->name();
    EXPECT_GT(exchange.round_trips, answered + 300) << dialects[i]->name();
    EXPECT_TRUE(exchange.is_open());
  }
}

TEST(EndpointMemory, endpoints_keep_to_their_budgets) {
  EXPECT_LE(sizeof(core::Lifecycle), 808u);
  EXPECT_LE(sizeof(ClientEndpoint), 1080u);
  EXPECT_LE(sizeof(ServerEndpoint), kServerEndpointBytesMax);
}

TEST(EndpointMemory, an_idle_server_endpoint_holds_nothing) {
  ServerEndpointOptions options;
  test::SeededMaskKeys masks;
  Workspace workspace(masks);
  workspace.output.reserve(4096);
  base::Bytes bytes =
      test::encode(Role::client, {test::text("whole"), test::Frame{ws::Opcode::text, "a", false},
                                  test::Frame{ws::Opcode::continuation, "b"}, test::ping("x")});
  const base::Instant now = base::instant(5h);
  const std::size_t before = test::live_block_count();

  ServerEndpoint endpoint(options, now, 1, core::DialectSet::kUndecided);
  EXPECT_EQ(test::live_block_count(), before);
  // Cut in the middle of a message, so that it has to keep a part.
  for (const base::MutableByteView part :
       {base::MutableByteView{bytes}.first(14), base::MutableByteView{bytes}.subspan(14)}) {
    endpoint.handle(now, server_event::Received{part}, workspace);
    while (endpoint.poll(now, workspace)) {
    }
  }

  EXPECT_FALSE(workspace.output.empty());
  EXPECT_EQ(test::live_block_count(), before);
}

TEST(EndpointMemory, traffic_leaves_no_more_than_a_little_room_behind) {
  Exchange exchange(core::dialect::protocol());
  exchange.open();
  exchange.send_both_ways(200'000);
  const std::size_t before = test::live_block_count();
  for (int i = 0; i < 1000; ++i) exchange.send_both_ways(i % 10 == 0 ? 100'000 : 10);
  exchange.pass(1min);

  EXPECT_LE(test::live_block_count(), before + 2);
  EXPECT_TRUE(exchange.is_open());
}

}  // namespace
}  // namespace heartwire::endpoint
