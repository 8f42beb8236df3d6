#include "heartwire/ws/http_head_reader.hpp"

#include "tests/unit/ws/wire.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace heartwire::ws {
namespace {

using Outcome = base::Result<HeadReader::Step, HttpError>;

Outcome read(HeadKind kind, std::string_view text, HeadLimits limits = {}) {
  HeadReader reader{kind, limits};
  return reader.feed(base::as_bytes(text));
}

Outcome read_request(std::string_view text, HeadLimits limits = {}) {
  return read(HeadKind::request, text, limits);
}

Outcome read_response(std::string_view text, HeadLimits limits = {}) {
  return read(HeadKind::response, text, limits);
}

constexpr std::string_view kRequest =
    "GET /chat?x=1 HTTP/1.1\r\n"
    "Host: example.com\r\n"
    "upgrade:websocket\r\n"
    "X-Twice: a\r\n"
    "X-Spaces: \t a b \t \r\n"
    "X-Twice: b\r\n"
    "X-Empty:\r\n"
    "\r\n";

constexpr std::string_view kResponse =
    "HTTP/1.1 101 Switching Protocols\r\n"
    "Upgrade: websocket\r\n"
    "\r\n";

TEST(HttpHeadReader, reads_a_request) {
  const Outcome outcome = read_request(kRequest);

  ASSERT_TRUE(outcome && outcome->head);
  const Head& head = *outcome->head;
  EXPECT_EQ(head.method, "GET");
  EXPECT_EQ(head.target, "/chat?x=1");
  EXPECT_EQ(head.version_minor, 1);
  EXPECT_EQ(head.find("host"), "example.com");
  EXPECT_EQ(head.find("Upgrade"), "websocket");
  EXPECT_EQ(head.find("X-Spaces"), "a b");
  EXPECT_EQ(head.find("X-Empty"), "");
  EXPECT_EQ(head.list("X-Twice"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(head.fields.size(), 6U);
}

TEST(HttpHeadReader, reads_a_response) {
  const Outcome outcome =
      read_response("HTTP/1.1 503 Busy now\r\nContent-Length: 99999999\r\n\r\n");

  ASSERT_TRUE(outcome && outcome->head);
  EXPECT_EQ(outcome->head->status, 503);
  EXPECT_EQ(outcome->head->reason, "Busy now");
  EXPECT_EQ(outcome->head->find("content-length"), "99999999");
}

TEST(HttpHeadReader, leaves_what_follows_to_the_frames) {
  const std::string text = std::string{kResponse} + "\x81\x02hi";

  const Outcome outcome = read_response(text);

  ASSERT_TRUE(outcome && outcome->head);
  EXPECT_EQ(outcome->consumed, kResponse.size());
}

TEST(HttpHeadReader, tells_the_same_however_the_bytes_are_cut) {
  base::Rng rng{1};
  const Head expected = *read_request(kRequest)->head;
  for (const auto& way : test::ways_to_cut(kRequest.size(), rng)) {
    HeadReader reader{HeadKind::request};
    std::string_view rest = kRequest;
    for (std::size_t i = 0; i < way.size(); ++i) {
      const Outcome outcome = reader.feed(base::as_bytes(rest.substr(0, way[i])));
      ASSERT_TRUE(outcome);
      EXPECT_EQ(outcome->consumed, way[i]);
      EXPECT_EQ(outcome->head.has_value(), i + 1 == way.size());
      if (outcome->head) {
        EXPECT_EQ(*outcome->head, expected);
      }
      rest.remove_prefix(way[i]);
    }
  }
}

TEST(HttpHeadReader, skips_interim_responses) {
  const std::string text =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
      std::string{kResponse};

  const Outcome outcome = read_response(text);

  ASSERT_TRUE(outcome && outcome->head);
  EXPECT_EQ(outcome->head->status, 101);
  EXPECT_EQ(outcome->consumed, text.size());
}

TEST(HttpHeadReader, interim_responses_have_an_end) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "HTTP/1.1 100 Continue\r\n\r\n";

  EXPECT_EQ(read_response(text).error(), HttpError::too_large);
}

struct BadRow {
  const char* what;
  std::string text;
  HttpError error;
};

const BadRow kBadRequests[] = {
    {"TLS hello", "\x16\x03\x01", HttpError::tls_record},
    {"bare LF after the first line", "GET / HTTP/1.1\n", HttpError::bare_line_feed},
    {"bare LF in a field", "GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n", HttpError::bare_line_feed},
    {"bare LF as the end", "GET / HTTP/1.1\r\nA: b\r\n\n", HttpError::bare_line_feed},
    {"bare CR in a value", "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", HttpError::bare_carriage_return},
    {"two CR", "GET / HTTP/1.1\r\r\n", HttpError::bare_carriage_return},
    {"NUL", std::string("GET /\0", 6), HttpError::control_character},
    {"escape", "GET /\x1b[2J HTTP/1.1\r\n\r\n", HttpError::control_character},
    {"DEL", "GET / HTTP/1.1\r\nA: \x7f\r\n\r\n", HttpError::control_character},
    {"folded line", "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", HttpError::folded_line},
    {"folded by tab", "GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n", HttpError::folded_line},
    {"space before the first field", "GET / HTTP/1.1\r\n A: b\r\n\r\n", HttpError::folded_line},
    {"blank line first", "\r\nGET / HTTP/1.1\r\n\r\n", HttpError::blank_first_line},
    {"space before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", HttpError::malformed},
    {"no colon", "GET / HTTP/1.1\r\nHost\r\n\r\n", HttpError::malformed},
    {"empty name", "GET / HTTP/1.1\r\n: x\r\n\r\n", HttpError::malformed},
    {"name with a slash", "GET / HTTP/1.1\r\nA/B: x\r\n\r\n", HttpError::malformed},
    {"no version", "GET /\r\n\r\n", HttpError::malformed},
    {"two spaces", "GET  / HTTP/1.1\r\n\r\n", HttpError::malformed},
    {"space behind the version", "GET / HTTP/1.1 \r\n\r\n", HttpError::malformed},
    {"HTTP/2", "PRI * HTTP/2.0\r\n\r\n", HttpError::malformed},
    {"HTTP/0.9", "GET / HTTP/0.9\r\n\r\n", HttpError::malformed},
    {"lower case version", "GET / http/1.1\r\n\r\n", HttpError::malformed},
    {"conflicting lengths", "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
     HttpError::malformed},
    {"length and chunks",
     "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
     HttpError::malformed},
    {"length that is no number", "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
     HttpError::malformed},
};

TEST(HttpHeadReader, refuses_what_only_a_lenient_reader_would_take) {
  for (const BadRow& row : kBadRequests) {
    const Outcome whole = read_request(row.text);
    ASSERT_FALSE(whole.is_ok()) << row.what;
    EXPECT_EQ(whole.error(), row.error) << row.what << ": " << describe(whole.error());

    HeadReader slow{HeadKind::request};
    std::optional<HttpError> error;
    for (std::size_t i = 0; i < row.text.size() && !error; ++i)
      if (const Outcome step = slow.feed(base::as_bytes(row.text).subspan(i, 1)); !step)
        error = step.error();
    EXPECT_EQ(error, row.error) << row.what << ", octet by octet";
  }
}

TEST(HttpHeadReader, notices_at_once_that_a_server_speaks_something_else) {
  EXPECT_EQ(read_response("SSH-2.0").error(), HttpError::not_http);
  EXPECT_EQ(read_response("HTTP/2").error(), HttpError::not_http);
  EXPECT_EQ(read_response("\x15\x03\x03").error(), HttpError::tls_record);
  EXPECT_EQ(read_response("\r\n").error(), HttpError::blank_first_line);
  EXPECT_EQ(read_response("HTTP/1.1 abc\r\n\r\n").error(), HttpError::malformed);
  EXPECT_EQ(read_response("HTTP/1.1 1010 x\r\n\r\n").error(), HttpError::malformed);
}

TEST(HttpHeadReader, holds_no_more_than_its_limit) {
  const HeadLimits limits{.head_bytes_max = kRequest.size()};

  EXPECT_TRUE(read_request(kRequest, limits).is_ok());
  EXPECT_EQ(read_request(kRequest, {.head_bytes_max = kRequest.size() - 1}).error(),
            HttpError::too_large);
  EXPECT_EQ(read_request(std::string(20000, 'a')).error(), HttpError::too_large);
}

TEST(HttpHeadReader, counts_fields) {
  EXPECT_TRUE(read_request(kRequest, {.fields_max = 6}).is_ok());
  EXPECT_EQ(read_request(kRequest, {.fields_max = 5}).error(), HttpError::too_many_fields);
}

TEST(HttpHeadReader, takes_a_head_as_large_as_its_limit_allows) {
  const std::string text = "GET / HTTP/1.1\r\nA: " + std::string(15000, 'x') + "\r\n\r\n";

  const Outcome outcome = read_request(text);

  ASSERT_TRUE(outcome && outcome->head);
  EXPECT_EQ(outcome->head->find("A")->size(), 15000U);
}

TEST(HttpHeadReader, tells_each_error_in_its_own_words) {
  std::set<std::string_view> texts;
  for (const auto error : {HttpError::tls_record, HttpError::not_http, HttpError::control_character,
                           HttpError::bare_line_feed, HttpError::bare_carriage_return,
                           HttpError::folded_line, HttpError::blank_first_line,
                           HttpError::malformed, HttpError::too_large, HttpError::too_many_fields})
    texts.insert(describe(error));

  EXPECT_EQ(texts.size(), 10U);
}

}  // namespace
}  // namespace heartwire::ws
