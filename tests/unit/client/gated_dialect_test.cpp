#include "heartwire/client/gated_dialect.hpp"

#include "heartwire/core/heartbeat.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::client {
namespace {

using core::Meaning;
using core::ProbeForm;
using core::Role;

TEST(GatedDialect, speaks_as_the_one_inside) {
  HookGate gate;
  const auto dialect = gate_dialect(core::dialect::text("ping", "pong"), gate);
  std::string text;
  EXPECT_EQ(dialect->name(), core::dialect::text("ping", "pong")->name());
  EXPECT_EQ(dialect->write_probe(Role::client, 1, text), ProbeForm::text);
  EXPECT_EQ(text, "ping");
  EXPECT_EQ(dialect->read(Role::client, {core::MessageType::text, "pong"}, text).meaning,
            Meaning::answer);
  EXPECT_EQ(dialect->has_answers(Role::client),
            core::dialect::text("ping", "pong")->has_answers(Role::client));
}

TEST(GatedDialect, adapts_as_the_one_inside) {
  HookGate gate;
  core::HeartbeatOptions direct;
  core::HeartbeatOptions gated;
  core::dialect::engine_io()->adapt(Role::client, direct);
  gate_dialect(core::dialect::engine_io(), gate)->adapt(Role::client, gated);
  EXPECT_EQ(gated, direct);
  EXPECT_NE(gated, core::HeartbeatOptions{});
}

TEST(GatedDialect, asks_nothing_behind_a_shut_gate) {
  HookGate gate;
  int calls = 0;
  core::dialect::CustomOptions custom;
  custom.probe = [&](std::uint32_t) { return ++calls, core::Message{}; };
  custom.read = [&](core::MessageView) { return ++calls, Meaning::application; };
  const auto dialect = gate_dialect(core::dialect::custom(std::move(custom)), gate);
  std::string text;

  gate.shut();

  EXPECT_EQ(dialect->write_probe(Role::client, 1, text), ProbeForm::none);
  EXPECT_EQ(dialect->read(Role::client, {}, text).meaning, Meaning::beat);
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace heartwire::client
