#include "heartwire/ws/retry_after.hpp"

#include <gtest/gtest.h>

namespace heartwire::ws {
namespace {

using std::chrono::seconds;

Head response(std::vector<Field> fields) {
  Head head;
  head.status = 503;
  head.fields = std::move(fields);
  return head;
}

TEST(RetryAfter, reads_seconds) {
  EXPECT_EQ(retry_after(response({{"retry-after", "120"}})), seconds{120});
  EXPECT_EQ(retry_after(response({{"Retry-After", "0"}})), seconds{0});
}

TEST(RetryAfter, reads_a_date_against_the_servers_own) {
  const Field now{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"};

  EXPECT_EQ(retry_after(response({now, {"Retry-After", "Sun, 06 Nov 1994 08:51:37 GMT"}})),
            seconds{120});
  EXPECT_EQ(retry_after(response({now, {"Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT"}})),
            seconds{0});
  EXPECT_EQ(retry_after(response({{"Retry-After", "Sun, 06 Nov 1994 08:51:37 GMT"}})),
            std::nullopt);
}

TEST(RetryAfter, is_bounded_by_a_day) {
  const Field now{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"};

  EXPECT_EQ(retry_after(response({{"Retry-After", "86401"}})), kRetryAfterMax);
  EXPECT_EQ(retry_after(response({{"Retry-After", std::string(300, '9')}})), kRetryAfterMax);
  EXPECT_EQ(retry_after(response({now, {"Retry-After", "Sun, 06 Nov 2094 08:49:37 GMT"}})),
            kRetryAfterMax);
}

TEST(RetryAfter, says_nothing_when_it_makes_no_sense) {
  for (const char* value : {"", "-1", "+1", "1.5", "1 s", "soon", "0x10"})
    EXPECT_EQ(retry_after(response({{"Retry-After", value}})), std::nullopt) << value;
  EXPECT_EQ(retry_after(response({})), std::nullopt);
}

TEST(RetryAfter, reads_a_close_reason) {
  EXPECT_EQ(close_retry_after("retry-after=30"), seconds{30});
  EXPECT_EQ(close_retry_after("draining; retry-after=30; bye"), seconds{30});
  EXPECT_EQ(close_retry_after("retry-after=99999999999999999999"), kRetryAfterMax);
  for (const char* reason : {"", "retry-after", "retry-after=", "retry-after=x", "retry-after=-1",
                             "xretry-after=30", "retry-after = 30", ";;  ,"})
    EXPECT_EQ(close_retry_after(reason), std::nullopt) << reason;
}

TEST(RetryAfter, reads_the_close_reason_that_it_makes) {
  EXPECT_EQ(make_close_reason(seconds{17}), "retry-after=17");
  EXPECT_EQ(close_retry_after(make_close_reason(seconds{17})), seconds{17});
  EXPECT_EQ(make_close_reason(seconds{-1}), "retry-after=0");
}

}  // namespace
}  // namespace heartwire::ws
