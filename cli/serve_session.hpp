#pragma once
// `heartwire serve` while it runs.

#include "cli/entrance.hpp"
#include "heartwire/server/options.hpp"

#include <string>

namespace heartwire::cli {

struct ServeOptions {
  server::Options server{};
  Entrance entrance{};
  bool echoes_all = false;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  /// The bound port is written here. Default: nowhere.
  std::string port_file{};
};

/// Serves until SIGINT or SIGTERM, then drains; a second signal stops at once. The exit code: 0
/// ended as asked; 1 cannot listen, or stopped at once; 2 for what cannot be set up (a certificate
/// file that is missing).
int run_serve(ServeOptions options);

}  // namespace heartwire::cli
