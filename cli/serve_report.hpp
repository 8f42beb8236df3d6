#pragma once
// What `heartwire serve` shows: who comes, how they go, and what was refused.

#include "cli/state_log.hpp"
#include "heartwire/server/options.hpp"
#include "heartwire/server/server.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace heartwire::cli {

/// Every method may be called from any thread.
class ServeReport {
 public:
  /// `log` is borrowed. `is_verbose`: heartbeats, too.
  ServeReport(StateLog& log, bool is_verbose) : log_(log), is_verbose_(is_verbose) {}

  void on_listening(std::string_view url, std::string_view text);
  void on_open(const server::Connection& connection, const server::Request& request,
               std::size_t company);
  void on_close(const server::Connection& connection, const server::CloseInfo& info);
  void on_suspect(const server::Connection& connection, std::chrono::nanoseconds silence);
  void on_cleared(const server::Connection& connection, std::chrono::nanoseconds silence);
  void on_heartbeat(const server::Connection& connection, std::chrono::nanoseconds round_trip);
  /// A message did not reach `count` others.
  void on_missed(const server::Connection& connection, std::size_t count);
  void on_error(std::string_view text);
  void on_reloaded(std::string_view text);
  void on_draining(std::size_t open, std::chrono::nanoseconds window);
  void on_exit(const server::Stats& stats);

 private:
  StateLog& log_;
  bool is_verbose_;
};

}  // namespace heartwire::cli
