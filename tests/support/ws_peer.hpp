#pragma once
// A WebSocket server of blocking calls, for tests of the client: the test itself plays the peer,
// frame by frame. Every wait has a deadline that only a failing test reaches; what must not happen
// is watched for a short while.

#include "heartwire/base/bytes.hpp"
#include "heartwire/ws/handshake_server.hpp"
#include "heartwire/ws/message_reader.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace heartwire::support {

inline constexpr std::chrono::milliseconds kPatience{10'000};
inline constexpr std::chrono::milliseconds kShortWhile{80};

/// What a peer hears, as text: `message text`, `binary BYTES`, `ping`, `pong`, `close CODE REASON`,
/// `end` (of the transport, however), `silence` (nothing within the patience).
using Heard = std::string;

/// One accepted connection.
class WsPeer {
 public:
  explicit WsPeer(int fd) : fd_(fd) {}
  WsPeer(WsPeer&& other) noexcept;
  WsPeer& operator=(WsPeer&& other) noexcept;
  ~WsPeer() { cut(); }

  bool is_open() const noexcept { return fd_ >= 0; }

  /// The request of the opening handshake; nothing if it was not valid, or did not come.
  std::optional<ws::UpgradeRequest> read_request();
  /// Reads the request and accepts it. False if there was none.
  bool open(std::string_view subprotocol = {});
  /// Reads the request and refuses it.
  void refuse(int status, std::optional<std::chrono::seconds> retry_after = std::nullopt);

  void send(std::string_view text);
  void send_ping(std::string_view payload = {});
  void send_pong(base::ByteView payload);
  void send_close(std::uint16_t code, std::string_view reason = {});
  void send_raw(base::ByteView bytes);
  /// As much as the client's side takes without reading; at most `limit`. Returns the messages.
  std::size_t send_until_stuck(const std::string& text, std::size_t limit);

  /// The next thing but pings, which are answered, unless told otherwise.
  Heard hear(std::chrono::milliseconds patience = kPatience);
  /// The next thing, pings included; nothing is answered.
  Heard hear_raw(std::chrono::milliseconds patience = kPatience);
  bool hears_nothing() { return hear_raw(kShortWhile) == "silence"; }
  /// The payload of the ping heard last.
  const base::Bytes& last_ping() const noexcept { return last_ping_; }

  /// Answers the client's Close, or begins, and waits for the end.
  void finish(std::uint16_t code = 1000);
  /// Ends the transport at once, with FIN or with RST.
  void cut();
  void reset();

 private:
  bool read_more(std::chrono::milliseconds patience);
  Heard heard(const ws::ReadStep& step);

  int fd_;
  ws::ReaderLimits limits_{};
  std::unique_ptr<ws::MessageReader> reader_;
  base::Bytes input_;  ///< Read; [0, input_begin_) was taken.
  std::size_t input_begin_ = 0;
  base::Bytes last_ping_;
};

/// Listens on the loopback.
class WsListener {
 public:
  WsListener();
  WsListener(const WsListener&) = delete;
  WsListener& operator=(const WsListener&) = delete;
  ~WsListener() { close(); }

  std::uint16_t port() const noexcept { return port_; }
  std::string url(std::string_view path = "/") const;

  /// The next connection; not is_open() if none came.
  WsPeer accept(std::chrono::milliseconds patience = kPatience);
  /// The next connection, with the opening handshake done.
  WsPeer accept_open();
  bool hears_nothing(std::chrono::milliseconds how_long = kShortWhile);
  /// From now on connections are refused.
  void close();

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

}  // namespace heartwire::support
