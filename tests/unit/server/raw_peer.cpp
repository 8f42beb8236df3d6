#include "tests/unit/server/raw_peer.hpp"

#include "heartwire/base/bytes.hpp"
#include "heartwire/ws/frame.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace heartwire::server::testing {
namespace {

constexpr int kDeadlineMs = 10'000;
constexpr int kShortWhileMs = 100;
constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";

std::uint8_t octet(const std::string& text, std::size_t index) {
  return static_cast<std::uint8_t>(text[index]);
}

std::string describe(std::uint8_t opcode, const std::string& payload) {
  switch (static_cast<ws::Opcode>(opcode)) {
    case ws::Opcode::text: return "text " + payload;
    case ws::Opcode::binary: return "binary " + payload;
    case ws::Opcode::ping: return "ping";
    case ws::Opcode::pong: return "pong " + payload;
    case ws::Opcode::continuation: return "continuation " + payload;
    case ws::Opcode::close: break;
  }
  if (payload.size() < 2) return "close";
  const int code = octet(payload, 0) << 8 | octet(payload, 1);
  const std::string reason = payload.substr(2);
  return "close " + std::to_string(code) + (reason.empty() ? "" : " " + reason);
}

}  // namespace

RawPeer::RawPeer(std::uint16_t port, int receive_buffer_bytes)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer_bytes > 0)
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

RawPeer::RawPeer(RawPeer&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      input_(std::move(other.input_)),
      last_payload_(std::move(other.last_payload_)) {}

RawPeer::~RawPeer() {
  close();
}

std::string RawPeer::upgrade(std::string_view target, std::string_view fields) {
  send("GET " + std::string{target} +
       " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
       std::string{kKey} + "\r\n" + std::string{fields} + "\r\n");
  return read_head();
}

void RawPeer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;  // What ended it shows itself to whoever reads.
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void RawPeer::send_frame(ws::Opcode opcode, std::string_view payload, bool fin) {
  send(client_frame(opcode, payload, fin));
}

void RawPeer::send_close(std::uint16_t code, std::string_view reason) {
  const std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  send_frame(ws::Opcode::close, payload + std::string{reason});
}

std::size_t RawPeer::send_until_stuck(std::string_view bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size() && is_ready(POLLOUT, kShortWhileMs)) {
    const ssize_t count =
        ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) sent += static_cast<std::size_t>(count);
  }
  return sent;
}

std::string RawPeer::next() {
  if (auto end = fill(2); !end.empty()) return end;
  const std::uint8_t opcode = octet(input_, 0) & 0x0F;
  std::size_t size = octet(input_, 1) & 0x7F;
  std::size_t header = 2;
  if (size >= 126) {
    header += size == 126 ? 2 : 8;
    if (auto end = fill(header); !end.empty()) return end;
    size = 0;
    for (std::size_t i = 2; i < header; ++i) size = size << 8 | octet(input_, i);
  }
  if (auto end = fill(header + size); !end.empty()) return end;
  last_payload_ = input_.substr(header, size);
  input_.erase(0, header + size);
  return describe(opcode, last_payload_);
}

std::string RawPeer::next_after_pings() {
  std::string what = next();
  for (; what == "ping"; what = next()) send_pong();
  return what;
}

std::string RawPeer::read_head() {
  std::size_t end = 0;
  while ((end = input_.find("\r\n\r\n")) == std::string::npos)
    if (auto what = fill(input_.size() + 1); !what.empty()) return input_ + what;
  std::string head = input_.substr(0, end + 4);
  input_.erase(0, end + 4);
  return head;
}

bool RawPeer::is_answered() const {
  return !input_.empty() || is_ready(POLLIN, 0);
}

bool RawPeer::hears_nothing() {
  return input_.empty() && !is_ready(POLLIN, kShortWhileMs);
}

void RawPeer::finish() {
  ::shutdown(fd_, SHUT_WR);
}

void RawPeer::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void RawPeer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

std::string RawPeer::fill(std::size_t count) {
  while (input_.size() < count) {
    if (!is_ready(POLLIN, kDeadlineMs)) return "silence";
    char block[65536];
    const ssize_t got = ::recv(fd_, block, sizeof block, 0);
    if (got == 0) return "fin";
    if (got < 0) return errno == ECONNRESET ? "rst" : "error";
    input_.append(block, static_cast<std::size_t>(got));
  }
  return {};
}

bool RawPeer::is_ready(short events, int timeout_ms) const {
  pollfd entry{fd_, events, 0};
  return ::poll(&entry, 1, timeout_ms) == 1;
}

RawPeer open_peer(std::uint16_t port, std::string_view target, std::string_view fields) {
  RawPeer peer(port);
  const std::string head = peer.upgrade(target, fields);
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101 ")) << head;
  return peer;
}

std::string client_frame(ws::Opcode opcode, std::string_view payload, bool fin) {
  base::Bytes bytes;
  ws::append_frame(bytes, opcode, fin, base::as_bytes(payload), ws::MaskKey{0x01020304});
  return std::string{base::as_text(bytes)};
}

}  // namespace heartwire::server::testing
