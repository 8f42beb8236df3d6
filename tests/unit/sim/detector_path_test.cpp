#include "heartwire/sim/detector_path.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;

base::Instant at(base::Duration since) {
  return base::instant(since);
}

/// 50 ms there, 50 ms back, always.
DetectorLink steady_link() {
  return {.name = "steady", .options = {.latency = 50ms}};
}

TEST(DetectorPath, spells_cover_what_lies_within_them_in_whatever_order_one_asks) {
  Spells spells;
  spells.add(at(10s), at(20s));
  spells.add(at(30s), at(31s));

  EXPECT_TRUE(spells.covers(at(30s)));
  EXPECT_FALSE(spells.covers(at(31s)));
  EXPECT_FALSE(spells.covers(at(9s)));
  EXPECT_TRUE(spells.covers(at(10s)));
  EXPECT_FALSE(spells.covers(at(20s)));
  EXPECT_TRUE(spells.covers(at(30500ms)));
  EXPECT_FALSE(spells.covers(at(1h)));
  EXPECT_TRUE(spells.covers(at(19s)));
  EXPECT_EQ(spells.total(), 11s);
}

TEST(DetectorPath, a_path_without_faults_answers_after_its_round_trip) {
  DetectorPath path(steady_link(), 24h, 1);

  const Exchange exchange = path.ask(at(25s));

  EXPECT_EQ(exchange.answered, at(25s + 100ms));
  EXPECT_EQ(exchange.acknowledged, exchange.answered);
  EXPECT_EQ(path.packets_lost(), 0u);
  EXPECT_EQ(path.interrupted(), 0s);
}

TEST(DetectorPath, a_silent_radio_is_woken_first) {
  DetectorLink link = steady_link();
  link.promotion = 300ms;
  link.idle_after = 10s;
  DetectorPath path(link, 24h, 1);

  EXPECT_EQ(path.ask(at(25s)).answered, at(25s + 400ms));
  EXPECT_EQ(path.ask(at(30s)).answered, at(30s + 100ms));
  EXPECT_EQ(path.ask(at(41s)).answered, at(41s + 400ms));
}

TEST(DetectorPath, connections_differ_in_distance) {
  DetectorLink link = steady_link();
  link.distance = 100ms;
  base::Duration least = 1h;
  base::Duration most{};
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Exchange exchange = DetectorPath(link, 24h, seed).ask(at(25s));
    least = std::min(least, exchange.answered - exchange.asked);
    most = std::max(most, exchange.answered - exchange.asked);
  }

  EXPECT_GE(least, 100ms);
  EXPECT_LT(least, 102ms);
  EXPECT_GT(most, 280ms);
  EXPECT_LE(most, 300ms);
}

TEST(DetectorPath, an_interruption_is_over_for_tcp_when_it_sends_the_next_time) {
  // Interrupted about half of the time, for seconds or longer.
  DetectorLink link = steady_link();
  link.outage_every = 20s;
  link.outage_least = 2s;
  DetectorPath path(link, 24h, 1);
  // Round trips that never vary teach a timeout of 100 ms and Linux's 200 ms on top.
  int late = 0;
  base::Instant asked{};
  for (int i = 0; i < 200; ++i) {
    const Exchange exchange = path.ask(asked += 1min);
    const base::Duration took = exchange.answered - exchange.asked;
    asked = std::max(asked, exchange.answered);
    if (took == 100ms) continue;
    ++late;
    if (i < 40) continue;  // The deviation of the first sample is half of it, and wears off.

    // Each way waits for 300 ms, 900 ms, 2.1 s, and so on.
    bool is_attempt = false;
    const auto waits = [](int n) { return std::min<base::Duration>(300ms * ((1 << n) - 1), 1h); };
    for (int up = 0; up < 8; ++up)
      for (int down = 0; down < 8; ++down) is_attempt |= took == 100ms + waits(up) + waits(down);
    EXPECT_TRUE(is_attempt || took > 38s) << took.count();
  }

  EXPECT_GT(late, 50);
}

TEST(DetectorPath, loses_in_the_long_run_what_its_two_states_say) {
  DetectorLink link = steady_link();
  link.good_loss_ppm = 10'000;
  link.bad_loss_ppm = 400'000;
  link.good_time = 9s;
  link.bad_time = 1s;
  int asked = 0;
  int late = 0;
  DetectorPath path(link, 24h, 1);
  for (base::Instant now{}; now < at(24h); now += 7s) {
    const Exchange exchange = path.ask(now);
    ++asked;
    late += exchange.answered > now + 100ms ? 1 : 0;
    now = std::max(now, exchange.answered);
  }

  // One of two packets that meet the same state is lost: 1 - 0.99^2 in the good one, 1 - 0.6^2 in
  // the bad one, nine to one.
  EXPECT_NEAR(static_cast<double>(late) / asked, 0.0819, 0.008);
  EXPECT_GE(path.packets_lost(), static_cast<std::uint64_t>(late));
}

TEST(DetectorPath, a_heartbeat_may_be_acknowledged_before_it_is_answered) {
  DetectorLink link = steady_link();
  link.bad_loss_ppm = 500'000;
  link.good_time = 1ms;
  link.bad_time = 1h;
  DetectorPath path(link, 24h, 1);
  int before = 0;
  base::Instant asked{};
  for (int i = 0; i < 300; ++i) {
    const Exchange exchange = path.ask(asked += 25s);
    EXPECT_LE(exchange.acknowledged, exchange.answered);
    EXPECT_GE(exchange.acknowledged, exchange.asked + 100ms);
    before += exchange.acknowledged < exchange.answered ? 1 : 0;
    asked = std::max(asked, exchange.answered);
  }

  EXPECT_GT(before, 10);
}

TEST(DetectorPath, one_seed_has_one_history) {
  for (const DetectorLink& link : detector_links()) {
    DetectorPath path(link, 24h, 7);
    DetectorPath again(link, 24h, 7);
    DetectorPath other(link, 24h, 8);
    base::Instant asked{};
    int differs = 0;
    for (int i = 0; i < 100; ++i) {
      const Exchange exchange = path.ask(asked += 5min);
      EXPECT_EQ(again.ask(asked).answered, exchange.answered);
      differs += other.ask(asked).answered != exchange.answered ? 1 : 0;
      asked = std::max(asked, exchange.answered);
    }
    EXPECT_GT(differs, 90);
  }
}

}  // namespace
}  // namespace heartwire::sim
