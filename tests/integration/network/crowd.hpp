#pragma once
// The clients of a soak, on one loop and with shared options, each sending numbered messages, and
// the server that echoes them. Everything that they are told goes into a transcript.

#include "heartwire/client/client.hpp"
#include "heartwire/net/loop.hpp"
#include "heartwire/server/server.hpp"
#include "tests/integration/network/soak_judge.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace heartwire::soak {

/// Notes events with their time.
class Scribe {
 public:
  explicit Scribe(std::size_t events_max);
  Time now() const;
  void note(std::size_t client, What what, std::uint64_t number = 0, std::uint32_t extra = 0);
  /// What began at `at`.
  void note_at(Time at, std::size_t client, What what, std::uint64_t number = 0,
               std::uint32_t extra = 0);
  const Transcript& transcript() const noexcept { return transcript_; }

 private:
  const base::Instant begin_;
  Transcript transcript_;
};

/// Echoes "CLIENT NUMBER", and notes it.
class EchoServer {
 public:
  /// Listens in the caller's network namespace.
  EchoServer(const std::string& address, Scribe& scribe);
  std::uint16_t port() const { return server_.port(); }
  std::size_t open_count() const { return server_.stats().open; }

 private:
  server::Server server_;
};

class Crowd {
 public:
  /// How they keep their connections; and what follows from it.
  static client::Options options(const std::string& url);
  static Bounds bounds();

  Crowd(const std::string& url, std::size_t count, Scribe& scribe);
  ~Crowd();

  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  /// Each sends a message every `pace`, until halt().
  void chatter(std::chrono::milliseconds pace);
  void halt();
  void stop();

  std::size_t open_count() const;
  /// Everything that is not in doubt was echoed.
  bool is_answered() const;

 private:
  struct Member {
    mutable std::mutex mutex;  ///< So that the numbers tell which of them the client holds.
    std::size_t index = 0;
    std::uint32_t sent = 0;
    std::uint32_t left = 0;  ///< With connections that were lost.
    std::uint32_t echoed = 0;
    std::atomic<bool> is_open{false};
    std::optional<client::Client> client;
  };

  client::Hooks hooks(Member& member);
  void send_one(Member& member);

  Scribe& scribe_;
  net::Loop loop_;
  std::deque<Member> members_;
  std::jthread sender_;
};

}  // namespace heartwire::soak
