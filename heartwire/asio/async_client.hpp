#pragma once
// The client for programs that bring their own boost::asio::io_context and write coroutines. The
// one public header that shows Asio. Boost.Asio 1.81.
//
//   boost::asio::awaitable<void> run(boost::asio::io_context& context) {
//     heartwire::AsyncClient client(context, {.urls = {"ws://127.0.0.1:9000/"}});
//     while (auto message = co_await client.receive()) std::cout << message->payload;
//   }
//
// Threads: the io_context is run by one thread; everything here is used on it, and hooks run on it.
//
// What is awaited goes on by itself: it may be started with co_spawn, and the client destroyed
// meanwhile. Any number of coroutines may wait at once.

#include "heartwire/base/result.hpp"
#include "heartwire/client/client.hpp"
#include "heartwire/client/inbox.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace heartwire::asio {

using client::Client;
using client::Inbox;
using client::Options;
using client::ReceiveError;

class AsyncClient {
 public:
  /// A Result that can be made of nothing (a timeout then), as co_spawn demands of what it spawns.
  struct Received : base::Result<core::Message, ReceiveError> {
    using Result::Result;
    Received() : Result(base::Failure{ReceiveError::timeout}) {}
  };

  /// Starts at once. As BlockingClient: messages come out of receive(), the other hooks are called.
  /// `context` must outlive it. Throws as Client does.
  AsyncClient(boost::asio::io_context& context, Options options,
              std::size_t inbox_bytes_max = std::size_t{1} << 20);
  /// As stop().
  ~AsyncClient();

  AsyncClient(const AsyncClient&) = delete;
  AsyncClient& operator=(const AsyncClient&) = delete;

  /// Waits until the connection is open; false if it never will be. May be cancelled, for instance
  /// by `||` with a timer; it then throws boost::asio::error::operation_aborted, as Asio's do.
  boost::asio::awaitable<bool> wait_open();

  /// The next message, waiting for one up to `timeout`; default: as long as it takes. May be
  /// cancelled likewise, and takes no message then. But beware of `||`: it drops the result of the
  /// side that was second, so a message that came in the very turn of the timer is lost. `timeout`
  /// loses none.
  boost::asio::awaitable<Received> receive(
      std::optional<std::chrono::milliseconds> timeout = std::nullopt);

  /// As Client::send: at once, never waits.
  base::Result<core::MessageId, core::SendError> send(std::string_view text,
                                                      core::SendOptions options = {});
  base::Result<core::MessageId, core::SendError> send(core::Message message,
                                                      core::SendOptions options = {});

  /// Closes in good order, from this call on; what is returned ends with the connection. False for
  /// a code that may not be sent: nothing happens then.
  boost::asio::awaitable<bool> close(std::uint16_t code = 1000, std::string_view reason = {});

  /// As Client::stop; whoever waits is told `closed`.
  void stop();

  /// For everything else. To stop it there would leave those who wait here asleep.
  Client& client() noexcept;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // Shared with coroutines that wait, which may outlive us.
};

}  // namespace heartwire::asio
