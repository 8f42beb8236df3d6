#pragma once
// What the demo plays on: a server, a proxy that can be broken, and a client that goes through it,
// all in this process, over real sockets. Whatever happens is shown and written down, so that a
// step can wait for it and check it.

#include "cli/demo_timeline.hpp"
#include "heartwire/client/client.hpp"
#include "heartwire/net/fault_proxy.hpp"
#include "heartwire/server/server.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace heartwire::cli {

/// The demo's settings: shorter than the defaults, so that it is over soon.
struct DemoSettings {
  static constexpr std::chrono::milliseconds kInterval{1000};
  static constexpr std::chrono::milliseconds kTimeout{2000};
  static constexpr std::chrono::milliseconds kRetryMin{200};
  static constexpr std::chrono::milliseconds kRetryMax{1000};
  static constexpr std::chrono::milliseconds kHandshakeTimeout{600};
  static constexpr std::chrono::milliseconds kStableAfter{500};
  /// What a loaded machine may add to any bound.
  static constexpr std::chrono::milliseconds kSlack{500};
};

/// What has happened so far.
struct DemoFacts {
  using Time = std::chrono::steady_clock::time_point;

  std::uint32_t opens = 0;
  Time opened_at{};
  client::OpenInfo last_open{};
  std::vector<std::chrono::nanoseconds> round_trips;  ///< Of heartbeats of both sides.
  std::uint32_t suspicions = 0;
  std::uint32_t closes = 0;  ///< Of open connections.
  Time closed_at{};
  client::CloseInfo last_close{};
  std::uint32_t failed_attempts = 0;
  std::vector<Time> retries;  ///< When each is to begin.

  std::uint32_t reaped = 0;           ///< By the server.
  std::vector<std::string> received;  ///< By the server, in order, over all connections.
};

class DemoStage {
 public:
  /// `timeline` is borrowed.
  explicit DemoStage(DemoTimeline& timeline);

  /// Throws std::runtime_error with a text for people.
  void start_server();
  void start_proxy();
  void start_client();

  /// Sends its clients away as for a restart, waits until it has stopped, and starts it again.
  void restart_server();
  /// While set, the server closes each connection as soon as it is open, and openings and ends are
  /// not shown one by one.
  void turn_away(bool does);

  client::Client& client() { return *client_; }
  net::FaultProxy& proxy() { return *proxy_; }
  DemoTimeline& timeline() { return timeline_; }

  DemoFacts facts() const;
  /// Blocks until `is_reached` holds for the facts, or `timeout` has passed; says which.
  template <typename Condition>
  bool wait(const Condition& is_reached, std::chrono::nanoseconds timeout) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return is_reached(facts_); });
  }

 private:
  server::Options server_options();
  client::Options client_options();
  void on_heartbeat(Actor who, std::chrono::nanoseconds round_trip);
  void on_open(const client::OpenInfo& info);
  void on_close(const client::CloseInfo& info);
  void on_retry(const client::RetryInfo& info);
  void on_server_message(const server::Connection& connection, std::string_view text);
  bool turns_away() const;

  template <typename Change>
  void note(const Change& change) {
    {
      const std::lock_guard lock(mutex_);
      change(facts_);
    }
    changed_.notify_all();
  }

  DemoTimeline& timeline_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  DemoFacts facts_;
  bool turns_away_ = false;
  std::uint16_t port_ = 0;  ///< Of the server, so that it can be started there again.
  std::unique_ptr<server::Server> server_;
  std::unique_ptr<net::FaultProxy> proxy_;
  std::unique_ptr<client::Client> client_;
};

}  // namespace heartwire::cli
