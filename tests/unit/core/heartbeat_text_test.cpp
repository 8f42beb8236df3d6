#include "heartwire/core/heartbeat.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>

namespace heartwire::core {
namespace {

using std::chrono::seconds;

template <typename Variant>
std::string text(const Variant& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

std::string said(const HeartbeatEvent& event) {
  return text(event);
}
std::string done(const HeartbeatAction& action) {
  return text(action);
}

TEST(HeartbeatText, every_event_reads_as_one_line) {
  EXPECT_EQ(said(heartbeat_event::Opened{}), "opened");
  EXPECT_EQ(said(heartbeat_event::Received{}), "received");
  EXPECT_EQ(said(heartbeat_event::Sent{}), "sent");
  EXPECT_EQ(said(heartbeat_event::Sent{.was_blocked = true}), "sent was_blocked");
  EXPECT_EQ(said(heartbeat_event::ProbeSent{3}), "probe_sent sequence=3");
  EXPECT_EQ(said(heartbeat_event::Answered{}), "answered");
  EXPECT_EQ(said(heartbeat_event::Answered{3}), "answered sequence=3");
  EXPECT_EQ(said(heartbeat_event::CheckNow{}), "check_now");
  EXPECT_EQ(said(heartbeat_event::Retimed{seconds{25}, seconds{20}, {}}),
            "retimed interval=25000ms timeout=20000ms");
  EXPECT_EQ(said(heartbeat_event::Retimed{seconds{25}, seconds{20}, seconds{45}}),
            "retimed interval=25000ms timeout=20000ms silence_max=45000ms");
  EXPECT_EQ(said(heartbeat_event::Tick{}), "tick");
  EXPECT_EQ(said(heartbeat_event::Tick{12}), "tick backlog=12");
}

TEST(HeartbeatText, every_action_reads_as_one_line) {
  EXPECT_EQ(done(heartbeat_action::SendProbe{3}), "send_probe sequence=3");
  EXPECT_EQ(done(heartbeat_action::Suspect{seconds{26}}), "suspect silence=26000ms");
  EXPECT_EQ(done(heartbeat_action::Cleared{seconds{27}}), "cleared silence=27000ms");
  EXPECT_EQ(done(heartbeat_action::RoundTripMeasured{seconds{1}}), "round_trip_measured 1000ms");
  EXPECT_EQ(done(heartbeat_action::Dead{DeathReason::no_answer, seconds{35}}),
            "dead no_answer silence=35000ms");
  EXPECT_EQ(done(heartbeat_action::Dead{DeathReason::silence, seconds{35}}),
            "dead silence silence=35000ms");
  EXPECT_EQ(done(heartbeat_action::Dead{DeathReason::stuck, seconds{35}}),
            "dead stuck silence=35000ms");
}

}  // namespace
}  // namespace heartwire::core
