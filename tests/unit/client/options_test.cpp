#include "heartwire/client/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>

namespace heartwire::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Optional;

struct Case {
  const char* name;  ///< Of the option, as the text must say it.
  std::function<void(Options&)> spoil;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

Options good_options() {
  return {.urls = {"ws://example.org/"}};
}

const Case kBad[] = {
    {"urls", [](Options& o) { o.urls.clear(); }},
    {"http://example.org/", [](Options& o) { o.urls.push_back("http://example.org/"); }},
    {"not a url", [](Options& o) { o.urls = {"not a url"}; }},
    {"X Y",
     [](Options& o) {
       o.headers = {{"X Y", "1"}};
     }},
    {"X-Two-Lines",
     [](Options& o) {
       o.headers = {{"X-Two-Lines", "a\r\nb"}};
     }},
    {"Upgrade",
     [](Options& o) {
       o.headers = {{"Upgrade", "h2c"}};
     }},
    {"subprotocol", [](Options& o) { o.subprotocols = {"not a token"}; }},
    {"resolve_timeout", [](Options& o) { o.resolve_timeout = 0ms; }},
    {"resolve_timeout", [](Options& o) { o.resolve_timeout = 25h; }},
    {"connect_timeout", [](Options& o) { o.connect_timeout = -1ms; }},
    {"proxy_timeout", [](Options& o) { o.proxy_timeout = 0ms; }},
    {"tls_timeout", [](Options& o) { o.tls_timeout = 0ms; }},
    {"proxy \"ftp://proxy\"", [](Options& o) { o.proxy = "ftp://proxy"; }},
    {"proxy", [](Options& o) { o.proxy.clear(); }},
    {"pins", [](Options& o) { o.tls.pins = {"sha256//short"}; }},
    {"server_name", [](Options& o) { o.tls.server_name = "a b"; }},
    {"key_file", [](Options& o) { o.tls.key_file = "key.pem"; }},
    {"handshake_timeout",
     [](Options& o) { o.handshake_timeout = std::chrono::milliseconds::max(); }},
    {"close_timeout", [](Options& o) { o.close_timeout = 0ms; }},
    {"close_timeout", [](Options& o) { o.close_timeout = 2h; }},
    {"tcp_user_timeout", [](Options& o) { o.tcp_user_timeout = -1ms; }},
    {"tcp_user_timeout", [](Options& o) { o.tcp_user_timeout = 24h * 31; }},
    {"message_bytes_max", [](Options& o) { o.message_bytes_max = 0; }},
    {"compression: own_window_bits is 16",
     [](Options& o) { o.compression = {.own_window_bits = 16}; }},
    {"outbox_bytes_max", [](Options& o) { o.outbox.outbox_bytes_max = 96; }},
    {"greeting",
     [](Options& o) {
       o.greeting = {{core::MessageType::text, "\xFF"}};
     }},
    {"dialect", [](Options& o) { o.dialect = nullptr; }},
    {"heartbeat interval", [](Options& o) { o.heartbeat.interval = 0ms; }},
    {"heartbeat timeout", [](Options& o) { o.heartbeat.timeout = 0ms; }},
    {"reply_min", [](Options& o) { o.heartbeat.reply_min = -1ms; }},
    {"misses_max", [](Options& o) { o.heartbeat.misses_max = 0; }},
    {"silence_max", [](Options& o) { o.heartbeat.silence_max = 0ms; }},
    {"check_timeout", [](Options& o) { o.heartbeat.check_timeout = 0ms; }},
    {"lateness_max", [](Options& o) { o.heartbeat.lateness_max = -1ms; }},
    {"interval_max", [](Options& o) { o.interval_search.interval_max = 1s; }},
    {"step", [](Options& o) { o.interval_search = {.interval_max = 60s, .step = 0ms}; }},
    {"delay_min", [](Options& o) { o.reconnect.backoff.delay_min = 0ms; }},
    {"delay_max", [](Options& o) { o.reconnect.backoff.delay_max = 1ms; }},
    {"factor", [](Options& o) { o.reconnect.backoff.factor = 0.5; }},
    {"stable_after", [](Options& o) { o.reconnect.stable_after = -1ms; }},
    {"elapsed_max", [](Options& o) { o.reconnect.elapsed_max = -1ms; }},
    {"restart_delay", [](Options& o) { o.reconnect.restart_delay_min = 31s; }},
    {"overload_delay", [](Options& o) { o.reconnect.overload_delay_max = 1s; }},
    {"retry_after_max", [](Options& o) { o.reconnect.retry_after_max = -1ms; }},
    {"retry_after_spread", [](Options& o) { o.reconnect.retry_after_spread = -1; }},
};

class BadOptions : public ::testing::TestWithParam<Case> {};

TEST_P(BadOptions, are_named) {
  Options options = good_options();
  GetParam().spoil(options);
  EXPECT_THAT(validate(options), Optional(HasSubstr(GetParam().name)));
}

INSTANTIATE_TEST_SUITE_P(, BadOptions, ::testing::ValuesIn(kBad));

TEST(ClientOptions, are_good_by_default_but_for_the_url) {
  EXPECT_EQ(validate(good_options()), std::nullopt);
}

TEST(ClientOptions, need_no_url_where_a_request_gives_it) {
  Options options;
  options.request = [](const AttemptInfo&) { return Request{}; };
  EXPECT_EQ(validate(options), std::nullopt);
}

TEST(ClientOptions, hide_the_password_of_a_url_that_is_wrong) {
  Options options;
  options.urls = {"http://user:secret@example.org/"};
  const auto wrong = validate(options);
  ASSERT_TRUE(wrong);
  EXPECT_THAT(*wrong, ::testing::Not(HasSubstr("secret")));
}

TEST(ClientOptions, may_use_their_extremes) {
  Options options = good_options();
  options.resolve_timeout = options.connect_timeout = 1ms;
  options.tls_timeout = options.handshake_timeout = 24h;
  options.close_timeout = 1h;
  options.tcp_user_timeout = 0ms;
  options.message_bytes_max = 1;
  options.fragment_bytes = 0;
  options.outbox.outbox_bytes_max = 97;
  options.greeting = {{core::MessageType::binary, "\xFF"}};
  EXPECT_EQ(validate(options), std::nullopt);
}

}  // namespace
}  // namespace heartwire::client
