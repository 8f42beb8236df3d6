#include "tests/support/ws_peer.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/ws/http_head_reader.hpp"
#include "heartwire/ws/message_writer.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <variant>

namespace heartwire::support {
namespace {

using std::chrono::milliseconds;

bool is_ready(int fd, short events, milliseconds patience) {
  pollfd entry{fd, events, 0};
  return ::poll(&entry, 1, static_cast<int>(patience.count())) == 1;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

WsPeer::WsPeer(WsPeer&& other) noexcept : fd_(-1) {
  *this = std::move(other);
}

WsPeer& WsPeer::operator=(WsPeer&& other) noexcept {
  cut();
  fd_ = std::exchange(other.fd_, -1);
  input_ = std::move(other.input_);
  input_begin_ = std::exchange(other.input_begin_, 0);
  last_ping_ = std::move(other.last_ping_);
  reader_ = std::move(other.reader_);
  return *this;
}

std::optional<ws::UpgradeRequest> WsPeer::read_request() {
  ws::HeadReader reader(ws::HeadKind::request);
  while (read_more(kPatience)) {
    const auto step = reader.feed(base::ByteView{input_}.subspan(input_begin_));
    if (!step) return std::nullopt;
    input_begin_ += step->consumed;
    if (!step->head) continue;
    auto request = ws::check_request(*step->head);
    if (!request) return std::nullopt;
    return std::move(request).value();
  }
  return std::nullopt;
}

bool WsPeer::open(std::string_view subprotocol) {
  const auto request = read_request();
  if (!request) return false;
  const auto answer = ws::make_accept(*request, subprotocol, {});
  HW_CHECK(answer.is_ok());
  send_raw(base::as_bytes(*answer));
  reader_ = std::make_unique<ws::MessageReader>(base::Role::server);
  return true;
}

void WsPeer::refuse(int status, std::optional<std::chrono::seconds> retry_after) {
  if (!read_request()) return;
  const auto answer = ws::make_refusal({status, "refused by the test", retry_after, {}});
  HW_CHECK(answer.is_ok());
  send_raw(base::as_bytes(*answer));
  cut();
}

void WsPeer::send(std::string_view text) {
  send_raw(ws::encode_message(base::MessageType::text, base::as_bytes(text)));
}

void WsPeer::send_ping(std::string_view payload) {
  base::Bytes frame;
  ws::append_ping(frame, base::as_bytes(payload), std::nullopt);
  send_raw(frame);
}

void WsPeer::send_pong(base::ByteView payload) {
  base::Bytes frame;
  ws::append_pong(frame, payload, std::nullopt);
  send_raw(frame);
}

void WsPeer::send_close(std::uint16_t code, std::string_view reason) {
  base::Bytes frame;
  ws::append_close(frame, code, reason, std::nullopt);
  send_raw(frame);
}

void WsPeer::send_raw(base::ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;  // The client has gone; what is heard next says so.
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

std::size_t WsPeer::send_until_stuck(const std::string& text, std::size_t limit) {
  const base::Bytes frame = ws::encode_message(base::MessageType::text, base::as_bytes(text));
  std::size_t count = 0;
  while (count < limit && is_ready(fd_, POLLOUT, kShortWhile)) {
    send_raw(frame);
    ++count;
  }
  return count;
}

Heard WsPeer::hear(milliseconds patience) {
  for (;;) {
    const Heard heard = hear_raw(patience);
    if (heard != "ping") return heard;
    send_pong(last_ping_);
  }
}

Heard WsPeer::hear_raw(milliseconds patience) {
  HW_CHECK(reader_);
  for (;;) {
    auto rest = base::MutableByteView{input_}.subspan(input_begin_);
    const ws::ReadStep step = reader_->next(rest, limits_);
    const Heard what = heard(step);
    input_begin_ = input_.size() - rest.size();
    if (!what.empty()) return what;
    if (!is_open()) return "end";
    if (!is_ready(fd_, POLLIN, patience)) return "silence";
    if (!read_more(patience)) return "end";
  }
}

Heard WsPeer::heard(const ws::ReadStep& step) {
  if (std::holds_alternative<ws::NeedMore>(step)) return {};
  if (const auto* message = std::get_if<ws::Message>(&step)) {
    const bool is_text = message->type == base::MessageType::text;
    return (is_text ? "message " : "binary ") + std::string{base::as_text(message->payload)};
  }
  if (const auto* ping = std::get_if<ws::Ping>(&step)) {
    last_ping_.assign(ping->payload.begin(), ping->payload.end());
    return "ping";
  }
  if (std::holds_alternative<ws::Pong>(step)) return "pong";
  if (const auto* close = std::get_if<ws::CloseFrame>(&step)) {
    const std::string reason{close->reason};
    return "close " + std::to_string(close->code.value_or(1005)) +
           (reason.empty() ? "" : " " + reason);
  }
  return "fault";
}

void WsPeer::finish(std::uint16_t code) {
  send_close(code);
  ::shutdown(fd_, SHUT_WR);
  for (Heard what; what != "end" && what != "silence" && what.rfind("close", 0) != 0;)
    what = hear_raw();
  cut();
}

void WsPeer::cut() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void WsPeer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  cut();
}

bool WsPeer::read_more(milliseconds patience) {
  if (fd_ < 0 || !is_ready(fd_, POLLIN, patience)) return false;
  if (input_begin_ == input_.size()) {
    input_.clear();
    input_begin_ = 0;
  }
  const std::size_t before = input_.size();
  input_.resize(before + (std::size_t{64} << 10));
  const ssize_t count = ::recv(fd_, input_.data() + before, input_.size() - before, 0);
  input_.resize(before + (count > 0 ? static_cast<std::size_t>(count) : 0));
  return count > 0;
}

WsListener::WsListener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  HW_CHECK(::bind(fd_, generic, size) == 0);
  HW_CHECK(::listen(fd_, 1024) == 0);
  HW_CHECK(::getsockname(fd_, generic, &size) == 0);
  port_ = ntohs(address.sin_port);
}

std::string WsListener::url(std::string_view path) const {
  return "ws://127.0.0.1:" + std::to_string(port_) + std::string{path};
}

WsPeer WsListener::accept(milliseconds patience) {
  if (!is_ready(fd_, POLLIN, patience)) return WsPeer{-1};
  return WsPeer{::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC)};
}

WsPeer WsListener::accept_open() {
  WsPeer peer = accept();
  if (!peer.is_open() || !peer.open()) return WsPeer{-1};
  return peer;
}

bool WsListener::hears_nothing(milliseconds how_long) {
  return !is_ready(fd_, POLLIN, how_long);
}

void WsListener::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace heartwire::support
