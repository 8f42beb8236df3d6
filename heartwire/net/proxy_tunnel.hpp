#pragma once
// The talk with a proxy over a connection that has just been made to it, until that connection is
// the target's. What is said is decided by ws/proxy_connect.hpp and ws/socks5.hpp; here it is
// carried. There is no timeout here.

#include "heartwire/base/result.hpp"
#include "heartwire/net/stream.hpp"
#include "heartwire/net/write_buffer.hpp"
#include "heartwire/ws/proxy_connect.hpp"
#include "heartwire/ws/proxy_step.hpp"
#include "heartwire/ws/proxy_url.hpp"
#include "heartwire/ws/socks5.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

namespace heartwire::net {

class Loop;

/// Destroying it closes the connection, and no callback comes.
class ProxyTunnel {
 public:
  using Handler = std::function<void(base::Result<Stream, ws::ProxyFailure>)>;

  /// Over `stream`, asks `proxy` for `host` and `port`. A socks5 proxy is to be given an address.
  ProxyTunnel(Loop& loop, Stream stream, const ws::ProxyUrl& proxy, std::string host,
              std::uint16_t port);
  ProxyTunnel(const ProxyTunnel&) = delete;
  ProxyTunnel& operator=(const ProxyTunnel&) = delete;

  /// `handler` is called once, later; it may destroy this object.
  void start(Handler handler);

 private:
  void write(base::ByteView bytes);
  void await_readable();
  void on_readable();
  void take(base::ByteView bytes);
  void finish(base::Result<Stream, ws::ProxyFailure> result);

  Loop& loop_;
  Stream stream_;
  std::variant<ws::ProxyConnect, ws::Socks5> handshake_;
  WriteBuffer unwritten_;
  Handler handler_;
};

}  // namespace heartwire::net
