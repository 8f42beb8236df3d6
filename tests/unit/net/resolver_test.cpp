#include "heartwire/net/resolver.hpp"

#include "tests/unit/net/test_loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace heartwire::net {
namespace {

using testing::TestLoop;

TEST(Resolver, takes_an_address_as_it_is) {
  TestLoop loop;
  std::optional<Addresses> answer;

  const Lookup lookup(loop, "::1", 443, [&](Addresses found) { answer = std::move(found); });
  EXPECT_FALSE(answer) << "never inside the call";
  loop.run_ready();

  ASSERT_TRUE(answer && answer->is_ok());
  EXPECT_THAT(answer->value(), ::testing::ElementsAre(*Address::parse("::1", 443)));
}

TEST(Resolver, finds_this_machine_on_the_loop_s_thread) {
  TestLoop loop;
  std::optional<Addresses> answer;
  std::thread::id there;

  const Lookup lookup(loop, "localhost", 80, [&](Addresses found) {
    answer = std::move(found);
    there = std::this_thread::get_id();
  });
  ASSERT_TRUE(loop.run_until([&] { return answer.has_value(); }));

  ASSERT_TRUE(answer->is_ok());
  EXPECT_EQ(answer->value().front().port, 80);
  EXPECT_EQ(there, std::this_thread::get_id());
}

TEST(Resolver, names_the_host_that_does_not_exist) {
  TestLoop loop;
  std::optional<Addresses> answer;

  const Lookup lookup(loop, "nonexistent.invalid", 80,
                      [&](Addresses found) { answer = std::move(found); });
  ASSERT_TRUE(loop.run_until([&] { return answer.has_value(); }));

  ASSERT_FALSE(answer->is_ok());
  EXPECT_THAT(answer->error(), ::testing::StartsWith("cannot resolve nonexistent.invalid: "));
}

TEST(Resolver, says_nothing_once_it_is_abandoned) {
  TestLoop loop;
  const auto witness = std::make_shared<int>(0);
  std::vector<Lookup> lookups;
  for (int count = 0; count < 20; ++count)
    lookups.emplace_back(loop, count % 2 == 0 ? "localhost" : "127.0.0.1", 80,
                         [witness](Addresses) { FAIL(); });
  lookups.clear();
  EXPECT_EQ(witness.use_count(), 1) << "handlers go at once";
  bool is_done = false;

  const Lookup last(loop, "localhost", 80, [&](Addresses) { is_done = true; });

  EXPECT_TRUE(loop.run_until([&] { return is_done; }));
}

TEST(Resolver, answers_more_questions_than_it_has_threads) {
  TestLoop loop;
  std::size_t answers = 0;
  std::vector<Lookup> lookups;
  for (std::size_t count = 0; count < 5 * kLookupThreads; ++count)
    lookups.emplace_back(loop, "localhost", 80, [&](Addresses) { ++answers; });

  EXPECT_TRUE(loop.run_until([&] { return answers == 5 * kLookupThreads; }));
}

TEST(Resolver, may_be_abandoned_by_its_own_answer) {
  TestLoop loop;
  std::unique_ptr<Lookup> lookup;
  bool is_done = false;
  lookup = std::make_unique<Lookup>(loop, "localhost", 80, [&](Addresses) {
    lookup.reset();
    is_done = true;
  });

  EXPECT_TRUE(loop.run_until([&] { return is_done; }));
}

TEST(Resolver, outlives_loops_that_end_in_the_middle_of_a_question) {
  for (int round = 0; round < 20; ++round) {
    Loop loop;
    auto lookup = std::make_shared<std::optional<Lookup>>();
    loop.post([&loop, lookup] { lookup->emplace(loop, "localhost", 80, [](Addresses) {}); });
    loop.stop();
    loop.join();
  }
}

}  // namespace
}  // namespace heartwire::net
