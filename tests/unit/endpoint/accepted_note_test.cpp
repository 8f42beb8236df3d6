#include "heartwire/endpoint/accepted_note.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heartwire::endpoint {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ws::Field;

TEST(AcceptedNote, gives_back_what_it_was_made_from) {
  const AcceptedNote note({"chat", {{"Server", "a:b c"}, {"X-Empty", ""}, {"Server", "again"}}});

  const ws::Accepted accepted = note.unpack();

  EXPECT_EQ(accepted.subprotocol, "chat");
  EXPECT_THAT(accepted.headers, ElementsAre(Field{"Server", "a:b c"}, Field{"X-Empty", ""},
                                            Field{"Server", "again"}));
}

TEST(AcceptedNote, is_empty_before_anything_was_agreed_on) {
  const ws::Accepted accepted = AcceptedNote{}.unpack();

  EXPECT_EQ(accepted.subprotocol, "");
  EXPECT_THAT(accepted.headers, IsEmpty());
}

}  // namespace
}  // namespace heartwire::endpoint
