#include "heartwire/client/tapped_hooks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace heartwire::client {
namespace {

using ::testing::ElementsAre;

TEST(TappedHooks, come_before_the_users) {
  std::vector<std::string> events;
  Hooks hooks;
  hooks.on_message = [&](core::MessageView) { events.push_back("user's on_message"); };
  hooks.on_open = [&](const OpenInfo&) { events.push_back("user's on_open"); };
  hooks.on_close = [&](const CloseInfo&) { events.push_back("user's on_close"); };
  hooks.on_gave_up = [&](const GaveUpInfo&) { events.push_back("user's on_gave_up"); };

  tap(
      hooks, [&](core::MessageView) { events.push_back("message"); },
      [&] { events.push_back("change"); });
  hooks.on_open({});
  hooks.on_message({});
  hooks.on_close({});
  hooks.on_gave_up({});

  EXPECT_THAT(events, ElementsAre("change", "user's on_open", "message", "change",
                                  "user's on_close", "change", "user's on_gave_up"));
}

TEST(TappedHooks, need_none_of_the_users) {
  int changes = 0;
  Hooks hooks;
  tap(
      hooks, [](core::MessageView) {}, [&] { ++changes; });
  hooks.on_open({});
  hooks.on_close({});
  hooks.on_gave_up({});
  EXPECT_EQ(changes, 3);
}

TEST(TappedHooks, know_the_states_that_nothing_leads_out_of) {
  EXPECT_TRUE(is_final(core::State::closed));
  EXPECT_TRUE(is_final(core::State::failed));
  for (const auto state : {core::State::idle, core::State::connecting, core::State::open,
                           core::State::closing, core::State::waiting, core::State::suspended})
    EXPECT_FALSE(is_final(state));
}

}  // namespace
}  // namespace heartwire::client
