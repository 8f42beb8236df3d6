#include "heartwire/net/dialer.hpp"

#include "heartwire/net/outcome_text.hpp"
#include "tests/unit/net/test_loop.hpp"
#include "tests/unit/net/test_sockets.hpp"
#include "tests/unit/net/test_tls_pair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <utility>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;
using testing::BlackHole;
using testing::Certificates;
using testing::ClosedPort;
using testing::Fd;
using ::testing::HasSubstr;
using testing::TestLoop;

class DialerTest : public ::testing::Test {
 protected:
  DialerTest() : listener_(testing::listen_on_loopback(16, port_)) {}

  Dialer::Handler keep() {
    return [this](DialResult result) {
      EXPECT_FALSE(result_) << "one callback only";
      result_ = std::move(result);
    };
  }
  void dial(DialTarget target, DialOptions options = {}, std::optional<TlsContext> tls = {}) {
    dialer_->start(std::move(target), std::move(options), std::move(tls), keep());
    EXPECT_FALSE(result_) << "never inside start";
  }
  [[nodiscard]] bool wait() {
    return loop_.run_until([this] { return result_.has_value(); });
  }
  /// Runs until a lookup that began now has come back: the attempt's own would have, too.
  void let_everything_happen() {
    bool is_done = false;
    const Lookup lookup(loop_, "localhost", 1, [&](Addresses) { is_done = true; });
    EXPECT_TRUE(loop_.run_until([&] { return is_done; }));
    loop_.run_ready();
  }

  TestLoop loop_;
  std::uint16_t port_ = 0;
  Fd listener_;
  std::unique_ptr<Dialer> dialer_ = std::make_unique<Dialer>(loop_);
  std::optional<DialResult> result_;
};

TEST_F(DialerTest, reaches_a_name_and_an_address) {
  for (const char* const host : {"localhost", "127.0.0.1"}) {
    result_.reset();
    dial({.host = host, .port = port_});

    ASSERT_TRUE(wait());
    ASSERT_TRUE(result_->is_ok()) << result_->error();
    EXPECT_EQ(result_->value().remote_address(), testing::loopback(port_));
    EXPECT_EQ(result_->value().write_some(base::as_bytes("x")), IoResult::moved(1));
    EXPECT_FALSE(dialer_->is_running());
  }
}

TEST_F(DialerTest, says_that_it_was_refused_and_where) {
  const ClosedPort closed;
  dial({.host = "127.0.0.1", .port = closed.port()});

  ASSERT_TRUE(wait());
  EXPECT_EQ(result_->error(),
            (DialFailure{DialStage::connect, DialCause::refused,
                         "cannot connect to 127.0.0.1:" + std::to_string(closed.port()) +
                             ": connection refused"}));
}

TEST_F(DialerTest, says_that_a_name_does_not_exist) {
  dial({.host = "nonexistent.invalid", .port = 80});

  ASSERT_TRUE(wait());
  EXPECT_EQ(result_->error().stage, DialStage::resolve);
  EXPECT_EQ(result_->error().cause, DialCause::dns);
  EXPECT_THAT(result_->error().text, HasSubstr("cannot resolve nonexistent.invalid: "));
}

TEST_F(DialerTest, goes_on_to_the_next_address_after_a_refusal) {
  const ClosedPort closed;
  // A stagger that would never end: only the failure can bring the next one.
  dial({.host = "example.org",
        .port = 1,
        .addresses = {testing::loopback(closed.port()), testing::loopback(port_)}},
       {.connect_timeout = 24h, .stagger = 24h});

  ASSERT_TRUE(wait());
  ASSERT_TRUE(result_->is_ok()) << result_->error();
  EXPECT_EQ(result_->value().remote_address(), testing::loopback(port_));
}

TEST_F(DialerTest, overtakes_an_address_that_does_not_answer) {
  const BlackHole hole;
  dial({.host = "example.org",
        .port = 1,
        .addresses = {testing::loopback(hole.port()), testing::loopback(port_)}},
       {.connect_timeout = 24h, .stagger = 10ms});

  ASSERT_TRUE(wait());
  ASSERT_TRUE(result_->is_ok()) << result_->error();
  EXPECT_EQ(result_->value().remote_address(), testing::loopback(port_));
}

