#include "heartwire/net/fault_proxy.hpp"

#include "tests/unit/net/fault_test_sockets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;
using test::kDeadline;
using test::Listener;
using test::Peer;
using testing::HasSubstr;

FaultProxyOptions to(const Listener& listener) {
  FaultProxyOptions options;
  options.target = listener.address();
  return options;
}

bool has_accepted(const FaultProxy& proxy, std::uint64_t count) {
  return proxy.wait_until([&](const FaultStats& stats) { return stats.accepted == count; },
                          kDeadline);
}

TEST(FaultProxy, lets_the_system_choose_a_port_and_names_it) {
  Listener listener;
  FaultProxy proxy{to(listener)};
  EXPECT_EQ(proxy.port(), 0);

  const auto port = proxy.start();

  ASSERT_TRUE(port.is_ok());
  EXPECT_NE(*port, 0);
  EXPECT_EQ(proxy.port(), *port);
}

TEST(FaultProxy, says_which_address_is_at_fault) {
  Listener listener;
  const auto error = [&](std::string listen, std::string target) {
    FaultProxyOptions options;
    options.listen = std::move(listen);
    options.target = std::move(target);
    return FaultProxy{std::move(options)}.start().error();
  };

  EXPECT_THAT(error("nonsense", listener.address()), HasSubstr("\"nonsense\""));
  EXPECT_THAT(error("no.ip:80", listener.address()), HasSubstr("\"no.ip:80\""));
  EXPECT_THAT(error("127.0.0.1:0", ""), HasSubstr("\"\""));
  EXPECT_THAT(error("127.0.0.1:0", "host:0"), HasSubstr("\"host:0\""));
  EXPECT_THAT(error(listener.address(), listener.address()), HasSubstr(listener.address()));
}

TEST(FaultProxy, starts_once_and_not_after_stop) {
  Listener listener;
  FaultProxy proxy{to(listener)};
  proxy.start().value();

  EXPECT_THAT(proxy.start().error(), HasSubstr("before"));
  proxy.stop();
  proxy.stop();
  EXPECT_THAT(proxy.start().error(), HasSubstr("stopped"));
  EXPECT_THAT(proxy.accept().error(), HasSubstr("stopped"));
}

TEST(FaultProxy, stop_closes_connections_and_the_port) {
  Listener listener;
  FaultProxy proxy{to(listener)};
  Peer client = Peer::connect(proxy.start().value());
  Peer server = listener.accept();

  proxy.stop();

  EXPECT_EQ(client.receive(1), "<fin>");
  EXPECT_EQ(server.receive(1), "<fin>");
  EXPECT_FALSE(Peer::connect(proxy.port()).is_open());
}

TEST(FaultProxy, refuses_and_listens_again_on_the_same_port) {
  Listener listener;
  FaultProxy proxy{to(listener)};
  const std::uint16_t port = proxy.start().value();
  Peer client = Peer::connect(port);
  Peer server = listener.accept();

  ASSERT_TRUE(proxy.refuse().is_ok());
  EXPECT_FALSE(Peer::connect(port).is_open());
  client.send("open ones stay");
  EXPECT_EQ(server.receive(14), "open ones stay");
  EXPECT_EQ(proxy.port(), port);

  ASSERT_TRUE(proxy.accept().is_ok());
  Peer second = Peer::connect(port);
  ASSERT_TRUE(second.is_open());
  EXPECT_TRUE(listener.accept().is_open());
  EXPECT_EQ(proxy.accepted_count(), 2U);
}

TEST(FaultProxy, can_refuse_from_the_start_and_be_cleared) {
  Listener listener;
  FaultProxyOptions options = to(listener);
  options.rules.accept = FaultAccept::refuse;
  FaultProxy proxy{options};
  const std::uint16_t port = proxy.start().value();
  EXPECT_FALSE(Peer::connect(port).is_open());

  ASSERT_TRUE(proxy.clear().is_ok());

  EXPECT_TRUE(Peer::connect(port).is_open());
  EXPECT_EQ(proxy.rules(), FaultRules{});
}

TEST(FaultProxy, accepts_then_closes) {
  Listener listener;
  FaultProxy proxy{to(listener)};
  const std::uint16_t port = proxy.start().value();
  ASSERT_TRUE(proxy.accept_then_close().is_ok());

  Peer client = Peer::connect(port);

  EXPECT_EQ(client.receive(1), "<fin>");
  EXPECT_TRUE(listener.hears_nothing());
  EXPECT_EQ(proxy.accepted_count(), 1U);
  EXPECT_EQ(proxy.stats().open, 0U);
}

TEST(FaultProxy, swallows_new_connections_for_good_in_a_black_hole) {
  Listener listener;
  FaultProxy proxy{to(listener)};
  const std::uint16_t port = proxy.start().value();
  ASSERT_TRUE(proxy.black_hole_new().is_ok());
  Peer client = Peer::connect(port);
  client.send("hello?");
  EXPECT_TRUE(proxy.wait_until([](const FaultStats& stats) { return stats.bytes.dropped_up == 6; },
                               kDeadline));

  ASSERT_TRUE(proxy.accept().is_ok());

  EXPECT_TRUE(client.hears_nothing());
  EXPECT_TRUE(listener.hears_nothing());
  client.close();
  EXPECT_TRUE(proxy.wait_until([](const FaultStats& stats) { return stats.open == 0; }, kDeadline));
}

