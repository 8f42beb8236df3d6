#pragma once
// The fixture of tests over real sockets: a witness of the client, and everything that was said on
// both sides when a test fails.

#include "heartwire/client/client.hpp"
#include "tests/integration/support/peer_command.hpp"
#include "tests/integration/support/process.hpp"
#include "tests/integration/support/witness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::integration {

using std::chrono::milliseconds;
using std::chrono::seconds;
using namespace std::chrono_literals;

class LiveTest : public ::testing::Test {
 protected:
  void TearDown() override;

  /// A process that is shown if the test fails, and ends with the test.
  Process& start(std::vector<std::string> command);

  /// Watched by `witness`, without heartbeats, and with quick retries.
  client::Options options(std::string url);

  Witness witness;

 private:
  std::vector<std::unique_ptr<Process>> processes_;
};

/// "ws://127.0.0.1:PORT" and `target`.
std::string url_of(std::uint16_t port, std::string_view target = "/", bool is_secure = false);

/// Polls every few milliseconds, for states that nobody announces. False: the deadline passed.
bool becomes_true(const std::function<bool()>& is_so, milliseconds deadline = 20s);

/// Since `begin`, on the steady clock.
milliseconds since(base::Instant begin);

}  // namespace heartwire::integration
