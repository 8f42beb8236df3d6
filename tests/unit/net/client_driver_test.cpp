#include "heartwire/net/client_driver.hpp"

#include "heartwire/ws/message_writer.hpp"
#include "tests/support/event_log.hpp"
#include "tests/support/ws_peer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;
using support::EventLog;
using support::WsListener;
using support::WsPeer;
using ::testing::ElementsAre;

namespace wish = core::lifecycle_event;

/// Tells a log; on the loop's thread, as the driver promises.
class LoggingObserver final : public ClientObserver {
 public:
  LoggingObserver(Loop& loop, std::string url) : loop_(loop), url_(std::move(url)) {}

  bool is_wanted() override { return true; }
  base::Result<ClientTarget, std::string> make_target(std::uint32_t attempt,
                                                      std::uint32_t) override {
    add("target " + std::to_string(attempt));
    auto url = ws::parse_url(url_);
    if (!url) return base::Failure{url.error().text};
    return ClientTarget{std::move(url).value(), {{"X-Test", "yes"}}, nullptr};
  }
  std::vector<core::Message> make_greeting() override { return {}; }
  void on_open(const core::lifecycle_action::NotifyOpen& open,
               const ClientTransport& transport) override {
    add("open " + std::to_string(open.generation) + " " + transport.url);
  }
  void on_message(core::MessageView message) override {
    add("message " + std::string{message.payload.substr(0, 20)} + " " +
        std::to_string(message.payload.size()));
  }
  void on_end(const core::lifecycle_action::NotifyEnd&, const core::Outcome& outcome) override {
    add("end " + std::string{name(outcome.cause)} + " " + std::to_string(outcome.code));
  }
  void on_retry(const core::lifecycle_action::NotifyRetry&) override { add("retry"); }
  void on_gave_up(const core::lifecycle_action::NotifyGaveUp&) override { add("gave up"); }
  void on_suspect(base::Duration) override { add("suspect"); }
  void on_cleared(base::Duration) override { add("cleared"); }
  void on_heartbeat(base::Duration round_trip, const core::RoundTrip& estimate) override {
    EXPECT_EQ(estimate.last(), round_trip);
    add("heartbeat");
  }
  void on_expired(core::MessageId) override { add("expired"); }
  void on_writable() override { add("writable"); }

  EventLog log;
  std::function<void(const std::string&)> also;

 private:
  void add(std::string event) {
    EXPECT_TRUE(loop_.is_current_thread());
    log.add(event);
    if (also) also(event);
  }

  Loop& loop_;
  std::string url_;
};

class ClientDriver : public ::testing::Test {
 protected:
  void SetUp() override {
    options.endpoint.lifecycle.reconnect.backoff = core::BackoffOptions::constant(20ms);
  }
  ~ClientDriver() override {
    if (driver) driver->stop();
  }

  void make(const std::string& url) {
    observer = std::make_shared<LoggingObserver>(loop, url);
    driver = std::make_shared<net::ClientDriver>(
        loop, observer, std::make_shared<const ClientDriverOptions>(options));
  }
  void open() {
    if (!driver) make(listener.url());
    driver->wish(wish::Start{});
    peer = listener.accept_open();
    ASSERT_TRUE(observer->log.wait_for("open"));
  }

  WsListener listener;
  WsPeer peer{-1};
  ClientDriverOptions options;
  Loop loop;
  std::shared_ptr<LoggingObserver> observer;
  std::shared_ptr<net::ClientDriver> driver;
};

TEST_F(ClientDriver, dials_what_it_is_told_to) {
  make(listener.url("/path"));
  driver->wish(wish::Start{});
  peer = listener.accept();
  const auto request = peer.read_request();
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/path");
  EXPECT_THAT(request->headers, ::testing::Contains(ws::Field{"X-Test", "yes"}));
}

TEST_F(ClientDriver, takes_a_target_that_cannot_be_made_for_a_failed_attempt) {
  make("no url");
  driver->wish(wish::Start{});
  EXPECT_TRUE(observer->log.wait_for("end request", 2));
}

TEST_F(ClientDriver, obeys_wishes_in_order) {
  make(listener.url());
  // Posted together, so that the first attempt has not come far when it is given up.
  loop.post([this] {
    driver->wish(wish::Start{});
    driver->wish(wish::Close{});
    driver->wish(wish::Start{});
  });
  peer = listener.accept();
  while (!peer.open()) peer = listener.accept();
  EXPECT_TRUE(observer->log.wait_for("open"));
  EXPECT_EQ(observer->log.count("end user"), 1u);
}

TEST_F(ClientDriver, delivers_many_messages_of_one_read_and_long_ones_of_many) {
  open();
  for (int i = 0; i < 100; ++i) peer.send("small");
  peer.send(std::string(3'000'000, 'x'));
  peer.send("last");
  EXPECT_TRUE(observer->log.wait_for("message last"));
  EXPECT_EQ(observer->log.count("message small 5"), 100u);
  EXPECT_EQ(observer->log.count("message xxxxxxxxxxxxxxxxxxxx 3000000"), 1u);
}

