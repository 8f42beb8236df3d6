#include "heartwire/net/guarded_dialect.hpp"

#include "heartwire/core/heartbeat.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace heartwire::net {
namespace {

using base::Role;

struct Reports {
  std::vector<std::string> all;
  std::function<void(std::string_view)> hook() {
    return [this](std::string_view what) { all.emplace_back(what); };
  }
};

TEST(GuardedDialect, ReportsWhatIsThrownAndGoesOnAsIfNothingWasSaid) {
  core::dialect::CustomOptions options;
  options.probe = [](std::uint32_t) -> std::optional<core::Message> {
    throw std::runtime_error("no token");
  };
  options.read = [](core::MessageView) -> core::Meaning { throw 7; };
  Reports reports;
  const auto dialect = guard_dialect(core::dialect::custom(options), reports.hook());
  std::string text;

  EXPECT_EQ(dialect->write_probe(Role::client, 1, text), core::ProbeForm::none);
  EXPECT_EQ(dialect->read(Role::client, {}, text), core::Reading{});
  EXPECT_EQ(reports.all,
            (std::vector<std::string>{"the dialect threw: no token",
                                      "the dialect threw something that is not a std::exception"}));
}

TEST(GuardedDialect, IsOtherwiseTheDialectItself) {
  Reports reports;
  const auto inner = core::dialect::mqtt();
  const auto dialect = guard_dialect(inner, reports.hook());
  std::string text;
  std::string inner_text;

  EXPECT_EQ(dialect->name(), inner->name());
  EXPECT_EQ(dialect->has_answers(Role::client), inner->has_answers(Role::client));
  EXPECT_EQ(dialect->write_probe(Role::client, 1, text),
            inner->write_probe(Role::client, 1, inner_text));
  EXPECT_EQ(text, inner_text);
  core::HeartbeatOptions ours;
  core::HeartbeatOptions theirs;
  dialect->adapt(Role::server, ours);
  inner->adapt(Role::server, theirs);
  EXPECT_EQ(ours, theirs);
  EXPECT_TRUE(reports.all.empty());
}

}  // namespace
}  // namespace heartwire::net
