#pragma once
// The stage of every case: a server, a proxy in front of it that breaks the path on command, and a
// journal of both sides. The client is the test's own.
//
//   client attempt N           about to be made; 0 is the first of a series
//   client open first|again
//   client message TEXT
//   client close CAUSE [CODE]  of a connection that was open, or by the user
//   client failed CAUSE [CODE] of an attempt
//   client retry N             scheduled
//   client suspect, client cleared, client gave up REASON, client error TEXT

#include "heartwire/client/client.hpp"
#include "heartwire/net/fault_proxy.hpp"
#include "tests/integration/cases/case_server.hpp"
#include "tests/integration/cases/journal.hpp"
#include "tests/integration/cases/pace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::cases {

/// `options` with hooks that write into `journal` and then call those that were there.
client::Options recorded(client::Options options, Journal& journal);

class FieldCase : public ::testing::Test {
 protected:
  explicit FieldCase(server::Options options = quiet_server());

  /// Shows the journal if the test failed.
  void TearDown() override;

  /// Through the proxy.
  std::string url(std::string_view target = "/") const;

  /// That each attempt in the journal came at least `delay` after the one before.
  void expect_attempts_apart(milliseconds delay) const;
  /// That openings and closings of the client alternate: one connection at a time.
  void expect_one_connection_at_a_time() const;
  /// Waits until the server holds `count` connections.
  bool server_holds(std::size_t count) const;

  Journal journal;
  CaseServer server;
  net::FaultProxy proxy;
};

}  // namespace heartwire::cases