TEST(FaultProxy, lets_new_connections_hang_while_frozen) {
  Listener listener;
  FaultProxy proxy{to(listener)};
  const std::uint16_t port = proxy.start().value();
  proxy.freeze();
  Peer client = Peer::connect(port);
  ASSERT_TRUE(client.is_open());
  client.send("hello?");
  ASSERT_TRUE(has_accepted(proxy, 1));
  EXPECT_TRUE(listener.hears_nothing());
  EXPECT_TRUE(client.hears_nothing());

  proxy.thaw();

  EXPECT_EQ(listener.accept().receive(6), "hello?");
}

TEST(FaultProxy, sends_new_connections_to_another_target) {
  Listener first;
  Listener second;
  FaultProxy proxy{to(first)};
  const std::uint16_t port = proxy.start().value();
  Peer old_client = Peer::connect(port);
  Peer old_server = first.accept();

  ASSERT_TRUE(proxy.retarget(second.address()).is_ok());
  Peer client = Peer::connect(port);

  EXPECT_TRUE(second.accept().is_open());
  old_client.send("as before");
  EXPECT_EQ(old_server.receive(9), "as before");
  EXPECT_THAT(proxy.retarget("nowhere").error(), HasSubstr("\"nowhere\""));
  EXPECT_FALSE(proxy.retarget("host:0").is_ok());
}

TEST(FaultProxy, finds_a_target_by_name) {
  Listener listener;
  FaultProxyOptions options = to(listener);
  options.target = "localhost:" + std::to_string(listener.port());
  FaultProxy proxy{options};

  Peer client = Peer::connect(proxy.start().value());

  EXPECT_TRUE(listener.accept().is_open());
}

TEST(FaultProxy, resets_who_connects_to_a_dead_target) {
  Listener listener;
  FaultProxy proxy{to(listener)};
  const std::uint16_t port = proxy.start().value();
  listener.close();

  Peer client = Peer::connect(port);

  EXPECT_EQ(client.receive(1), "<rst>");
}

TEST(FaultProxy, resets_connections_beyond_its_limit) {
  Listener listener;
  FaultProxyOptions options = to(listener);
  options.connections_max = 1;
  FaultProxy proxy{options};
  const std::uint16_t port = proxy.start().value();
  Peer first = Peer::connect(port);
  Peer server = listener.accept();

  Peer second = Peer::connect(port);

  EXPECT_EQ(second.receive(1), "<rst>");
  first.send("unharmed");
  EXPECT_EQ(server.receive(8), "unharmed");
}

TEST(FaultProxy, notes_when_each_connection_was_accepted) {
  Listener listener;
  FaultProxy proxy{to(listener)};
  const std::uint16_t port = proxy.start().value();
  Peer first = Peer::connect(port);
  ASSERT_TRUE(has_accepted(proxy, 1));
  Peer second = Peer::connect(port);
  ASSERT_TRUE(has_accepted(proxy, 2));

  const auto connections = proxy.stats().connections;

  ASSERT_EQ(connections.size(), 2U);
  EXPECT_LT(connections[0].accepted_at, connections[1].accepted_at);
}

TEST(FaultProxy, tells_what_happens_and_takes_commands_while_it_tells) {
  Listener listener;
  std::vector<std::string> lines;
  std::promise<void> has_reset;
  FaultProxyOptions options = to(listener);
  FaultProxy* self = nullptr;
  options.on_event = [&](std::string_view line) {
    lines.emplace_back(line);
    if (line.find("accepted") != std::string_view::npos) self->reset();
    if (line == "reset") has_reset.set_value();
  };
  {
    FaultProxy proxy{options};
    self = &proxy;

    Peer client = Peer::connect(proxy.start().value());

    EXPECT_EQ(client.receive(1), "<rst>");
    ASSERT_EQ(has_reset.get_future().wait_for(kDeadline), std::future_status::ready);
  }
  ASSERT_GE(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr("connection 1: accepted from 127.0.0.1:"));
}

TEST(FaultProxy, takes_commands_from_many_threads_at_once) {
  Listener listener;
  FaultProxy proxy{to(listener)};
  const std::uint16_t port = proxy.start().value();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        Peer client = Peer::connect(port);
        proxy.freeze();
        if (client.is_open()) client.close_with_reset();
        proxy.reset();
        (void)proxy.refuse();
        proxy.cut();
        (void)proxy.clear();
        (void)proxy.stats();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  Peer client = Peer::connect(port);

  EXPECT_TRUE(client.is_open());
  EXPECT_EQ(proxy.rules(), FaultRules{});
}

}  // namespace
}  // namespace heartwire::net
