#pragma once
// Numbered messages that a client sends all along, and what became of each: the account by which a
// fault is judged. A message that was accepted either had left for the kernel when its connection
// was lost, and is then in doubt unless its echo came; or it had not, and then it arrives exactly
// once, later.

#include "heartwire/base/instant.hpp"
#include "heartwire/client/client.hpp"
#include "tests/integration/support/process.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace heartwire::integration {

class Numbered {
 public:
  /// As short as they can be; the server names each that it gets.
  static constexpr std::size_t kShort = 8;

  /// Puts itself behind the hooks that are there. Must outlive the client.
  client::Options watch(client::Options options);

  /// Sends one of `bytes` each `pace` from now on, on a thread of its own, which halt() ends.
  void send_through(client::Client& client, std::chrono::milliseconds pace,
                    std::size_t bytes = kShort);
  /// The fault is in force: nothing that was sent from here on has been answered.
  void mark_fault();
  void halt();

  /// Waits for the echo of the last message, or of the `count` first. False: the deadline passed.
  bool is_answered(std::optional<std::size_t> count = {}) const;

  struct Account {
    std::size_t sent = 0;      ///< Accepted by send().
    std::size_t in_doubt = 0;  ///< Had left when the connection was lost; no echo came.
    std::size_t lost = 0;      ///< Had not left, or was echoed, but the server never had it.
    std::size_t repeated = 0;  ///< The server had it more than once, or its echo came twice.
    std::size_t waited = 0;    ///< Had not left when the connection was lost.
    /// What the client's kernel still held of the lost connection; nothing if it was reset.
    std::optional<std::size_t> held{};
    std::size_t unanswered = 0;  ///< Sent before the fault was in force, and not echoed.
    bool is_suffix = true;       ///< Those in doubt are the last that left each connection.
  };
  /// After halt() and is_answered(). `server`: echo_server.py, which says what it got if that is
  /// short; of longer messages the echo tells.
  Account account(const Process& server) const;

 private:
  struct Loss {
    std::size_t left = 0;  ///< The numbers up to this one had left by then.
    std::size_t sent = 0;  ///< Those up to this one had been accepted.
    std::optional<std::size_t> held_bytes{};
  };

  /// How often the server had each number.
  std::map<std::size_t, std::size_t> received(const Process& server) const;
  void send_one();
  void on_lost();

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  client::Client* client_ = nullptr;
  std::size_t bytes_ = kShort;
  std::size_t sent_ = 0;
  std::size_t sent_before_fault_ = 0;
  std::vector<std::size_t> echoes_{0};  ///< By number, from 1.
  std::vector<Loss> losses_;
  std::string local_;  ///< Address of the connection that is open, or was.
  bool is_halted_ = true;
  std::jthread sender_;
};

/// What the kernel has of a TCP connection of this namespace that its peer did not acknowledge, by
/// its local port; nothing if there is none.
std::optional<std::size_t> kernel_held_bytes(std::uint16_t local_port);

}  // namespace heartwire::integration
