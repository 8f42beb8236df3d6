#include "heartwire/net/proxy_tunnel.hpp"

#include "heartwire/net/loop.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::net {
namespace {

using Handshake = std::variant<ws::ProxyConnect, ws::Socks5>;

/// What proxies say fits.
constexpr std::size_t kReadBytes = 2048;

Handshake handshake_for(const ws::ProxyUrl& proxy, std::string host, std::uint16_t port) {
  if (proxy.scheme == ws::ProxyScheme::http)
    return ws::ProxyConnect(std::move(host), port, proxy.user_info);
  return ws::Socks5(std::move(host), port, proxy.user_info);
}

base::Failure<ws::ProxyFailure> broken(std::string text) {
  return {{ws::ProxyFault::garbled, 0, {}, std::move(text)}};
}

}  // namespace

ProxyTunnel::ProxyTunnel(Loop& loop, Stream stream, const ws::ProxyUrl& proxy, std::string host,
                         std::uint16_t port)
    : loop_(loop),
      stream_(std::move(stream)),
      handshake_(handshake_for(proxy, std::move(host), port)) {}

void ProxyTunnel::start(Handler handler) {
  handler_ = std::move(handler);
  write(std::visit([](auto& handshake) { return handshake.start(); }, handshake_));
  await_readable();
}

/// A failure is told by reading: the proxy may have said why before.
void ProxyTunnel::write(base::ByteView bytes) {
  const IoResult result = unwritten_.write(stream_, bytes);
  if (result.status == IoStatus::failed || unwritten_.is_empty()) return;
  stream_.async_wait_writable([this] { write({}); });
}

void ProxyTunnel::await_readable() {
  stream_.async_wait_readable([this] { on_readable(); });
}

void ProxyTunnel::on_readable() {
  const base::MutableByteView all = loop_.read_buffer();
  const base::MutableByteView buffer = all.first(std::min(kReadBytes, all.size()));
  const IoResult result = stream_.read_some(buffer);
  switch (result.status) {
    case IoStatus::would_block: return await_readable();
    case IoStatus::moved: return take(buffer.first(result.count));
    case IoStatus::ended: return finish(broken("it closed the connection before it had answered"));
    case IoStatus::failed: return finish(broken(result.error));
  }
}

void ProxyTunnel::take(base::ByteView bytes) {
  auto step = std::visit([&](auto& handshake) { return handshake.receive(bytes); }, handshake_);
  if (!step) return finish(base::Failure{step.error()});
  if (step->is_done) {
    stream_.cancel();
    return finish(std::move(stream_));
  }
  if (!step->to_send.empty()) write(step->to_send);
  await_readable();
}

void ProxyTunnel::finish(base::Result<Stream, ws::ProxyFailure> result) {
  const Handler last = std::exchange(handler_, nullptr);
  last(std::move(result));
}

}  // namespace heartwire::net
