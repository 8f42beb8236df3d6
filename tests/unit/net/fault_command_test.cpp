#include "heartwire/net/fault_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

template <typename Action>
FaultCommand to_do(Action action) {
  return FaultCommand{FaultAction{std::move(action)}};
}

FaultCommand read(std::string_view line) {
  return parse_fault_command(line).value();
}

std::string error(std::string_view line) {
  return parse_fault_command(line).error();
}

TEST(FaultCommand, reads_a_direction_or_means_both) {
  EXPECT_EQ(read("freeze"), to_do(faults::Freeze{FaultDirection::both}));
  EXPECT_EQ(read("freeze up"), to_do(faults::Freeze{FaultDirection::up}));
  EXPECT_EQ(read("thaw down"), to_do(faults::Thaw{FaultDirection::down}));
  EXPECT_EQ(read("drop both"), to_do(faults::Drop{FaultDirection::both}));
  EXPECT_EQ(read(" \tpass  up \r"), to_do(faults::Pass{FaultDirection::up}));
}

TEST(FaultCommand, reads_what_takes_no_argument) {
  EXPECT_EQ(read("cut"), to_do(faults::Cut{}));
  EXPECT_EQ(read("reset"), to_do(faults::Reset{}));
  EXPECT_EQ(read("clear"), to_do(faults::Clear{}));
  EXPECT_EQ(read("accept"), to_do(faults::Accept{FaultAccept::forward}));
  EXPECT_EQ(read("refuse"), to_do(faults::Accept{FaultAccept::refuse}));
  EXPECT_EQ(read("close-new"), to_do(faults::Accept{FaultAccept::close_at_once}));
  EXPECT_EQ(read("hold-new"), to_do(faults::Accept{FaultAccept::black_hole}));
  EXPECT_EQ(read("status"), FaultCommand{faults::Status{}});
  EXPECT_EQ(read("help"), FaultCommand{faults::Help{}});
  EXPECT_EQ(read("quit"), FaultCommand{faults::Quit{}});
}

TEST(FaultCommand, reads_times_and_sizes) {
  EXPECT_EQ(read("delay 200ms 50ms"), to_do(faults::Delay{200ms, 50ms}));
  EXPECT_EQ(read("delay 1.5s down"), to_do(faults::Delay{1500ms, 0ms, FaultDirection::down}));
  EXPECT_EQ(read("delay off"), to_do(faults::Delay{}));
  EXPECT_EQ(read("throttle 64KiB"), to_do(faults::Throttle{65536}));
  EXPECT_EQ(read("throttle 1.5kB/s up"), to_do(faults::Throttle{1500, FaultDirection::up}));
  EXPECT_EQ(read("throttle off"), to_do(faults::Throttle{}));
  EXPECT_EQ(read("forget 2s rst"), to_do(faults::ForgetIdle{2s, FaultForgetting::reset}));
  EXPECT_EQ(read("forget 1min silent"), to_do(faults::ForgetIdle{60s}));
  EXPECT_EQ(read("forget off"), to_do(faults::ForgetIdle{}));
  EXPECT_EQ(read("wait 5s"), FaultCommand{faults::Wait{5s}});
}

TEST(FaultCommand, reads_a_target) {
  EXPECT_EQ(read("retarget [::1]:80"), to_do(faults::Retarget{{"::1", 80}}));
  EXPECT_THAT(error("retarget nowhere"), HasSubstr("\"nowhere\""));
  EXPECT_THAT(error("retarget host:0"), HasSubstr("0"));
}

TEST(FaultCommand, names_the_wrong_word) {
  EXPECT_THAT(error("freze up"), HasSubstr("\"freze\""));
  EXPECT_THAT(error("freeze sideways"), HasSubstr("freeze: unexpected \"sideways\""));
  EXPECT_THAT(error("freeze up down"), HasSubstr("\"down\""));
  EXPECT_THAT(error("cut now"), HasSubstr("\"now\""));
  EXPECT_THAT(error("delay soon"), HasSubstr("\"soon\""));
  EXPECT_THAT(error("delay 200ms 50"), HasSubstr("\"50\""));
  EXPECT_THAT(error("throttle 64KiBs"), HasSubstr("\"64KiBs\""));
  EXPECT_THAT(error("throttle 0"), HasSubstr("\"0\""));
  EXPECT_THAT(error("forget 2s loudly"), HasSubstr("\"loudly\""));
}

TEST(FaultCommand, says_that_an_argument_is_missing) {
  EXPECT_THAT(error("wait"), HasSubstr("missing"));
  EXPECT_THAT(error("delay"), HasSubstr("missing"));
  EXPECT_FALSE(parse_fault_command("throttle").is_ok());
  EXPECT_FALSE(parse_fault_command("  ").is_ok());
}

TEST(FaultCommand, refuses_times_without_unit_and_out_of_range) {
  EXPECT_EQ(parse_fault_duration("0").value(), 0ns);
  EXPECT_EQ(parse_fault_duration("24h").value(), 24h);
  EXPECT_EQ(parse_fault_duration("250us").value(), 250us);
  for (const char* text : {"5", "-1s", "25h", "1e9s", "nan", "infs", "s", "1 s", "99999999999999h"})
    EXPECT_FALSE(parse_fault_duration(text).is_ok()) << text;
}

TEST(FaultCommand, reads_back_what_is_written_of_every_action) {
  for (const char* line : {"freeze",
                           "freeze up",
                           "thaw down",
                           "drop",
                           "pass up",
                           "cut",
                           "reset",
                           "accept",
                           "refuse",
                           "close-new",
                           "hold-new",
                           "delay 200ms 50ms down",
                           "delay 1s",
                           "throttle 500 up",
                           "throttle off",
                           "forget 2s rst",
                           "forget 2s",
                           "forget off",
                           "retarget [::1]:80",
                           "clear"})
    EXPECT_EQ(describe(std::get<FaultAction>(read(line))), line);
}

TEST(FaultCommand, reads_a_script_and_skips_what_is_empty) {
  const auto script = parse_fault_script("wait 5s; freeze;;\n thaw\n");

  ASSERT_TRUE(script.is_ok());
  EXPECT_THAT(*script, testing::ElementsAre(FaultCommand{faults::Wait{5s}}, to_do(faults::Freeze{}),
                                            to_do(faults::Thaw{})));
}

TEST(FaultCommand, refuses_a_whole_script_for_one_wrong_word) {
  EXPECT_THAT(parse_fault_script("freeze; melt; thaw").error(), HasSubstr("\"melt\""));
}

TEST(FaultCommand, helps_with_every_command) {
  for (const char* name : {"freeze", "thaw", "drop", "pass", "cut", "reset", "refuse", "close-new",
                           "hold-new", "accept", "delay", "throttle", "forget", "retarget", "clear",
                           "wait", "status", "help", "quit"})
    EXPECT_THAT(std::string{fault_command_help()}, HasSubstr(name));
}

}  // namespace
}  // namespace heartwire::net
