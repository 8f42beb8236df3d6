// Through nginx, which ends a connection that is silent for 2 s (proxy_read_timeout 2s).

#include "tests/integration/support/folder.hpp"
#include "tests/integration/support/live_test.hpp"
#include "tests/unit/net/test_sockets.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <netinet/in.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>

namespace heartwire::integration {
namespace {

/// A port that nobody else is given, for somebody who binds it with SO_REUSEPORT.
class ReservedPort {
 public:
  ReservedPort() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int yes = 1;
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes));
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd_.get(), generic, size) != 0 || ::getsockname(fd_.get(), generic, &size) != 0)
      throw std::runtime_error("cannot bind a port");
    port_ = ntohs(address.sin_port);
  }

  std::uint16_t port() const { return port_; }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  net::testing::Fd fd_;
  std::uint16_t port_ = 0;
};

/// nginx as a process of its own.
class Nginx {
 public:
  explicit Nginx(std::uint16_t target) {
    std::string text = replaced(peer_file("nginx.conf"), "HEARTWIRE_FOLDER", folder_.path());
    text = replaced(text, "HEARTWIRE_LISTEN", "127.0.0.1:" + std::to_string(port()));
    text = replaced(text, "HEARTWIRE_TARGET", "127.0.0.1:" + std::to_string(target));
    const std::string config = folder_.write("nginx.conf", text);
    process_ = std::make_unique<Process>(std::vector<std::string>{
        "/usr/sbin/nginx", "-p", folder_.path(), "-c", config, "-e", error_log()});
  }

  std::uint16_t port() const { return port_.port(); }
  bool is_up() const {
    return becomes_true([this] { return net::testing::is_listened_on(port()); });
  }

  std::string log() const {
    std::ostringstream text;
    text << process_->transcript() << std::ifstream(error_log()).rdbuf();
    return text.str();
  }

 private:
  std::string error_log() const { return folder_.path() + "/error.log"; }

  Folder folder_;
  ReservedPort port_;
  std::unique_ptr<Process> process_;
};

class ThroughNginx : public LiveTest {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/sbin/nginx")) GTEST_SKIP() << "no nginx";
    server = &start(python_peer("echo_server.py"));
    nginx.emplace(server->port());
    ASSERT_TRUE(nginx->is_up()) << nginx->log();
  }

  void TearDown() override {
    if (HasFailure() && nginx) std::cerr << nginx->log();
    LiveTest::TearDown();
  }

  Process* server = nullptr;
  std::optional<Nginx> nginx;
};

TEST_F(ThroughNginx, quiet_connection_lives_for_half_a_minute_with_heartbeats) {
  auto wanted = options(url_of(nginx->port()));
  wanted.heartbeat = {.interval = 1s, .timeout = 5s};
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::open));

  EXPECT_TRUE(witness.never_more(0, Seen::close, 30s));

  ASSERT_TRUE(client.send("still here"));
  ASSERT_TRUE(witness.hears("still here"));
  EXPECT_EQ(witness.count(Seen::open), 1u);
  EXPECT_GE(witness.count(Seen::heartbeat), 15u);
}

TEST_F(ThroughNginx, quiet_connection_is_seen_to_die_without_and_is_back) {
  client::Client client(options(url_of(nginx->port())));
  client.start();
  ASSERT_TRUE(witness.sees(Seen::open));

  ASSERT_TRUE(witness.sees(Seen::close));
  const Sight death = witness.first(Seen::close);
  EXPECT_EQ(death.close.cause, core::Cause::lost) << death.text;
  EXPECT_GE(death.at - witness.first(Seen::open).at, 1900ms) << "nginx's patience";
  ASSERT_TRUE(witness.sees(Seen::open, 2));
  ASSERT_TRUE(client.send("back again"));
  ASSERT_TRUE(witness.hears("back again"));
}

// 502 is how nginx says that the server behind it is down: passing, so retried.
TEST_F(ThroughNginx, server_that_restarts_is_waited_for) {
  const std::uint16_t port = server->port();
  auto wanted = options(url_of(nginx->port()));
  wanted.heartbeat = {.interval = 1s, .timeout = 5s};
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::open));

  server->kill();
  ASSERT_TRUE(witness.sees(Seen::attempt_failed, 2));
  EXPECT_EQ(witness.last(Seen::attempt_failed).close.cause, core::Cause::http_status);
  EXPECT_EQ(witness.last(Seen::attempt_failed).close.code, 502);
  start(python_peer("echo_server.py", {"--port", std::to_string(port)}));

  ASSERT_TRUE(witness.sees(Seen::open, 2));
}

}  // namespace
}  // namespace heartwire::integration
