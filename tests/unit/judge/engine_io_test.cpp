#include "heartwire/judge/engine_io.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace heartwire::judge {
namespace {

TEST(EngineIo, is_asked_for_by_a_parameter_of_the_query) {
  EXPECT_TRUE(engine_io::is_asked_for("EIO=4&transport=websocket"));
  EXPECT_TRUE(engine_io::is_asked_for("token=x&EIO=4"));
  EXPECT_FALSE(engine_io::is_asked_for(""));
  EXPECT_FALSE(engine_io::is_asked_for("EIO=3&transport=websocket"));
  EXPECT_FALSE(engine_io::is_asked_for("x=EIO=4"));
  EXPECT_FALSE(engine_io::is_asked_for("&&EIO=44&"));
}

TEST(EngineIo, events_have_the_size_that_was_asked_for) {
  EXPECT_EQ(engine_io::event(20), R"(42["judge","......"])");
  EXPECT_EQ(engine_io::event(480 << 10).size(), std::size_t{480} << 10);
}

TEST(EngineIo, connecting_is_answered_in_the_namespace_that_was_named) {
  EXPECT_EQ(engine_io::answer_to_connect("40"), R"(40{"sid":"judge"})");
  EXPECT_EQ(engine_io::answer_to_connect(R"(40{"token":"a,b"})"), R"(40{"sid":"judge"})");
  EXPECT_EQ(engine_io::answer_to_connect("40/admin,"), R"(40/admin,{"sid":"judge"})");
  EXPECT_EQ(engine_io::answer_to_connect("40/admin"), R"(40{"sid":"judge"})");
}

LinkId come(Stage& stage) {
  Requested request;
  request.link = 1;
  request.is_engine_io = true;
  stage.tell(request);
  return request.link;
}

std::size_t count_sent(const Stage& stage, std::string_view text) {
  const auto& actions = stage.actions();
  return static_cast<std::size_t>(
      std::count_if(actions.begin(), actions.end(), [text](const Action& action) {
        const auto* send = std::get_if<Send>(&action);
        return send && send->payload == text;
      }));
}

TEST(EngineIo, a_case_opens_answers_the_connect_and_keeps_the_heartbeat_going) {
  Stage stage("half-open");
  const LinkId link = come(stage);
  EXPECT_EQ(stage.last<Send>().payload,
            R"(0{"sid":"judge","upgrades":[],"pingInterval":25000,"pingTimeout":20000,)"
            R"("maxPayload":1000000})");
  stage.text(link, "40");
  EXPECT_EQ(stage.last<Send>().payload, R"(40{"sid":"judge"})");
  stage.at(24.9);
  EXPECT_EQ(count_sent(stage, "2"), 0U);
  stage.at(25);
  EXPECT_EQ(count_sent(stage, "2"), 1U);
  stage.text(link, "3");
  stage.text(link, R"(42["message 1"])");
  EXPECT_EQ(stage.last<Send>().payload, "2");
  EXPECT_TRUE(stage.machine().seen().heartbeat);

  // Silent from the fortieth second on.
  stage.at(84);
  EXPECT_EQ(count_sent(stage, "2"), 1U);
  stage.close(link);
  stage.leave(link);
  stage.at(150);
  EXPECT_EQ(stage.verdict(), "pass") << stage.figure();
}

TEST(EngineIo, a_silent_peer_opens_and_says_nothing_more) {
  Stage stage("silent-peer");
  const LinkId link = come(stage);
  stage.text(link, "40");
  stage.at(60);

  EXPECT_EQ(stage.count<Send>(), 1U);
}

TEST(EngineIo, the_answers_to_the_servers_heartbeat_are_no_crowd_in_step) {
  Stage stage("crowd", {1, 10});
  std::vector<LinkId> links;
  for (ClientId client = 1; client <= 20; ++client) {
    if (client == 11) stage.at(3);
    if (client > 10) stage.at(client);
    stage.tell(Requested{client, client > 10 ? client - 10 : client, {}, true});
  }
  stage.at(45);
  for (LinkId link = 11; link <= 20; ++link) stage.text(link, "3");
  stage.at(95);

  EXPECT_EQ(stage.verdict(), "not offered") << stage.figure();
}

TEST(EngineIo, a_transfer_that_outlasts_the_heartbeat_is_lost_by_leaving) {
  Stage stage("slow-bulk");
  const LinkId link = come(stage);
  EXPECT_EQ(stage.last<Send>().payload.substr(0, 12), R"(42["judge",")");
  stage.at(45);
  stage.leave(link);

  EXPECT_EQ(stage.verdict(), "fail");
}

}  // namespace
}  // namespace heartwire::judge
