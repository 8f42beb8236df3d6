#include "bench/echo_load.hpp"

#include "heartwire/base/bytes.hpp"
#include "heartwire/ws/message_writer.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace heartwire::bench {
namespace {

constexpr ws::MaskKey kKey = 0x37fa213d;

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    give_up("bench: connect");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

void upgrade(int fd) {
  constexpr std::string_view kRequest =
      "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  if (::send(fd, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) < 0) give_up("bench: upgrade");
  std::string answer;
  char next = 0;
  while (!answer.ends_with("\r\n\r\n")) {
    if (::recv(fd, &next, 1, 0) != 1) give_up("bench: the server ended the handshake");
    answer += next;
  }
  if (!answer.starts_with("HTTP/1.1 101")) {
    std::fprintf(stderr, "bench: the server did not upgrade\n");
    std::exit(1);
  }
}

}  // namespace

EchoLoad::EchoLoad(std::uint16_t port, EchoLoadOptions options)
    : options_(options), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  const base::Bytes payload(options.payload_bytes, 'x');
  base::Bytes frame;
  ws::append_message(frame, ws::MessageType::binary, payload, kKey);
  frame_bytes_ = frame.size();
  echo_bytes_ = ws::encode_message(ws::MessageType::binary, payload).size();
  for (unsigned i = 0; i < options.depth; ++i) frames_ += base::as_text(frame);
  for (unsigned i = 0; i < options.connections; ++i) {
    Peer peer;
    peer.fd = connect_to(port);
    upgrade(peer.fd);
    peers_.push_back(peer);
  }
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.u64 = i;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, peers_[i].fd, &event);
  }
}

EchoLoad::~EchoLoad() {
  for (const Peer& peer : peers_) ::close(peer.fd);
  ::close(epoll_);
}

std::uint64_t EchoLoad::run(std::chrono::nanoseconds duration) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + duration;
  std::uint64_t count = 0;
  for (Peer& peer : peers_)
    if (peer.unsent == 0 && peer.received == 0) send(peer, frames_.size());
  std::array<epoll_event, 256> events{};
  while (Clock::now() < end) {
    const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < ready; ++i) {
      Peer& peer = peers_[events[static_cast<std::size_t>(i)].data.u64];
      const std::uint64_t echoes = receive(peer);
      count += echoes;
      send(peer, static_cast<std::size_t>(echoes) * frame_bytes_);
    }
  }
  return count;
}

/// What is unsent always ends at a frame's end, so its beginning within `frames_` is known.
void EchoLoad::send(Peer& peer, std::size_t bytes) {
  peer.unsent += bytes;
  while (peer.unsent > 0) {
    const std::size_t into_frame = (frame_bytes_ - peer.unsent % frame_bytes_) % frame_bytes_;
    const std::size_t some = std::min(peer.unsent, frames_.size() - into_frame);
    const ssize_t sent =
        ::send(peer.fd, frames_.data() + into_frame, some, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (sent < 0) give_up("bench: send");
    peer.unsent -= static_cast<std::size_t>(sent);
  }
}

std::uint64_t EchoLoad::receive(Peer& peer) {
  static std::array<char, 256 << 10> buffer;
  std::uint64_t echoes = 0;
  for (;;) {
    const ssize_t got = ::recv(peer.fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return echoes;
    if (got <= 0) give_up("bench: the server ended a connection");
    peer.received += static_cast<std::size_t>(got);
    echoes += peer.received / echo_bytes_;
    peer.received %= echo_bytes_;
    if (static_cast<std::size_t>(got) < buffer.size()) return echoes;
  }
}

}  // namespace heartwire::bench
