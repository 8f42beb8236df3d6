#include "heartwire/net/released_callbacks.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>

namespace heartwire::net {
namespace {

using core::Role;

/// Whether another thread could take it.
bool is_free(std::mutex& mutex) {
  bool is_taken = false;
  std::thread other([&] {
    is_taken = mutex.try_lock();
    if (is_taken) mutex.unlock();
  });
  other.join();
  return is_taken;
}

class ReleasedCallbacks : public ::testing::Test {
 protected:
  std::mutex mutex;
  core::LifecycleOptions options;
  int calls = 0;
};

TEST_F(ReleasedCallbacks, leave_the_mutex_free_for_the_judge) {
  options.judge = [&](const core::Outcome& outcome) {
    EXPECT_TRUE(is_free(mutex));
    EXPECT_EQ(outcome.code, 7);
    return core::Verdict::stop;
  };
  release_in_callbacks(options, mutex);
  core::Outcome outcome;
  outcome.code = 7;
  const std::lock_guard lock(mutex);
  EXPECT_EQ(options.judge(outcome), core::Verdict::stop);
  EXPECT_FALSE(is_free(mutex));
}

TEST_F(ReleasedCallbacks, are_none_with_a_built_in_dialect_and_no_judge) {
  EXPECT_FALSE(has_callbacks(options));
  options.judge = [](const core::Outcome&) { return core::Verdict::stop; };
  EXPECT_TRUE(has_callbacks(options));
  options.judge = nullptr;
  options.dialect = core::dialect::custom({});
  EXPECT_TRUE(has_callbacks(options));
}

TEST_F(ReleasedCallbacks, need_no_judge) {
  release_in_callbacks(options, mutex);
  EXPECT_FALSE(options.judge);
}

TEST_F(ReleasedCallbacks, leave_the_mutex_free_for_the_dialect) {
  core::dialect::CustomOptions custom;
  custom.probe = [&](std::uint32_t) {
    EXPECT_TRUE(is_free(mutex));
    return core::Message{core::MessageType::binary, "probe"};
  };
  custom.read = [&](core::MessageView) {
    EXPECT_TRUE(is_free(mutex));
    return core::Meaning::probe;
  };
  custom.reply = [&](core::MessageView) {
    EXPECT_TRUE(is_free(mutex));
    return core::Message{core::MessageType::text, "reply"};
  };
  options.dialect = core::dialect::custom(std::move(custom));
  release_in_callbacks(options, mutex);
  std::string text;
  const std::lock_guard lock(mutex);

  EXPECT_EQ(options.dialect->write_probe(Role::client, 1, text), core::ProbeForm::binary);
  EXPECT_EQ(text, "probe");
  EXPECT_EQ(options.dialect->read(Role::client, {}, text).meaning, core::Meaning::probe);
  EXPECT_EQ(text, "reply");
  EXPECT_FALSE(is_free(mutex));
}

TEST_F(ReleasedCallbacks, speak_as_the_dialect_inside) {
  options.dialect = core::dialect::engine_io();
  release_in_callbacks(options, mutex);
  EXPECT_EQ(options.dialect->name(), "engine.io");
  EXPECT_EQ(options.dialect->has_answers(Role::client),
            core::dialect::engine_io()->has_answers(Role::client));
  core::HeartbeatOptions direct;
  core::HeartbeatOptions wrapped;
  core::dialect::engine_io()->adapt(Role::client, direct);
  options.dialect->adapt(Role::client, wrapped);
  EXPECT_EQ(wrapped, direct);
}

}  // namespace
}  // namespace heartwire::net
