#include "heartwire/client/observer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace heartwire::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using namespace std::chrono_literals;

class Observer : public ::testing::Test {
 protected:
  Options options{.urls = {"ws://one.example/", "wss://two.example/"}};
  std::vector<std::string> errors;

  void SetUp() override {
    options.hooks.on_error = [this](std::string_view what) { errors.emplace_back(what); };
  }
};

TEST_F(Observer, aims_at_the_url_whose_turn_it_is) {
  options.headers = {{"X-One", "1"}};
  client::Observer observer(options);

  const auto target = observer.make_target(0, 1);

  ASSERT_TRUE(target);
  EXPECT_EQ(target->url.host, "two.example");
  EXPECT_TRUE(target->tls);
  EXPECT_THAT(target->headers, ElementsAre(ws::Field{"X-One", "1"}));
}

TEST_F(Observer, sets_up_tls_when_the_request_turns_out_to_need_it) {
  options.urls.clear();
  options.request = [](const AttemptInfo& info) {
    return Request{info.attempt == 0 ? "ws://plain.example/" : "wss://secure.example/", {}};
  };
  client::Observer observer(options);
  EXPECT_FALSE(observer.make_target(0, 0)->tls);
  EXPECT_TRUE(observer.make_target(1, 0)->tls);
}

TEST_F(Observer, goes_through_the_proxy_that_it_was_told) {
  EXPECT_FALSE(client::Observer(options).make_target(0, 0)->proxy) << "none by default";
  options.proxy = "socks5h://proxy";

  const auto target = client::Observer(options).make_target(0, 0);

  ASSERT_TRUE(target);
  EXPECT_EQ(target->proxy, (ws::ProxyUrl{ws::ProxyScheme::socks5h, "proxy", 1080, {}}));
}

TEST_F(Observer, is_loud_once_about_a_server_that_nobody_checks) {
  options.tls.verify = false;
  client::Observer observer(options);
  ASSERT_TRUE(observer.make_target(0, 0));
  EXPECT_TRUE(errors.empty()) << "no TLS yet";

  ASSERT_TRUE(observer.make_target(1, 1));
  ASSERT_TRUE(observer.make_target(2, 1));

  EXPECT_THAT(errors, ElementsAre(HasSubstr("tls.verify is off")));
}

TEST_F(Observer, is_content_with_a_pin_alone) {
  options.tls.verify = false;
  options.tls.pins = {"sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE="};
  client::Observer observer(options);

  ASSERT_TRUE(observer.make_target(0, 1));

  EXPECT_TRUE(errors.empty());
}

TEST_F(Observer, shares_its_tls_with_those_that_ask_alike) {
  client::Observer one(options);
  client::Observer other(options);
  EXPECT_EQ(one.make_target(0, 1)->tls, other.make_target(0, 1)->tls);
}

TEST_F(Observer, refuses_a_file_that_is_not_there_though_no_url_needs_it_yet) {
  options.urls = {"ws://plain.example/"};
  options.tls.certificate_file = "/nowhere/certificate.pem";
  EXPECT_THROW(
      {
        try {
          client::Observer observer(options);
        } catch (const std::runtime_error& error) {
          EXPECT_THAT(error.what(), HasSubstr("/nowhere/certificate.pem"));
          throw;
        }
      },
      std::runtime_error);
}

TEST_F(Observer, tells_a_failed_attempt_from_a_lost_connection) {
  std::vector<std::string> events;
  options.hooks.on_close = [&](const CloseInfo& info) { events.push_back("close " + info.text); };
  options.hooks.on_attempt_failed = [&](const CloseInfo& info) {
    events.push_back("failed " + info.text);
  };
  client::Observer observer(options);
  core::Outcome outcome;
  outcome.cause = core::Cause::refused;
  outcome.text = "nobody there";
  observer.on_end({.was_open = false}, outcome);
  outcome.cause = core::Cause::lost;
  outcome.text = "gone";
  observer.on_end({.was_open = true}, outcome);
  outcome.cause = core::Cause::user;
  outcome.text = "enough";
  observer.on_end({.was_open = false}, outcome);
  EXPECT_THAT(events, ElementsAre("failed nobody there", "close gone", "close enough"));
}

TEST_F(Observer, tells_all_that_is_known_of_an_end) {
  CloseInfo told;
  GaveUpInfo gave_up;
  options.hooks.on_close = [&](const CloseInfo& info) { told = info; };
  options.hooks.on_gave_up = [&](const GaveUpInfo& info) { gave_up = info; };
  client::Observer observer(options);
  core::Outcome outcome;
  outcome.cause = core::Cause::closed;
  outcome.code = 1012;
  outcome.text = "ours";
  outcome.peer_text = "theirs";

  observer.on_end({.was_open = true,
                   .is_clean = true,
                   .by = core::EndedBy::peer,
                   .will_retry = true,
                   .delay = 7s,
                   .verdict = core::Verdict::retry_after},
                  outcome);
  observer.on_gave_up({core::StopReason::attempts, 3});

  EXPECT_EQ(told.cause, core::Cause::closed);
  EXPECT_EQ(told.by, core::EndedBy::peer);
  EXPECT_EQ(told.code, 1012);
  EXPECT_EQ(told.text, "ours");
  EXPECT_EQ(told.reason, "theirs");
  EXPECT_TRUE(told.was_open && told.is_clean && told.will_retry);
  EXPECT_EQ(told.retry_in, 7s);
  EXPECT_EQ(told.verdict, core::Verdict::retry_after);
  EXPECT_EQ(gave_up.reason, core::StopReason::attempts);
  EXPECT_EQ(gave_up.attempts, 3u);
  EXPECT_EQ(gave_up.last.code, 1012);
}

