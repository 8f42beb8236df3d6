#include "heartwire/ws/http_date.hpp"

#include <gtest/gtest.h>

namespace heartwire::ws {
namespace {

using std::chrono::seconds;

TEST(HttpDate, reads_all_three_forms) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), seconds{784111777});
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), seconds{784111777});
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), seconds{784111777});
  EXPECT_EQ(parse_http_date("Wed Nov 16 08:49:37 1994"), seconds{784975777});
}

TEST(HttpDate, knows_the_calendar) {
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), seconds{0});
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 23:59:60 GMT"), seconds{1709251200});
  EXPECT_EQ(parse_http_date("Friday, 01-Jan-27 00:00:00 GMT"), seconds{1798761600});
}

TEST(HttpDate, writes_the_form_to_send) {
  EXPECT_EQ(format_http_date(seconds{784111777}), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_http_date(seconds{0}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_http_date(seconds{-1}), "Wed, 31 Dec 1969 23:59:59 GMT");
  EXPECT_EQ(format_http_date(seconds::max()), "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST(HttpDate, reads_what_it_writes) {
  for (seconds time{0}; time < std::chrono::hours{24 * 800}; time += seconds{98765})
    EXPECT_EQ(parse_http_date(format_http_date(time)), time);
}

TEST(HttpDate, refuses_everything_else) {
  for (const char* text : {"",
                           "120",
                           "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 06 Nov 1994 08:49:37 GMT ",
                           "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 nov 1994 08:49:37 GMT",
                           "Sun, 30 Feb 2024 08:49:37 GMT",
                           "Thu, 29 Feb 2023 00:00:00 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 Nov 1994 08:60:00 GMT",
                           "Sun, 06 Nov 1994 08:00:61 GMT",
                           "Sun, 06-Nov-1994 08:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT",
                           "Sun,",
                           "Sun, ",
                           "Sun",
                           "Sun ",
                           "Sun Nov  6 08:49:37 94",
                           ", 06 Nov 1994 08:49:37 GMT"})
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
}

}  // namespace
}  // namespace heartwire::ws
