#include "bench/peers/beast_echo.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <memory>
#include <utility>

namespace heartwire::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;

class Session : public std::enable_shared_from_this<Session> {
 public:
  explicit Session(Tcp::socket socket) : stream_(std::move(socket)) {
    stream_.next_layer().set_option(Tcp::no_delay{true});
    stream_.auto_fragment(false);
    stream_.binary(true);
    stream_.read_message_max(std::size_t{64} << 20);
  }

  void start() {
    stream_.async_accept([self = shared_from_this()](beast::error_code error) {
      if (!error) self->read();
    });
  }

 private:
  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error) self->write();
    });
  }

  void write() {
    stream_.async_write(buffer_.data(),
                        [self = shared_from_this()](beast::error_code error, std::size_t count) {
                          self->buffer_.consume(count);
                          if (!error) self->read();
                        });
  }

  beast::websocket::stream<Tcp::socket> stream_;
  beast::flat_buffer buffer_;
};

void accept(Tcp::acceptor& acceptor) {
  acceptor.async_accept([&acceptor](beast::error_code error, Tcp::socket socket) {
    if (!error) std::make_shared<Session>(std::move(socket))->start();
    accept(acceptor);
  });
}

}  // namespace

void serve_beast_echo(Child::Pipe& pipe) {
  asio::io_context context{1};
  Tcp::acceptor acceptor{context, Tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  accept(acceptor);
  pipe.send(acceptor.local_endpoint().port());
  asio::posix::stream_descriptor parent{context, pipe.read_fd()};
  parent.async_wait(asio::posix::stream_descriptor::wait_read,
                    [&](beast::error_code) { context.stop(); });
  context.run();
  static_cast<void>(parent.release());
}

}  // namespace heartwire::bench