TEST_F(Observer, tells_an_opening_with_its_transport) {
  OpenInfo told;
  options.hooks.on_open = [&](const OpenInfo& info) { told = info; };
  client::Observer observer(options);
  net::ClientTransport transport;
  transport.generation = 4;

  observer.on_open({.generation = 4, .is_first = false, .attempts = 2, .outage = 3s}, transport);

  EXPECT_FALSE(told.is_first);
  EXPECT_EQ(told.attempts, 2u);
  EXPECT_EQ(told.outage, 3s);
  EXPECT_EQ(told.transport.generation, 4u);
}

TEST_F(Observer, tells_each_hook_what_it_is_about_and_no_other) {
  std::vector<std::string> events;
  const auto add = [&](const char* name, auto value) {
    events.push_back(std::string{name} + " " + std::to_string(value));
  };
  options.hooks.on_message = [&](core::MessageView message) {
    add("message", message.payload.size());
  };
  options.hooks.on_reconnect = [&](const RetryInfo& info) {
    add("reconnect", info.attempt);
    add("delay", info.delay.count());
  };
  options.hooks.on_suspect = [&](auto silence) { add("suspect", silence.count()); };
  options.hooks.on_cleared = [&](auto silence) { add("cleared", silence.count()); };
  options.hooks.on_heartbeat = [&](const HeartbeatInfo& info) {
    add("heartbeat", info.round_trip.count());
    add("smoothed", info.smoothed.count());
  };
  options.hooks.on_expired = [&](core::MessageId id) { add("expired", id); };
  options.hooks.on_writable = [&] { add("writable", 0); };
  client::Observer observer(options);
  core::RoundTrip estimate;
  estimate.add(6us);

  observer.on_message({core::MessageType::text, "four"});
  observer.on_retry({.attempt = 2, .delay = 3ns});
  observer.on_suspect(4ns);
  observer.on_cleared(5ns);
  observer.on_heartbeat(7ns, estimate);
  observer.on_expired(8);
  observer.on_writable();

  EXPECT_THAT(events, ElementsAre("message 4", "reconnect 2", "delay 3", "suspect 4", "cleared 5",
                                  "heartbeat 7", "smoothed 6000", "expired 8", "writable 0"));
}

TEST_F(Observer, reports_what_is_thrown_by_name) {
  options.hooks.on_message = [](core::MessageView) { throw std::runtime_error("bad"); };
  options.judge = [](const core::Outcome&) -> std::optional<core::Verdict> { throw 1; };
  client::Observer observer(options);
  observer.on_message({});
  EXPECT_EQ(observer.judge({}), std::nullopt);
  EXPECT_THAT(errors, ElementsAre("on_message threw: bad",
                                  "judge threw something that is not a std::exception"));
}

TEST_F(Observer, tells_and_asks_nothing_behind_a_shut_gate) {
  int calls = 0;
  options.hooks.on_message = [&](core::MessageView) { ++calls; };
  options.wanted = [&] { return ++calls, false; };
  options.request = [&](const AttemptInfo&) { return ++calls, Request{}; };
  options.judge = [&](const core::Outcome&) { return ++calls, core::Verdict::stop; };
  options.make_greeting = [&] { return ++calls, std::vector<core::Message>{}; };
  client::Observer observer(options);

  observer.gate().shut();
  observer.on_message({});
  observer.report("too late");

  EXPECT_TRUE(observer.is_wanted());
  EXPECT_FALSE(observer.make_target(0, 0));
  EXPECT_EQ(observer.judge({}), std::nullopt);
  EXPECT_TRUE(observer.make_greeting().empty());
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(errors.empty());
}

TEST_F(Observer, does_not_report_a_hook_that_stops_the_client_and_throws) {
  client::Observer* self = nullptr;
  options.hooks.on_message = [&](core::MessageView) {
    self->gate().shut();
    throw 1;
  };
  client::Observer observer(options);
  self = &observer;
  observer.on_message({});
  EXPECT_TRUE(errors.empty());
}

TEST_F(Observer, needs_no_hook) {
  client::Observer observer(Options{.urls = {"ws://one.example/"}});
  observer.on_open({}, {});
  observer.on_message({});
  observer.on_end({}, {});
  observer.on_retry({});
  observer.on_gave_up({});
  observer.on_suspect({});
  observer.on_cleared({});
  observer.on_heartbeat({}, {});
  observer.on_expired(1);
  observer.on_writable();
  observer.report("x");
  EXPECT_TRUE(observer.is_wanted());
  EXPECT_EQ(observer.judge({}), std::nullopt);
}

TEST_F(Observer, describes_a_transport) {
  net::ClientTransport transport;
  transport.generation = 3;
  transport.url = "ws://one.example/";
  transport.local_address = "127.0.0.1:1";
  transport.remote_address = "127.0.0.1:2";
  transport.tls = "TLSv1.3 X";
  transport.accepted.subprotocol = "chat";
  transport.accepted.headers = {{"Server", "test"}};
  const TransportInfo info = describe(transport);
  EXPECT_EQ(info.generation, 3u);
  EXPECT_EQ(info.url, "ws://one.example/");
  EXPECT_EQ(info.local_address, "127.0.0.1:1");
  EXPECT_EQ(info.remote_address, "127.0.0.1:2");
  EXPECT_EQ(info.tls, "TLSv1.3 X");
  EXPECT_EQ(info.subprotocol, "chat");
  EXPECT_THAT(info.headers, ElementsAre(Header{"Server", "test"}));
}

}  // namespace
}  // namespace heartwire::client