TEST_F(DialerTest, tells_the_failure_of_the_first_address_when_all_have_failed) {
  const ClosedPort closed;
  dial({.host = "example.org",
        .port = 80,
        .addresses = {testing::loopback(closed.port()), *Address::parse("255.255.255.255", 80)}});

  ASSERT_TRUE(wait());
  EXPECT_EQ(result_->error().text, "cannot connect to example.org:80: connection refused");
}

TEST_F(DialerTest, tries_no_more_addresses_than_it_may) {
  const ClosedPort closed;
  dial({.host = "example.org",
        .port = 80,
        .addresses = {testing::loopback(closed.port()), testing::loopback(port_)}},
       {.addresses_max = 1});

  ASSERT_TRUE(wait());
  EXPECT_FALSE(result_->is_ok());
}

TEST_F(DialerTest, gives_up_on_silence_after_the_timeout_of_the_stage) {
  const BlackHole hole;
  dial({.host = "127.0.0.1", .port = hole.port()}, {.connect_timeout = 20ms});

  ASSERT_TRUE(wait());
  EXPECT_EQ(result_->error().stage, DialStage::connect);
  EXPECT_EQ(result_->error().cause, DialCause::timeout);
  EXPECT_THAT(result_->error().text, HasSubstr("no answer in time"));
}

TEST_F(DialerTest, gives_up_on_a_peer_that_does_not_begin_tls) {
  dial({.host = "localhost", .port = port_}, {.tls_timeout = 20ms}, testing::client_context({}));

  ASSERT_TRUE(wait());
  EXPECT_EQ(result_->error().stage, DialStage::tls);
  EXPECT_EQ(result_->error().cause, DialCause::timeout);
}

TEST_F(DialerTest, aborted_at_any_stage_says_nothing_more) {
  const BlackHole hole;
  const auto witness = std::make_shared<int>(0);
  const auto fail = [witness](DialResult) { FAIL(); };

  dialer_->start({.host = "localhost", .port = port_}, {}, {}, fail);
  dialer_->abort();
  dialer_->start({.host = "127.0.0.1", .port = hole.port()}, {}, {}, fail);
  loop_.run_ready();
  dialer_->abort();
  dialer_->start({.host = "127.0.0.1", .port = port_}, {}, testing::client_context({}), fail);
  loop_.run_ready();
  const Fd accepted(::accept(listener_.get(), nullptr, nullptr));
  loop_.run_ready();
  dialer_->abort();
  EXPECT_EQ(witness.use_count(), 2) << "only the test's own is left";
  EXPECT_FALSE(dialer_->is_running());

  let_everything_happen();
}

std::ptrdiff_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return std::distance(begin(all), end(all));
}

TEST_F(DialerTest, leaves_no_socket_behind_when_it_ends) {
  const BlackHole hole;
  const auto target = [&] {
    return DialTarget{.host = "example.org",
                      .port = 1,
                      .addresses = {testing::loopback(hole.port()), testing::loopback(port_)}};
  };
  const std::ptrdiff_t before = open_descriptors();

  dial(target(), {.connect_timeout = 20ms, .stagger = 24h});
  ASSERT_TRUE(wait());
  EXPECT_FALSE(result_->is_ok());
  EXPECT_EQ(open_descriptors(), before) << "after a timeout";

  dialer_->start(target(), {.stagger = 24h}, {}, [](DialResult) { FAIL(); });
  loop_.run_ready();
  EXPECT_EQ(open_descriptors(), before + 1) << "under way";
  dialer_->abort();
  EXPECT_EQ(open_descriptors(), before) << "after abort";

  result_.reset();
  dial(target(), {.stagger = 5ms});
  ASSERT_TRUE(wait());
  EXPECT_EQ(open_descriptors(), before + 1) << "the winner's alone";
}

