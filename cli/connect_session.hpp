#pragma once
// `heartwire connect` while it runs: standard input to messages, until somebody ends it.

#include "cli/connect_report.hpp"
#include "heartwire/base/instant.hpp"
#include "heartwire/client/options.hpp"

#include <optional>

namespace heartwire::cli {

struct ConnectOptions {
  client::Options client{};
  ConnectStyle style{};
  /// Go on after the end of input, until a signal or `duration`. Default: close.
  bool stays_at_eof = false;
  /// Once the end of input has been read and all of it has been sent, close when nothing has come
  /// for this long. Default 1 s: longer than most round trips, and no burden in a script.
  base::Duration eof_wait = std::chrono::seconds{1};
  /// Close after this. Default: never.
  std::optional<base::Duration> duration{};
};

/// Runs until the connection was closed by us, given up, or interrupted twice. The exit code: 0
/// closed as asked; 1 gave up, or messages were left unsent, or stopped at once; 2 for what cannot
/// be started (a certificate file that is missing).
int run_connect(ConnectOptions options);

}  // namespace heartwire::cli
