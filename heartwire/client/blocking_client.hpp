#pragma once
// The client for simple programs that would rather ask than be told. It keeps the connection alive
// on a thread of its own; the program calls receive() when it has time.
//
//   heartwire::BlockingClient client({.urls = {"ws://127.0.0.1:9000/"}});
//   client.send("hello");
//   while (auto message = client.receive(std::chrono::seconds{60})) std::cout << message->payload;
//
// Threads: every method may be called from any thread, but not from inside a hook.

#include "heartwire/base/result.hpp"
#include "heartwire/client/client.hpp"
#include "heartwire/client/inbox.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace heartwire::client {

class BlockingClient {
 public:
  /// Starts at once. `options.hooks.on_message` is not called: messages come out of receive(); the
  /// other hooks are. `inbox_bytes_max`: what may wait to be received before reading pauses, as
  /// Inbox counts it; default 1 MiB. Throws as Client does.
  explicit BlockingClient(Options options, std::size_t inbox_bytes_max = std::size_t{1} << 20);
  /// Ends at once, as stop() does; close() first for a clean end. No other thread may be waiting
  /// here any more.
  ~BlockingClient();

  BlockingClient(const BlockingClient&) = delete;
  BlockingClient& operator=(const BlockingClient&) = delete;

  /// Waits until the connection is open. False: not within `timeout`, or it never will be.
  bool wait_open(std::chrono::milliseconds timeout);

  /// The next message, waiting for one up to `timeout`. What was received before the end is still
  /// handed out after it.
  base::Result<core::Message, ReceiveError> receive(std::chrono::milliseconds timeout);

  /// As Client::send: sends, or queues while not open.
  base::Result<core::MessageId, core::SendError> send(std::string_view text,
                                                      core::SendOptions options = {});
  base::Result<core::MessageId, core::SendError> send(core::Message message,
                                                      core::SendOptions options = {});

  /// Closes in good order and waits for the end, which close_timeout bounds. False for a code that
  /// may not be sent; nothing happens then.
  bool close(std::uint16_t code = 1000, std::string_view reason = {});

  /// As Client::stop; whoever waits here is told `closed`.
  void stop();

  /// For everything else. To stop it there would leave those who wait here asleep.
  Client& client() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace heartwire::client
