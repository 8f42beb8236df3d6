#include "cli/entrance.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace heartwire::cli {
namespace {

Entrance entrance(EntranceOptions options = {}) {
  auto made = Entrance::make(std::move(options));
  EXPECT_TRUE(made) << (made ? "" : made.error());
  return std::move(made).value();
}

/// The status that a request with these headers is refused with; 0: it may come in.
int status_of(const Entrance& entrance, std::vector<server::Header> headers) {
  server::Request request;
  request.headers = {{"Host", "example.org:8080"}};
  request.headers.insert(request.headers.end(), headers.begin(), headers.end());
  const auto refusal = entrance.refusal_of(request);
  return refusal ? refusal->status : 0;
}

TEST(Entrance, lets_in_who_is_no_browser) {
  EXPECT_EQ(status_of(entrance(), {}), 0);
}

TEST(Entrance, lets_in_pages_of_its_own_host) {
  EXPECT_EQ(status_of(entrance(), {{"Origin", "http://example.org:8080"}}), 0);
  EXPECT_EQ(status_of(entrance(), {{"origin", "https://EXAMPLE.org:8080"}}), 0);
}

TEST(Entrance, refuses_foreign_pages_by_default) {
  for (const char* origin : {"http://evil.example", "http://example.org", "http://example.org:80",
                             "https://example.org:8080.evil.example", "null", "", "file://",
                             "http://evil.example/http://example.org:8080"})
    EXPECT_EQ(status_of(entrance(), {{"Origin", origin}}), 403) << origin;
}

TEST(Entrance, refuses_an_origin_that_equals_a_host_which_is_not_named) {
  const server::Request without_host{.headers = {{"Origin", "http://"}}};

  const auto refusal = entrance().refusal_of(without_host);

  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 403);
}

TEST(Entrance, lets_in_pages_of_named_origins_only) {
  const Entrance named = entrance({.origins = {"https://app.example", "null"}});

  EXPECT_EQ(status_of(named, {{"Origin", "https://App.example"}}), 0);
  EXPECT_EQ(status_of(named, {{"Origin", "null"}}), 0);
  EXPECT_EQ(status_of(named, {{"Origin", "http://app.example"}}), 403) << "another scheme";
  EXPECT_EQ(status_of(named, {{"Origin", "https://app.example:444"}}), 403) << "another port";
}

TEST(Entrance, lets_in_every_page_when_told_so) {
  EXPECT_EQ(status_of(entrance({.origins = {"*"}}), {{"Origin", "http://anywhere.example"}}), 0);
}

TEST(Entrance, refuses_two_origins) {
  const Entrance any = entrance({.origins = {"*"}});

  EXPECT_EQ(status_of(any, {{"Origin", "http://a.example"}, {"Origin", "http://a.example"}}), 400);
}

TEST(Entrance, asks_for_a_token_when_there_are_any) {
  const Entrance guarded = entrance({.tokens = "# for the tests\nopen-sesame\n\n  second \r\n"});

  EXPECT_EQ(status_of(guarded, {{"Authorization", "Bearer open-sesame"}}), 0);
  EXPECT_EQ(status_of(guarded, {{"authorization", "bearer  second"}}), 0);
  for (const char* credentials : {"Bearer open-sesam", "Bearer open-sesamee", "Bearer ", "Bearer",
                                  "Basic open-sesame", "open-sesame", "Bearer # for the tests"})
    EXPECT_EQ(status_of(guarded, {{"Authorization", credentials}}), 401) << credentials;
  EXPECT_EQ(
      status_of(guarded, {{"Authorization", "Bearer second"}, {"Authorization", "Bearer second"}}),
      401);
}

TEST(Entrance, says_how_to_come_in) {
  const auto refusal = entrance({.tokens = "open-sesame"}).refusal_of({});

  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 401);
  EXPECT_EQ(refusal->headers, (std::vector<server::Header>{{"WWW-Authenticate", "Bearer"}}));
}

TEST(Entrance, judges_the_origin_of_who_bears_a_token) {
  const Entrance guarded = entrance({.tokens = "open-sesame"});

  EXPECT_EQ(status_of(guarded,
                      {{"Authorization", "Bearer open-sesame"}, {"Origin", "http://evil.example"}}),
            403);
}

TEST(Entrance, does_not_take_what_is_no_origin) {
  for (const char* origin : {"example.org", "https://", "https://example.org/", ""}) {
    const auto made = Entrance::make({.origins = {origin}});
    ASSERT_FALSE(made) << origin;
    EXPECT_NE(made.error().find("https://example.org"), std::string::npos);
  }
}

TEST(Entrance, does_not_take_a_file_without_a_token) {
  EXPECT_FALSE(Entrance::make({.tokens = "# nothing yet\n\n"}));
}

}  // namespace
}  // namespace heartwire::cli
