#include "heartwire/judge/hammer_case.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace heartwire::judge {
namespace {

/// Comes back with these delays, in seconds, again and again until the case is judged.
void hammer(Stage& stage, const std::vector<double>& delays, double until) {
  double now = 0;
  for (std::size_t i = 0; now < until && !stage.is_judged(); ++i) {
    stage.at(now);
    stage.leave(stage.come());
    now += delays[std::min(i, delays.size() - 1)];
  }
  stage.at(until);
}

TEST(HammerCase, passes_growing_delays) {
  Stage stage("storm");
  hammer(stage, {0.5, 1, 2, 4, 8, 16}, 31);

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "6 connections in 30.0 s, delays from 0.50 s to 8.00 s");
}

TEST(HammerCase, warns_of_constant_delays_and_of_many) {
  Stage constant("storm");
  hammer(constant, {3}, 31);
  EXPECT_EQ(constant.verdict(), "warn");
  EXPECT_EQ(constant.note(), "its delays do not grow");

  Stage many("storm");
  hammer(many, {1.4}, 31);
  EXPECT_EQ(many.verdict(), "warn");
  EXPECT_EQ(many.note(), "a failing server gets no rest");

  Stage fewer("storm");
  hammer(fewer, {1.5}, 31);
  EXPECT_EQ(fewer.note(), "its delays do not grow");
}

TEST(HammerCase, fails_a_storm_and_ends_a_hot_loop_early) {
  Stage storm("storm");
  hammer(storm, {0.5}, 31);
  EXPECT_EQ(storm.verdict(), "fail");

  Stage hot("storm");
  hammer(hot, {0.001}, 5);
  EXPECT_EQ(hot.verdict(), "fail");
  EXPECT_EQ(hot.figure(), "200 connections in 0.20 s");
}

TEST(HammerCase, cannot_judge_the_storm_of_who_comes_once) {
  Stage stage("storm");
  hammer(stage, {100}, 31);

  EXPECT_EQ(stage.verdict(), "not offered");
}

TEST(HammerCase, compares_the_delays_of_several_clients) {
  for (const double shift : {0.0, 0.7}) {
    Stage stage("storm", {1, 2});
    for (const double when : {0.0, 1.0, 3.0, 7.0, 15.0}) {
      stage.at(when);
      stage.come(1);
      stage.at(when * (1 + shift / 10) + shift * (when > 0 ? 1 : 0));
      stage.come(2);
    }
    stage.at(31);

    EXPECT_EQ(stage.verdict(), shift > 0 ? "pass" : "warn") << stage.figure();
  }
}

TEST(HammerCase, lets_some_tolerance_pass_where_it_refuses_for_good) {
  for (const char* name : {"unauthorized", "close-1008"}) {
    Stage gives_up(name);
    hammer(gives_up, {1, 2, 100}, 61);
    EXPECT_EQ(gives_up.verdict(), "pass") << name;

    Stage goes_on(name);
    hammer(goes_on, {5}, 61);
    EXPECT_EQ(goes_on.verdict(), "warn") << name;

    Stage hammers(name);
    hammers.come();
    hammer(hammers, {1}, 61);
    EXPECT_EQ(hammers.verdict(), "fail") << name;
  }
}

TEST(HammerCase, says_what_it_is_to_say) {
  Stage refusing("unauthorized");
  refusing.come();
  EXPECT_EQ(refusing.last<Refuse>().status, 401);

  Stage closing("close-4000");
  closing.come();
  EXPECT_EQ(closing.last<SendClose>().code, 4000);

  Stage ending("storm");
  ending.come();
  EXPECT_EQ(ending.count<Accept>(), 1U);
  EXPECT_EQ(ending.count<End>(), 1U);
}

TEST(HammerCase, takes_an_application_s_code_for_what_the_client_takes_it_for) {
  Stage stays_away("close-4000");
  hammer(stays_away, {100}, 61);
  EXPECT_EQ(stays_away.verdict(), "pass");

  Stage grows("close-4000");
  hammer(grows, {1, 2, 4, 8, 16, 30}, 61);
  EXPECT_EQ(grows.verdict(), "pass");
}

}  // namespace
}  // namespace heartwire::judge
