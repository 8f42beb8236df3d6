#include "heartwire/ws/deflate_params.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace heartwire::ws {
namespace {

using testing::HasSubstr;

template <std::uint8_t Least, std::uint8_t Most>
constexpr std::uint8_t kEnds[] = {Least, Most};
constexpr std::uint8_t kOwnBits[] = {8, 9, 12, 15};
constexpr std::uint8_t kPeerBits[] = {8, 10, 13, 15};

std::vector<Extension> extensions(std::string_view value) {
  std::vector<Extension> out;
  EXPECT_TRUE(parse_extensions(value, out)) << value;
  return out;
}

/// Asks for nothing that is not the default of RFC 7692.
DeflateOptions plain() {
  DeflateOptions options;
  options.own_window_bits = options.peer_window_bits = 15;
  return options;
}

DeflateOptions frugal() {
  DeflateOptions options;
  options.own_window_bits = 9;
  options.peer_window_bits = 10;
  options.own_context_takeover = options.peer_context_takeover = false;
  return options;
}

std::string answer_text(const DeflateOptions& options, std::string_view offer) {
  const auto answer = accept_deflate_offer(options, extensions(offer));
  return answer ? answer->text : "none";
}

TEST(DeflateParams, names_the_option_that_is_wrong) {
  const auto fault = [](auto DeflateOptions::*member, std::uint8_t value) {
    DeflateOptions options;
    options.*member = value;
    return validate(options).value_or("");
  };

  EXPECT_EQ(fault(&DeflateOptions::own_window_bits, 7),
            "own_window_bits is 7, must be from 8 to 15");
  EXPECT_THAT(fault(&DeflateOptions::own_window_bits, 16), HasSubstr("own_window_bits is 16"));
  EXPECT_THAT(fault(&DeflateOptions::peer_window_bits, 7), HasSubstr("peer_window_bits is 7"));
  EXPECT_THAT(fault(&DeflateOptions::level, 0), HasSubstr("level is 0, must be from 1 to 9"));
  EXPECT_THAT(fault(&DeflateOptions::memory_level, 10), HasSubstr("memory_level is 10"));
  for (const std::uint8_t bits : kEnds<8, 15>)
    EXPECT_EQ(fault(&DeflateOptions::own_window_bits, bits), "");
  for (const std::uint8_t level : kEnds<1, 9>) EXPECT_EQ(fault(&DeflateOptions::level, level), "");
}

TEST(DeflateParams, a_client_offers_what_it_wants_and_then_less) {
  EXPECT_EQ(make_deflate_offer(plain()), "permessage-deflate; client_max_window_bits");
  EXPECT_EQ(make_deflate_offer({}),
            "permessage-deflate; server_max_window_bits=12; client_max_window_bits=12, "
            "permessage-deflate; client_max_window_bits=12");
  EXPECT_EQ(make_deflate_offer(frugal()),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
            "server_max_window_bits=10; client_max_window_bits=9, "
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
            "client_max_window_bits=9");
}

struct AnswerRow {
  DeflateOptions options;
  std::string_view offer;
  std::string_view answer;
};

const AnswerRow kAnswers[] = {
    {plain(), "permessage-deflate", "permessage-deflate"},
    {plain(), "foo, permessage-deflate, bar", "permessage-deflate"},
    {plain(), "permessage-deflate; client_max_window_bits", "permessage-deflate"},
    {plain(), "permessage-deflate; client_max_window_bits=10",
     "permessage-deflate; client_max_window_bits=10"},
    {plain(), R"(permessage-deflate; client_max_window_bits="10")",
     "permessage-deflate; client_max_window_bits=10"},
    {plain(), "permessage-deflate; server_max_window_bits=8",
     "permessage-deflate; server_max_window_bits=8"},
    {plain(), "permessage-deflate; server_max_window_bits=15",
     "permessage-deflate; server_max_window_bits=15"},
    {plain(), "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
     "permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
    // Without the client's word that it is able to, its window may not be limited.
    {frugal(), "permessage-deflate",
     "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
     "server_max_window_bits=9"},
    {frugal(), "permessage-deflate; client_max_window_bits",
     "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
     "server_max_window_bits=9; client_max_window_bits=10"},
    {frugal(), "permessage-deflate; client_max_window_bits=8; server_max_window_bits=8",
     "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
     "server_max_window_bits=8; client_max_window_bits=8"},
    // The first acceptable offer wins.
    {plain(),
     "permessage-deflate; unknown, permessage-deflate; server_max_window_bits=10, "
     "permessage-deflate",
     "permessage-deflate; server_max_window_bits=10"},
    {plain(), "", "none"},
    {plain(), "permessage-bzip2", "none"},
    {plain(), "Permessage-Deflate", "none"},
};

TEST(DeflateParams, a_server_answers_the_first_offer_that_it_can_keep_to) {
  for (const AnswerRow& row : kAnswers)
    EXPECT_EQ(answer_text(row.options, row.offer), row.answer) << row.offer;
}

constexpr std::string_view kBadParameters[] = {
    "unknown",
    "unknown=1",
    "server_no_context_takeover=1",
    "client_no_context_takeover=true",
    "server_no_context_takeover; server_no_context_takeover",
    "client_no_context_takeover; client_no_context_takeover",
    "server_max_window_bits",
    "server_max_window_bits=7",
    "server_max_window_bits=16",
    "server_max_window_bits=08",
    "server_max_window_bits=+9",
    "server_max_window_bits=0x9",
    "server_max_window_bits=nine",
    "server_max_window_bits=10; server_max_window_bits=10",
    "client_max_window_bits=7",
    "client_max_window_bits=16",
    "client_max_window_bits=010",
    "client_max_window_bits=10; client_max_window_bits=10",
    "client_max_window_bits=10; client_max_window_bits",
};

TEST(DeflateParams, a_bad_parameter_declines_its_offer_and_no_other) {
  for (const std::string_view bad : kBadParameters) {
    const std::string offer = "permessage-deflate; " + std::string{bad};
    EXPECT_EQ(answer_text(plain(), offer), "none") << bad;
    EXPECT_EQ(answer_text(plain(), offer + ", permessage-deflate"), "permessage-deflate") << bad;
  }
}

TEST(DeflateParams, a_bad_parameter_in_an_answer_fails_the_handshake) {
  for (const std::string_view bad : kBadParameters)
    EXPECT_FALSE(
        check_deflate_answer(plain(), extensions("permessage-deflate; " + std::string{bad}))
            .is_ok())
        << bad;
  EXPECT_FALSE(
      check_deflate_answer(plain(), extensions("permessage-deflate; client_max_window_bits"))
          .is_ok());
}

TEST(DeflateParams, an_answer_that_was_not_offered_fails_the_handshake) {
  const auto error = [](const std::optional<DeflateOptions>& options, std::string_view answer) {
    const auto checked = check_deflate_answer(options, extensions(answer));
    return checked ? std::string{"accepted"} : checked.error();
  };

  EXPECT_THAT(error(std::nullopt, "permessage-deflate"), HasSubstr("not offered"));
  EXPECT_THAT(error(plain(), "x-webkit-deflate-frame"), HasSubstr("not offered"));
  EXPECT_THAT(error(plain(), "permessage-deflate, permessage-deflate"), HasSubstr("second"));
  EXPECT_THAT(error(plain(), "permessage-deflate, foo"), HasSubstr("second extension: \"foo\""));
  EXPECT_THAT(error(frugal(), "permessage-deflate"), HasSubstr("takes context over"));
}

TEST(DeflateParams, no_answer_is_no_compression) {
  EXPECT_EQ(*check_deflate_answer(plain(), {}), std::nullopt);
  EXPECT_EQ(*check_deflate_answer(std::nullopt, {}), std::nullopt);
}

TEST(DeflateParams, a_client_agrees_to_what_it_will_do) {
  const auto agreed = [](const DeflateOptions& options, std::string_view answer) {
    return **check_deflate_answer(options, extensions(answer));
  };

  EXPECT_EQ(agreed(plain(), "permessage-deflate"), DeflateParams{});
  EXPECT_EQ(agreed(plain(),
                   "permessage-deflate; client_no_context_takeover; "
                   "server_max_window_bits=8; client_max_window_bits=9"),
            (DeflateParams{false, true, 8, 9}));
  // The second offer leaves the server's window open; ours is never above what we named.
  EXPECT_EQ(agreed({}, "permessage-deflate"), (DeflateParams{false, false, 15, 12}));
  EXPECT_EQ(agreed({}, "permessage-deflate; client_max_window_bits=15").client_max_window_bits, 12);
  EXPECT_EQ(agreed(frugal(), "permessage-deflate; server_no_context_takeover"),
            (DeflateParams{true, true, 15, 9}));
}

TEST(DeflateParams, our_two_sides_agree_whatever_they_want) {
  std::vector<DeflateOptions> wishes;
  for (const std::uint8_t own : kOwnBits)
    for (const std::uint8_t peer : kPeerBits)
      for (const int takeover : {0, 1, 2, 3}) {
        DeflateOptions wish;
        wish.own_window_bits = own;
        wish.peer_window_bits = peer;
        wish.own_context_takeover = (takeover & 1) != 0;
        wish.peer_context_takeover = (takeover & 2) != 0;
        wishes.push_back(wish);
      }
  for (const DeflateOptions& client : wishes)
    for (const DeflateOptions& server : wishes) {
      const auto answer = accept_deflate_offer(server, extensions(make_deflate_offer(client)));
      ASSERT_TRUE(answer);
      const auto agreed = check_deflate_answer(client, extensions(answer->text));
      ASSERT_TRUE(agreed) << agreed.error();
      ASSERT_EQ(**agreed, answer->params);
      const DeflateParams& params = answer->params;
      ASSERT_EQ(params.server_no_context_takeover,
                !server.own_context_takeover || !client.peer_context_takeover);
      ASSERT_EQ(params.client_no_context_takeover,
                !client.own_context_takeover || !server.peer_context_takeover);
      ASSERT_EQ(params.server_max_window_bits,
                std::min(server.own_window_bits, client.peer_window_bits));
      ASSERT_EQ(params.client_max_window_bits,
                std::min(client.own_window_bits, server.peer_window_bits));
    }
}

}  // namespace
}  // namespace heartwire::ws
