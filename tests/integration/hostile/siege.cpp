#include "tests/integration/hostile/siege.hpp"

#include "heartwire/endpoint/receiver.hpp"
#include "heartwire/net/server_connection.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::integration {
namespace {

/// The record of a connection, Asio's part of its socket, and the state of a frame that is cut.
constexpr std::size_t kRecordBytes = 2048;

}  // namespace

std::size_t bytes_before_upgrade(const server::Options& options) {
  // A string that doubles, and while the whole head is read, its fields.
  return kRecordBytes + 4 * options.head_bytes_max;
}

std::size_t bytes_after_upgrade(const server::Options& options) {
  // Buffers that double: for a moment the old one and the new one.
  const std::size_t unsent = options.send_buffer_bytes_max + endpoint::Receiver::kAnswerBytesMax;
  return kRecordBytes + 2 * options.message_bytes_max + 3 * unsent;
}

std::size_t bytes_shared(const server::Options& options) {
  return (std::size_t{512} << 10) + 2 * options.message_bytes_max;
}

Siege::~Siege() {
  heap_.reset();
  server_.reset();
}

void Siege::open(server::Options options) {
  options_ = options;
  server_ = std::make_unique<server::Server>(watched(std::move(options)));
  server_->start();
  honest_.emplace(server::testing::open_peer(port()));
  ASSERT_TRUE(is_served());
  heap_ = std::make_unique<support::HeapWatch>();
}

bool Siege::is_served() {
  const std::string text = "echo " + std::to_string(++round_trips_);
  honest_->send_text(text);
  std::string heard = honest_->next();
  while (heard.starts_with("binary ")) heard = honest_->next();  // A broadcast.
  EXPECT_EQ(heard, "text " + text);
  return heard == "text " + text;
}

bool Siege::admits_another() {
  RawPeer other = server::testing::open_peer(port());
  other.send_text("echo another");
  const std::string heard = other.next();
  EXPECT_EQ(heard, "text echo another");
  other.send_close(1000);
  EXPECT_EQ(other.next(), "close 1000");
  return heard == "text echo another";
}

RawPeer Siege::intruder(std::string_view fields, int receive_buffer_bytes) {
  RawPeer peer(port(), receive_buffer_bytes);
  const std::string head = peer.upgrade("/", fields);
  EXPECT_THAT(head, ::testing::StartsWith("HTTP/1.1 101 "));
  return peer;
}

void Siege::broadcast(const server::Encoded& message) {
  const std::lock_guard lock(mutex_);
  for (server::Connection& guest : guests_) (void)guest.send(message);
}

server::Options Siege::watched(server::Options options) {
  server::Hooks& hooks = options.hooks;
  hooks.on_request = [this](const server::Request& request) {
    if (request.path != "/") log_.add("request " + request.path);
    return server::Admit::accept();
  };
  hooks.on_open = [this](server::Connection& connection, const server::Request&) {
    const std::lock_guard lock(mutex_);
    guests_.push_back(connection);
  };
  hooks.on_message = [this](server::Connection& connection, core::MessageView message) {
    if (message.payload.starts_with("echo")) {
      (void)connection.send(message);
    } else {
      ++messages_;
    }
  };
  hooks.on_close = [this](server::Connection& connection, const server::CloseInfo& info) {
    log_.add("close " + std::to_string(info.code));
    const std::lock_guard lock(mutex_);
    std::erase(guests_, connection);
  };
  hooks.on_error = [this](std::string_view what) { log_.add("error " + std::string{what}); };
  return options;
}

}  // namespace heartwire::integration
