#include "heartwire/endpoint/frames.hpp"

#include "tests/unit/endpoint/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace heartwire::endpoint {
namespace {

using base::Role;
using testing::ElementsAre;

struct Frames : testing::Test {
  FrameSink sink(Role role) { return {role, ledger, workspace}; }
  std::vector<test::Frame> sent_by(Role role) { return test::take_frames(role, workspace.output); }

  test::SeededMaskKeys masks;
  WriteLedger ledger;
  Workspace workspace{masks};
};

TEST_F(Frames, a_client_masks_and_a_server_does_not) {
  for (const Role role : {Role::client, Role::server}) {
    sink(role).append_message({base::MessageType::text, "hello"});
    const bool is_masked = (workspace.output[1] & 0x80) != 0;

    EXPECT_EQ(is_masked, role == Role::client);
    EXPECT_THAT(sent_by(role), ElementsAre(test::text("hello")));
  }
}

TEST_F(Frames, no_two_frames_share_a_masking_key) {
  std::set<std::string> keys;
  for (int i = 0; i < 100; ++i) {
    workspace.output.clear();
    sink(Role::client).append(ws::Opcode::pong, true, {});
    keys.emplace(workspace.output.begin() + 2, workspace.output.begin() + 6);
  }

  EXPECT_EQ(keys.size(), 100u);
}

TEST_F(Frames, every_byte_is_counted) {
  FrameSink frames = sink(Role::client);
  frames.append_message({base::MessageType::binary, std::string(70'000, 'x')});
  frames.append_ping(7);
  frames.append_close(1000, "bye");

  EXPECT_EQ(ledger.unwritten(), workspace.output.size());
}

TEST_F(Frames, the_pong_to_our_ping_names_the_probe) {
  for (const std::uint32_t sequence : {0u, 1u, 0x01020304u, 0xFFFFFFFFu}) {
    sink(Role::server).append_ping(sequence);
    const auto frames = sent_by(Role::server);

    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].opcode, ws::Opcode::ping);
    EXPECT_EQ(pong_sequence(base::as_bytes(frames[0].payload)), sequence);
  }
}

TEST_F(Frames, a_pong_that_nobody_asked_for_names_none) {
  for (const char* payload : {"", "hw", "hw12", "hw12345", "xx1234", "hx1234"})
    EXPECT_EQ(pong_sequence(base::as_bytes(payload)), std::nullopt) << payload;
}

TEST_F(Frames, a_close_may_have_no_code) {
  sink(Role::server).append_close(std::nullopt, "dropped");
  sink(Role::server).append_close(1001, "going");

  EXPECT_THAT(sent_by(Role::server),
              ElementsAre(test::close_frame(0), test::close_frame(1001, "going")));
}

}  // namespace
}  // namespace heartwire::endpoint