TEST_F(DialerTest, started_again_forgets_the_attempt_before) {
  const BlackHole hole;
  dialer_->start({.host = "127.0.0.1", .port = hole.port()}, {}, {}, [](DialResult) { FAIL(); });
  loop_.run_ready();

  dial({.host = "127.0.0.1", .port = port_});

  ASSERT_TRUE(wait());
  EXPECT_TRUE(result_->is_ok());
}

TEST_F(DialerTest, may_be_destroyed_by_its_own_callback) {
  bool is_done = false;
  dialer_->start({.host = "127.0.0.1", .port = port_}, {}, {}, [&](DialResult) {
    dialer_.reset();
    is_done = true;
  });

  EXPECT_TRUE(loop_.run_until([&] { return is_done; }));
}

TEST_F(DialerTest, may_start_again_in_its_own_callback) {
  const ClosedPort closed;
  dialer_->start({.host = "127.0.0.1", .port = closed.port()}, {}, {},
                 [&](DialResult) { dial({.host = "127.0.0.1", .port = port_}); });

  ASSERT_TRUE(wait());
  EXPECT_TRUE(result_->is_ok());
}

TEST_F(DialerTest, waits_for_its_turn_in_a_budget) {
  const BlackHole hole;
  DialBudget budget(1);
  Dialer first(loop_);
  first.start({.host = "127.0.0.1", .port = hole.port()}, {.budget = &budget}, {},
              [](DialResult) { FAIL(); });
  dial({.host = "127.0.0.1", .port = port_}, {.budget = &budget});
  let_everything_happen();
  EXPECT_FALSE(result_);

  first.abort();

  ASSERT_TRUE(wait());
  EXPECT_TRUE(result_->is_ok());
  EXPECT_EQ(budget.active_count(), 0U);
}

/// A server that takes one connection and speaks TLS on it.
class DialerTls : public DialerTest {
 protected:
  void serve(const testing::Identity& identity) {
    server_tls_ = testing::server_context(identity);
    const int fd = ::accept(listener_.get(), nullptr, nullptr);
    testing::set_non_blocking(fd);
    server_ = Stream(loop_, fd);
    server_.async_tls_handshake(*server_tls_, "",
                                [this](std::optional<TlsFailure>) { is_served_ = true; });
  }
  void dial_tls(const std::string& host, const TlsOptions& options) {
    dial({.host = host, .port = port_, .addresses = {testing::loopback(port_)}}, {},
         testing::client_context(options));
    loop_.run_ready();
  }

  Certificates certificates_;
  std::optional<TlsContext> server_tls_;
  Stream server_;
  bool is_served_ = false;
};

TEST_F(DialerTls, gives_a_stream_whose_handshake_is_done) {
  dial_tls("example.org", {.ca_file = certificates_.ca_file()});
  serve(certificates_.issue({.name = "example.org"}));

  ASSERT_TRUE(wait());
  ASSERT_TRUE(result_->is_ok()) << result_->error();
  EXPECT_TRUE(result_->value().is_secure());
  EXPECT_EQ(result_->value().tls_info()->version, "TLSv1.3");
}

TEST_F(DialerTls, tells_a_bad_certificate_from_a_bad_handshake) {
  dial_tls("example.org", {.ca_file = certificates_.ca_file()});
  serve(certificates_.issue({.name = "example.com"}));

  ASSERT_TRUE(wait());
  EXPECT_EQ(result_->error(),
            (DialFailure{DialStage::tls, DialCause::tls_certificate,
                         "cannot connect to example.org:" + std::to_string(port_) +
                             ": the certificate is for example.com, not for example.org"}));
}

TEST_F(DialerTls, tells_a_peer_without_tls) {
  dial_tls("localhost", {});
  const Fd server(::accept(listener_.get(), nullptr, nullptr));
  testing::send_all(server, "HTTP/1.1 400 Bad Request\r\n\r\n");

  ASSERT_TRUE(wait());
  EXPECT_EQ(result_->error().cause, DialCause::tls);
  EXPECT_THAT(result_->error().text, HasSubstr("TLS: the peer does not speak TLS"));
}

}  // namespace
}  // namespace heartwire::net
