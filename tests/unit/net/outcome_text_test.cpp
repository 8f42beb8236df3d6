#include "heartwire/net/outcome_text.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace heartwire::net {
namespace {

TEST(OutcomeText, gives_each_failed_dial_the_core_s_cause) {
  const auto cause = [](DialCause of) { return outcome_of({DialStage::connect, of, "t"}).cause; };

  EXPECT_EQ(cause(DialCause::dns), core::Cause::dns);
  EXPECT_EQ(cause(DialCause::refused), core::Cause::refused);
  EXPECT_EQ(cause(DialCause::unreachable), core::Cause::unreachable);
  EXPECT_EQ(cause(DialCause::timeout), core::Cause::connect_timeout);
  EXPECT_EQ(cause(DialCause::tls), core::Cause::tls);
  EXPECT_EQ(cause(DialCause::tls_certificate), core::Cause::certificate);
  EXPECT_EQ(cause(DialCause::proxy), core::Cause::proxy);
  EXPECT_EQ(cause(DialCause::proxy_auth), core::Cause::proxy_auth);
  EXPECT_EQ(cause(DialCause::other), core::Cause::unreachable);
  EXPECT_EQ(outcome_of({DialStage::tls, DialCause::tls, "the text"}).text, "the text");
}

TEST(OutcomeText, hands_on_what_a_proxy_answered) {
  const auto outcome =
      outcome_of({DialStage::proxy, DialCause::proxy, "the text", std::chrono::seconds{30}, 503});

  EXPECT_EQ(outcome.code, 503);
  EXPECT_EQ(outcome.retry_after, base::Duration{std::chrono::seconds{30}});
}

TEST(OutcomeText, calls_an_end_without_close_a_loss) {
  EXPECT_EQ(outcome_of(IoResult::ended()).cause, core::Cause::lost);
  EXPECT_EQ(outcome_of(IoResult::failed("connection reset by peer")).text,
            "the connection was lost: connection reset by peer");
}

TEST(OutcomeText, prints_a_failed_dial_on_one_line) {
  std::ostringstream out;

  out << DialFailure{DialStage::tls, DialCause::tls_certificate, "why"};

  EXPECT_EQ(out.str(), "tls/tls_certificate: why");
}

}  // namespace
}  // namespace heartwire::net
