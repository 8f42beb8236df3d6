#include "tests/conformance/conversation.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/ws/accept_key.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace heartwire::conformance {
namespace {

constexpr std::string_view kKeyField = "Sec-WebSocket-Key: ";

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// Every piece is to leave by itself, and nothing may block.
void set_up(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

}  // namespace

Conversation::Conversation(int fd, std::size_t index, Script script)
    : fd_(fd),
      role_(Role::client),
      index_(index),
      script_(std::move(script)),
      outgoing_("GET /" + std::to_string(index) +
                " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                extensions_field(script_.agreed, role_) + "\r\n"),
      watcher_(Role::server, script_.agreed) {
  set_up(fd_);
}

Conversation::Conversation(int fd, std::function<Script(std::size_t)> script_for)
    : fd_(fd), role_(Role::server), script_for_(std::move(script_for)), watcher_(Role::client) {
  set_up(fd_);
}

Conversation::~Conversation() {
  ::close(fd_);
}

bool Conversation::wants_to_write() const {
  if (is_over_ || !is_upgraded_) return !is_over_ && !outgoing_.empty();
  if (!outgoing_.empty()) return true;
  const std::size_t left = script_.pieces.size() - piece_;
  return left > 1 || (left == 1 && watcher_.lines().size() >= script_.lines_before_last);
}

void Conversation::on_readable() {
  static std::array<char, std::size_t{64} << 10> buffer;
  const ssize_t count = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    is_over_ = true;
    is_reset_ = count < 0;
    return;
  }
  const std::string_view bytes{buffer.data(), static_cast<std::size_t>(count)};
  if (is_upgraded_) {
    watcher_.feed(bytes);
  } else {
    head_ += bytes;
    read_head();
  }
  finish_if_done();
}

void Conversation::read_head() {
  const std::size_t end = head_.find("\r\n\r\n");
  if (end == std::string::npos) return;
  is_upgraded_ = true;
  if (role_ == Role::server) take_request();
  watcher_.feed(std::string_view{head_}.substr(end + 4));
}

void Conversation::take_request() {
  index_ = std::stoul(head_.substr(head_.find('/') + 1));
  const std::size_t key = head_.find(kKeyField) + kKeyField.size();
  outgoing_ =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
      ws::accept_key(head_.substr(key, head_.find('\r', key) - key)) + "\r\n";
  script_ = script_for_(index_);
  watcher_ = Watcher(Role::client, script_.agreed);
  outgoing_ += extensions_field(script_.agreed, role_) + "\r\n";
  // The first piece may be in one segment with the head.
  outgoing_ += script_.pieces.front();
  piece_ = 1;
}

void Conversation::on_writable() {
  const bool is_head = !outgoing_.empty();
  const std::string& piece = is_head ? outgoing_ : script_.pieces[piece_];
  const ssize_t count =
      ::send(fd_, piece.data() + offset_, piece.size() - offset_, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0 && errno == EAGAIN) return;
  if (count < 0) {
    piece_ = script_.pieces.size();  // It has ended already; reading tells how.
    outgoing_.clear();
    return;
  }
  offset_ += static_cast<std::size_t>(count);
  if (offset_ < piece.size()) return;
  offset_ = 0;
  if (is_head) {
    outgoing_.clear();
  } else {
    ++piece_;
  }
  finish_if_done();
}

/// After the closing handshake the server ends the transport first (RFC 6455 section 7.1.1).
void Conversation::finish_if_done() {
  if (role_ != Role::server || is_finished_ || !watcher_.has_close() || wants_to_write()) return;
  is_finished_ = true;
  ::shutdown(fd_, SHUT_WR);
}

std::vector<std::string> Conversation::lines() const {
  std::vector<std::string> lines = watcher_.lines();
  if (!head_.starts_with(role_ == Role::client ? "HTTP/1.1 101 " : "GET "))
    lines.push_back("FAULT: no upgrade: " + head_.substr(0, 100));
  if (watcher_.is_cut_short()) lines.push_back("FAULT: cut short");
  // A client that fails the connection may leave at once; our bytes on their way meet a reset.
  const bool may_reset = role_ == Role::server && watcher_.has_close();
  lines.push_back(!is_over_ ? "SILENCE" : is_reset_ && !may_reset ? "RESET" : "end");
  return lines;
}

Listening::Listening() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  HW_CHECK(::bind(fd_, generic, size) == 0);
  HW_CHECK(::listen(fd_, 1024) == 0);
  HW_CHECK(::getsockname(fd_, generic, &size) == 0);
  port_ = ntohs(address.sin_port);
}

Listening::~Listening() {
  ::close(fd_);
}

int Listening::accept() const {
  return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
}

int connect_to(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  HW_CHECK(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

}  // namespace heartwire::conformance