TEST_F(ClientDriver, tells_a_peer_that_breaks_the_protocol_why_it_goes) {
  open();
  const std::uint8_t reserved[] = {0x83, 0x00};
  peer.send_raw(reserved);
  EXPECT_EQ(peer.hear().rfind("close 1002", 0), 0u);
  EXPECT_TRUE(observer->log.wait_for("end protocol_error 1002"));
}

TEST_F(ClientDriver, hears_why_the_peer_went_though_writing_fails) {
  options.endpoint.lifecycle.heartbeat.interval = 10ms;
  open();
  // It closes its end without waiting: what we write meanwhile is answered by RST.
  peer.send_close(4000, "policy");
  peer.cut();
  EXPECT_TRUE(observer->log.wait_for("end closed 4000"));
}

TEST_F(ClientDriver, keeps_what_a_slow_peer_does_not_take_and_calls_it_no_death) {
  auto& life = options.endpoint.lifecycle;
  life.outbox.outbox_bytes_max = std::size_t{64} << 20;
  life.heartbeat.interval = 50ms;
  life.heartbeat.timeout = 2s;
  life.heartbeat.reply_min = 10ms;
  open();
  const std::string text(std::size_t{1} << 20, 'x');
  constexpr int kCount = 24;  // More than the kernels hold, and longer under way than the timeout.
  for (int i = 0; i < kCount; ++i) ASSERT_TRUE(driver->send({core::MessageType::text, text}, {}));

  for (int i = 0; i < kCount; ++i) {
    ASSERT_EQ(peer.hear().size(), text.size() + 8);
    std::this_thread::sleep_for(100ms);  // The peer is as slow as that.
  }

  EXPECT_EQ(observer->log.count("end"), 0u);
  while (driver->queued_count() > 0) ASSERT_EQ(peer.hear_raw(), "ping");
}

TEST_F(ClientDriver, ends_a_transport_that_takes_nothing_in) {
  auto& life = options.endpoint.lifecycle;
  life.outbox.outbox_bytes_max = std::size_t{64} << 20;
  life.heartbeat.interval = 50ms;
  life.heartbeat.timeout = 100ms;
  open();
  for (int i = 0; i < 24; ++i)
    ASSERT_TRUE(driver->send({core::MessageType::text, std::string(1 << 20, 'x')}, {}));
  EXPECT_TRUE(observer->log.wait_for("end heartbeat"));
}

TEST_F(ClientDriver, asks_for_an_answer_after_the_clocks_have_jumped) {
  std::atomic<int> hours = 0;
  LoopOptions jumpy;
  jumpy.jump_check_interval = 5ms;
  jumpy.read_clocks = [&] {
    ClockReading reading = read_clocks();
    reading.wall += std::chrono::hours{hours};
    return reading;
  };
  Loop other(std::move(jumpy));
  observer = std::make_shared<LoggingObserver>(other, listener.url());
  driver = std::make_shared<net::ClientDriver>(
      other, observer, std::make_shared<const ClientDriverOptions>(options));
  driver->wish(wish::Start{});
  peer = listener.accept_open();
  ASSERT_TRUE(observer->log.wait_for("open"));
  hours = 1;
  EXPECT_EQ(peer.hear_raw(), "ping");
  driver->stop();
  other.stop();
  other.join();
  driver.reset();
}

TEST_F(ClientDriver, calls_nobody_once_it_was_stopped_on_the_loop) {
  make(listener.url());
  observer->also = [this](const std::string& event) {
    if (event.rfind("message", 0) == 0) driver->stop();
  };
  open();
  base::Bytes both = ws::encode_message(base::MessageType::text, base::as_bytes("one"));
  const base::Bytes second = ws::encode_message(base::MessageType::text, base::as_bytes("two"));
  both.insert(both.end(), second.begin(), second.end());
  peer.send_raw(both);
  EXPECT_EQ(peer.hear(), "end");
  driver->wish(wish::Start{});
  EXPECT_TRUE(listener.hears_nothing());
  EXPECT_EQ(observer->log.count("message"), 1u);
}

TEST_F(ClientDriver, is_stopped_from_another_thread) {
  open();
  driver->stop();
  EXPECT_EQ(peer.hear(), "end");
  EXPECT_TRUE(listener.hears_nothing());
}

TEST_F(ClientDriver, may_go_after_its_loop_has_stopped) {
  open();
  loop.stop();
  loop.join();
  driver->stop();
  driver.reset();
}

TEST_F(ClientDriver, may_be_dropped_by_the_loop_with_what_was_posted) {
  auto own = std::make_unique<Loop>();
  observer = std::make_shared<LoggingObserver>(*own, listener.url());
  driver = std::make_shared<net::ClientDriver>(
      *own, observer, std::make_shared<const ClientDriverOptions>(options));
  driver->wish(wish::Start{});
  peer = listener.accept_open();
  ASSERT_TRUE(observer->log.wait_for("open"));
  // Busy while it is told to end, so that what is posted now is still there; else less is proved.
  own->post([] { std::this_thread::sleep_for(20ms); });
  driver->stop();
  driver.reset();
  own.reset();
  EXPECT_EQ(peer.hear(), "end");
}

}  // namespace
}  // namespace heartwire::net
