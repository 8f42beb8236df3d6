// Offers and answers of permessage-deflate over real sockets.

#include "heartwire/client/client.hpp"
#include "heartwire/net/loop.hpp"
#include "heartwire/server/server.hpp"
#include "heartwire/ws/accept_key.hpp"
#include "tests/conformance/conversation.hpp"
#include "tests/conformance/negotiation.hpp"
#include "tests/conformance/our_deflate.hpp"

#include <gtest/gtest.h>

#include <array>
#include <future>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace heartwire::conformance {
namespace {

/// Only a failing test waits so long for a head.
constexpr int kPatienceMs = 20'000;

/// Up to the empty line; what came if the other side falls silent or ends.
std::string read_head(int fd) {
  std::string head;
  std::array<char, 4096> buffer{};
  while (head.find("\r\n\r\n") == std::string::npos) {
    pollfd entry{fd, POLLIN, 0};
    if (::poll(&entry, 1, kPatienceMs) <= 0) break;
    const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    head.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return head;
}

/// The value of that field, if it is there.
std::optional<std::string> field_of(const std::string& head, const std::string& name) {
  const std::size_t at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return std::nullopt;
  const std::size_t begin = at + 4 + name.size();
  return head.substr(begin, head.find('\r', begin) - begin);
}

void write_all(int fd, const std::string& text) {
  EXPECT_EQ(::send(fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
}

TEST(NegotiationSockets, a_server_answers_offers) {
  server::Options options;
  options.compression = server_deflate();
  server::Server server(std::move(options));
  server.start();
  for (const Offer& offer : offers()) {
    const std::string lines = extension_lines(offer.fields);
    const int fd = connect_to(server.port());

    write_all(fd,
              "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                  lines + "\r\n");
    const std::string head = read_head(fd);
    ::close(fd);

    EXPECT_EQ(head.substr(0, 13), offer.is_malformed ? "HTTP/1.1 400 " : "HTTP/1.1 101 ") << lines;
    EXPECT_EQ(field_of(head, "Sec-WebSocket-Extensions"), offer.answer) << lines;
  }
}

TEST(NegotiationSockets, a_client_judges_answers) {
  const Listening listening;
  net::Loop loop;
  for (const Answer& answer : answers()) {
    const std::string lines = extension_lines(answer.fields);
    std::promise<std::string> told;
    client::Options options;
    options.urls = {"ws://127.0.0.1:" + std::to_string(listening.port()) + '/'};
    options.reconnect.enabled = false;
    options.compression = client_deflate(answer.offered);
    options.hooks.on_open = [&told](const client::OpenInfo& info) {
      told.set_value(info.transport.is_compressed ? "compressed" : "plain");
    };
    options.hooks.on_attempt_failed = [&told](const client::CloseInfo& info) {
      told.set_value(std::string{core::name(info.cause)});
    };
    client::Client client(loop, std::move(options));
    client.start();
    pollfd entry{listening.fd(), POLLIN, 0};
    ASSERT_EQ(::poll(&entry, 1, kPatienceMs), 1);
    const int fd = listening.accept();
    const std::string request = read_head(fd);

    write_all(fd,
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
              "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                  ws::accept_key(field_of(request, "Sec-WebSocket-Key").value_or("")) + "\r\n" +
                  lines + "\r\n");
    auto result = told.get_future();
    ASSERT_EQ(result.wait_for(std::chrono::milliseconds{kPatienceMs}), std::future_status::ready);

    EXPECT_EQ(result.get(), !answer.is_good         ? "handshake"
                            : answer.fields.empty() ? "plain"
                                                    : "compressed")
        << lines;
    EXPECT_EQ(field_of(request, "Sec-WebSocket-Extensions").has_value(),
              answer.offered != Answer::Wish::nothing);
    client.stop();
    ::close(fd);
  }
}

}  // namespace
}  // namespace heartwire::conformance
