#include "heartwire/core/outcome.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace heartwire::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Outcome outcome(Cause cause, std::uint16_t code = 0) {
  return {cause, code, {}, {}, {}};
}

Outcome demanding(Cause cause, std::uint16_t code) {
  return {cause, code, base::Duration{seconds{30}}, {}, {}};
}

using Codes = std::vector<std::uint16_t>;

Verdict verdict(const Outcome& ended) {
  return classify(ended, ClassifierOptions{});
}

std::string print(const Outcome& ended) {
  std::ostringstream out;
  out << ended;
  return out.str();
}

TEST(Outcome, every_loss_that_nobody_asked_for_is_retried) {
  for (const Cause cause :
       {Cause::none, Cause::dns, Cause::refused, Cause::unreachable, Cause::connect_timeout,
        Cause::tls, Cause::certificate, Cause::proxy, Cause::handshake, Cause::protocol_error,
        Cause::lost, Cause::heartbeat, Cause::request}) {
    EXPECT_EQ(verdict(outcome(cause)), Verdict::retry) << cause;
  }
}

TEST(Outcome, a_normal_close_by_the_server_is_retried) {
  for (const std::uint16_t code : Codes{1000, 1001, 1005, 1006, 1009, 1011, 1014, 4000}) {
    EXPECT_EQ(verdict(outcome(Cause::closed, code)), Verdict::retry) << code;
  }
}

TEST(Outcome, refusing_close_codes_stop) {
  for (const std::uint16_t code : Codes{1008, 1010, 3003}) {
    EXPECT_EQ(verdict(outcome(Cause::closed, code)), Verdict::stop) << code;
  }
  EXPECT_EQ(verdict(outcome(Cause::closed, 3000)), Verdict::new_credentials);
}

TEST(Outcome, refusing_statuses_stop) {
  for (const std::uint16_t status : Codes{403, 404, 410}) {
    EXPECT_EQ(verdict(outcome(Cause::http_status, status)), Verdict::stop) << status;
  }
  EXPECT_EQ(verdict(outcome(Cause::http_status, 401)), Verdict::new_credentials);
}

TEST(Outcome, a_proxy_that_refuses_for_good_stops) {
  EXPECT_EQ(verdict(outcome(Cause::proxy, 403)), Verdict::stop);
  EXPECT_EQ(verdict(outcome(Cause::proxy, 502)), Verdict::retry);
  EXPECT_EQ(verdict(demanding(Cause::proxy, 503)), Verdict::retry_after);
}

TEST(Outcome, a_proxy_that_wants_credentials_is_not_asked_on_and_on) {
  EXPECT_EQ(verdict(outcome(Cause::proxy_auth, 407)), Verdict::new_credentials);
  EXPECT_EQ(verdict(outcome(Cause::proxy_auth)), Verdict::new_credentials)
      << "SOCKS5 has no status";
  EXPECT_EQ(verdict(demanding(Cause::proxy_auth, 407)), Verdict::new_credentials);
}

TEST(Outcome, other_statuses_are_retried) {
  for (const std::uint16_t status : Codes{200, 301, 400, 429, 500, 502, 503}) {
    EXPECT_EQ(verdict(outcome(Cause::http_status, status)), Verdict::retry) << status;
  }
}

TEST(Outcome, a_demanded_time_is_kept) {
  EXPECT_EQ(verdict(demanding(Cause::http_status, 429)), Verdict::retry_after);
  EXPECT_EQ(verdict(demanding(Cause::http_status, 503)), Verdict::retry_after);
  EXPECT_EQ(verdict(demanding(Cause::closed, 1001)), Verdict::retry_after);
  EXPECT_EQ(verdict(outcome(Cause::closed, 1012)), Verdict::retry_after);
  EXPECT_EQ(verdict(outcome(Cause::closed, 1013)), Verdict::retry_after);
}

TEST(Outcome, a_demanded_time_does_not_turn_a_refusal_into_a_retry) {
  EXPECT_EQ(verdict(demanding(Cause::http_status, 401)), Verdict::new_credentials);
  EXPECT_EQ(verdict(demanding(Cause::closed, 1008)), Verdict::stop);
}

TEST(Outcome, a_code_counts_only_under_its_own_cause) {
  EXPECT_EQ(verdict(outcome(Cause::protocol_error, 1010)), Verdict::retry);
  EXPECT_EQ(verdict(outcome(Cause::protocol_error, 1012)), Verdict::retry);
  EXPECT_EQ(verdict(outcome(Cause::closed, 404)), Verdict::retry);
  EXPECT_EQ(verdict(outcome(Cause::http_status, 1008)), Verdict::retry);
}

TEST(Outcome, the_lists_are_the_users) {
  ClassifierOptions options;
  options.stop_codes = {4001};
  options.stop_statuses.clear();
  options.stop_on_certificate = true;

  EXPECT_EQ(classify(outcome(Cause::closed, 4001), options), Verdict::stop);
  EXPECT_EQ(classify(outcome(Cause::closed, 1008), options), Verdict::retry);
  EXPECT_EQ(classify(outcome(Cause::http_status, 401), options), Verdict::retry);
  EXPECT_EQ(classify(outcome(Cause::certificate), options), Verdict::stop);
}

TEST(Outcome, the_users_close_always_stops) {
  EXPECT_EQ(verdict(outcome(Cause::user, 1000)), Verdict::stop);
  EXPECT_EQ(verdict(demanding(Cause::user, 1012)), Verdict::stop);
}

TEST(Outcome, is_printed_on_one_line_with_all_it_knows) {
  EXPECT_EQ(print(outcome(Cause::heartbeat)), "heartbeat");
  EXPECT_EQ(print({Cause::http_status, 503, seconds{120}, "upgrade of ws://a/ refused", "busy"}),
            "http_status 503, retry after 120 s: upgrade of ws://a/ refused (peer said \"busy\")");
  EXPECT_EQ(print({Cause::closed, 1013, milliseconds{1500}, "", ""}),
            "closed 1013, retry after 1500 ms");
}

TEST(Outcome, what_the_peer_said_is_escaped) {
  EXPECT_EQ(print({Cause::closed, 1000, {}, "", "a\"b\\\n\x1b[2J\xff"}),
            "closed 1000 (peer said \"a\\\"b\\\\\\n\\x1b[2J\\xff\")");
}

TEST(Outcome, every_name_is_its_own) {
  std::set<std::string_view> names;
  for (int cause = 0; cause <= static_cast<int>(Cause::user); ++cause) {
    names.insert(name(static_cast<Cause>(cause)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Cause::user) + 1);
  EXPECT_EQ(names.count("unknown"), 0U);
  EXPECT_EQ(name(static_cast<Cause>(200)), "unknown");
  EXPECT_EQ(name(Verdict::new_credentials), "new_credentials");
  EXPECT_EQ(name(static_cast<Verdict>(200)), "unknown");
}

RC_GTEST_PROP(OutcomeProperty, no_words_of_a_peer_leave_printable_ascii, (std::string words)) {
  const std::string line = print({Cause::closed, 1000, {}, "", words});

  RC_ASSERT(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }));
}

}  // namespace
}  // namespace heartwire::core
