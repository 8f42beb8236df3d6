// Against Boost.Beast, in both roles: blocking, on a thread of the test, as its own examples use
// it.

#include "tests/integration/support/host.hpp"
#include "tests/integration/support/live_test.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <thread>

namespace heartwire::integration {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using BeastStream = beast::websocket::stream<Tcp::socket>;

/// Accepts one client and echoes until it closes; then `code` is what it closed with.
class BeastServer {
 public:
  BeastServer() : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}) {
    thread_ = std::thread([this] { serve(); });
  }
  ~BeastServer() { thread_.join(); }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  /// Waits for the end.
  int close_code() {
    becomes_true([this] { return code_ != 0; });
    return code_;
  }

 private:
  void serve() {
    BeastStream stream(acceptor_.accept());
    stream.accept();
    beast::error_code error;
    for (beast::flat_buffer buffer;; buffer.clear()) {
      stream.read(buffer, error);
      if (error) break;
      stream.text(stream.got_text());
      stream.write(buffer.data(), error);
    }
    code_ = stream.reason().code;
  }

  asio::io_context context_;
  Tcp::acceptor acceptor_;
  std::atomic<int> code_ = 0;
  std::thread thread_;
};

class Beast : public LiveTest {};

TEST_F(Beast, server_echoes_answers_our_pings_and_hears_our_close) {
  BeastServer server;
  auto wanted = options(url_of(server.port()));
  wanted.heartbeat = {.interval = 50ms, .timeout = 10s};
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(client.send("hello"));
  ASSERT_TRUE(client.send(core::Message{core::MessageType::binary, std::string(200'000, '\x7f')}));

  EXPECT_TRUE(witness.sees(Seen::message, 2));
  EXPECT_TRUE(witness.sees(Seen::heartbeat, 3));
  EXPECT_EQ(witness.last(Seen::message).count, 200'000u);
  client.close(4003, "enough");

  EXPECT_EQ(server.close_code(), 4003);
  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_TRUE(witness.first(Seen::close).close.is_clean);
}

TEST_F(Beast, client_is_echoed_kept_and_told_our_close) {
  server::Options wanted = Host::echoing();
  wanted.heartbeat = {.interval = 50ms, .timeout = 10s};
  Host host(wanted);
  asio::io_context context;
  Tcp::socket socket(context);
  socket.connect({asio::ip::address_v4::loopback(), host.port()});
  BeastStream stream(std::move(socket));
  stream.handshake("127.0.0.1", "/room");
  stream.auto_fragment(true);
  stream.write_buffer_bytes(16);
  beast::flat_buffer buffer;

  for (const std::string& text : {std::string{"short"}, std::string(1000, 'y'), std::string{}}) {
    stream.write(asio::buffer(text));
    stream.read(buffer);
    EXPECT_EQ(beast::buffers_to_string(buffer.data()), text);
    buffer.clear();
  }
  // Beast answers Pings while it reads.
  std::thread closing([&host] {
    host.witness().sees(Seen::heartbeat, 3);
    host.guest().close(4004, "go home");
  });
  beast::error_code error;
  stream.read(buffer, error);
  closing.join();

  EXPECT_EQ(error, beast::websocket::error::closed);
  EXPECT_EQ(stream.reason().code, 4004);
  EXPECT_EQ(stream.reason().reason, "go home");
  EXPECT_GE(host.witness().count(Seen::heartbeat), 3u);
  ASSERT_TRUE(host.witness().sees(Seen::close));
  EXPECT_TRUE(host.witness().first(Seen::close).close.is_clean);
}

}  // namespace
}  // namespace heartwire::integration
