#include "heartwire/core/lifecycle.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>

namespace heartwire::core {
namespace {

using std::chrono::milliseconds;
namespace action = lifecycle_action;

std::string text(const LifecycleAction& action) {
  std::ostringstream out;
  out << action;
  return out.str();
}

TEST(LifecycleText, every_action_is_one_line) {
  EXPECT_EQ(text(action::AskWanted{}), "ask_wanted");
  EXPECT_EQ(text(action::Dial{3, 2, 1}), "dial generation=3 attempt=2 url=1");
  EXPECT_EQ(text(action::AbortDial{3}), "abort_dial generation=3");
  EXPECT_EQ(text(action::DropTransport{3}), "drop_transport generation=3");
  EXPECT_EQ(text(action::SendGreeting{}), "send_greeting");
  EXPECT_EQ(text(action::SendProbe{7}), "send_probe sequence=7");
  EXPECT_EQ(text(action::SendClose{}), "send_close");
  EXPECT_EQ(text(action::NotifyOpen{3, true, 0, milliseconds{20}}),
            "notify_open first attempts=0 outage=20ms");
  EXPECT_EQ(text(action::NotifyOpen{3, false, 4, milliseconds{1500}}),
            "notify_open again attempts=4 outage=1500ms");
  EXPECT_EQ(text(action::NotifyRetry{2, milliseconds{500}}), "notify_retry attempt=2 delay=500ms");
  EXPECT_EQ(text(action::NotifySuspect{milliseconds{9}}), "notify_suspect silence=9ms");
  EXPECT_EQ(text(action::NotifyCleared{milliseconds{9}}), "notify_cleared silence=9ms");
  EXPECT_EQ(text(action::NotifyHeartbeat{milliseconds{9}}), "notify_heartbeat round_trip=9ms");
  EXPECT_EQ(text(action::NotifyExpired{12}), "notify_expired id=12");
}

TEST(LifecycleText, an_end_says_what_ended_by_whom_and_what_follows) {
  EXPECT_EQ(text(action::NotifyEnd{true, true, EndedBy::peer, true, milliseconds{500}}),
            "notify_end connection clean by=peer verdict=retry retry_in=500ms");
  EXPECT_EQ(text(action::NotifyEnd{true, false, EndedBy::nobody, false, {}, Verdict::stop}),
            "notify_end connection by=nobody verdict=stop");
  EXPECT_EQ(text(action::NotifyEnd{.by = EndedBy::us, .verdict = Verdict::new_credentials}),
            "notify_end attempt by=us verdict=new_credentials");
}

TEST(LifecycleText, giving_up_names_every_reason) {
  const auto reason = [](StopReason why) { return text(action::NotifyGaveUp{why, 5}); };

  EXPECT_EQ(reason(StopReason::disabled), "notify_gave_up reason=disabled attempts=5");
  EXPECT_EQ(reason(StopReason::refused), "notify_gave_up reason=refused attempts=5");
  EXPECT_EQ(reason(StopReason::attempts), "notify_gave_up reason=attempts attempts=5");
  EXPECT_EQ(reason(StopReason::elapsed), "notify_gave_up reason=elapsed attempts=5");
  EXPECT_EQ(reason(StopReason::user), "notify_gave_up reason=user attempts=5");
}

TEST(LifecycleText, every_state_has_its_name) {
  EXPECT_STREQ(name(State::idle), "idle");
  EXPECT_STREQ(name(State::connecting), "connecting");
  EXPECT_STREQ(name(State::open), "open");
  EXPECT_STREQ(name(State::closing), "closing");
  EXPECT_STREQ(name(State::closed), "closed");
  EXPECT_STREQ(name(State::waiting), "waiting");
  EXPECT_STREQ(name(State::suspended), "suspended");
  EXPECT_STREQ(name(State::failed), "failed");
}

}  // namespace
}  // namespace heartwire::core
