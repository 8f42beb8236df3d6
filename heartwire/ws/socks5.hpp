#pragma once
// A tunnel through a SOCKS5 proxy (RFC 1928), with user and password (RFC 1929). See proxy_step.hpp
// for how it is driven.
//
// Greeting, the choice of a method, perhaps user and password, the request, its reply: each answer
// has a length known from its first octets, and no octet beyond the reply is the proxy's to send.

#include "heartwire/base/bytes.hpp"
#include "heartwire/ws/authority.hpp"
#include "heartwire/ws/proxy_step.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace heartwire::ws {

/// Movable. After a step that is done, or a failure, it may not be called again.
class Socks5 {
 public:
  /// To `host`: an address, without brackets, is sent as such; a name of at most 255 octets is left
  /// to the proxy to look up. User and password have at most 255 octets each.
  Socks5(std::string host, std::uint16_t port, std::optional<UserInfo> user_info);

  base::Bytes start();
  /// Takes octets in any pieces.
  ProxyResult receive(base::ByteView input);

 private:
  enum class Stage : std::uint8_t { method, authentication, reply };

  std::size_t wanted() const noexcept;
  ProxyResult answer();
  ProxyResult answer_method();
  ProxyResult answer_authentication();
  ProxyResult answer_reply();
  base::Bytes credentials() const;
  base::Bytes request() const;

  std::string host_;
  std::optional<UserInfo> user_info_;
  std::uint16_t port_;
  Stage stage_ = Stage::method;
  /// The longest answer is a reply with a name: 4 octets, length, name, port.
  std::array<std::uint8_t, 4 + 1 + 255 + 2> answer_{};
  std::size_t size_ = 0;  ///< Of what has come of the answer.
};

}  // namespace heartwire::ws
