#include "heartwire/net/socket.hpp"

#include "tests/unit/net/test_sockets.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <utility>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;
using testing::Fd;

int option(int fd, int level, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  ::getsockopt(fd, level, name, &value, &length);
  return value;
}

void await_writable(int fd) {
  pollfd wait{.fd = fd, .events = POLLOUT, .revents = 0};
  ::poll(&wait, 1, 10'000);
}

TEST(Socket, moves_bytes_and_says_when_it_cannot) {
  auto [ours, theirs] = testing::connected_pair();
  std::array<std::uint8_t, 16> buffer{};
  EXPECT_EQ(socket::read_some(ours.get(), buffer), IoResult::would_block());

  EXPECT_EQ(socket::write_some(ours.get(), base::as_bytes("hello")), IoResult::moved(5));
  EXPECT_EQ(testing::receive(theirs, 5), "hello");

  theirs = Fd();
  pollfd wait{.fd = ours.get(), .events = POLLIN, .revents = 0};
  ::poll(&wait, 1, 10'000);
  EXPECT_EQ(socket::read_some(ours.get(), buffer), IoResult::ended());
}

TEST(Socket, writes_until_the_kernel_is_full) {
  auto [ours, theirs] = testing::connected_pair();
  const base::Bytes bytes(1 << 20);

  IoResult result;
  std::size_t total = 0;
  do {
    result = socket::write_some(ours.get(), bytes);
    total += result.count;
  } while (result.status == IoStatus::moved);

  EXPECT_EQ(result, IoResult::would_block());
  const auto waiting = socket::unacknowledged_bytes(ours.get());
  ASSERT_TRUE(waiting);
  EXPECT_GT(*waiting, 0U);
  EXPECT_LE(*waiting, total);
}

TEST(Socket, says_in_words_that_the_peer_has_reset) {
  auto [ours, theirs] = testing::connected_pair();
  socket::reset_on_close(theirs.get());
  theirs = Fd();
  pollfd wait{.fd = ours.get(), .events = POLLIN, .revents = 0};
  ::poll(&wait, 1, 10'000);
  std::array<std::uint8_t, 16> buffer{};

  EXPECT_EQ(socket::read_some(ours.get(), buffer), IoResult::failed("connection reset by peer"));
  EXPECT_EQ(socket::write_some(ours.get(), base::as_bytes("x")), IoResult::failed("broken pipe"))
      << "and no SIGPIPE";
}

TEST(Socket, ends_writing_but_not_reading) {
  auto [ours, theirs] = testing::connected_pair();

  socket::end_writing(ours.get());

  EXPECT_EQ(testing::receive(theirs, 1), "");
  testing::send_all(theirs, "late");
  pollfd wait{.fd = ours.get(), .events = POLLIN, .revents = 0};
  ::poll(&wait, 1, 10'000);
  std::array<std::uint8_t, 16> buffer{};
  EXPECT_EQ(socket::read_some(ours.get(), buffer), IoResult::moved(4));
}

TEST(Socket, sets_what_it_is_told) {
  auto [ours, theirs] = testing::connected_pair();

  socket::set_options(ours.get(), {.no_delay = true,
                                   .user_timeout = 7s,
                                   .send_buffer_bytes = 20'000,
                                   .receive_buffer_bytes = 30'000,
                                   .unsent_bytes_low = 16'384});

  EXPECT_NE(option(ours.get(), IPPROTO_TCP, TCP_NODELAY), 0);
  EXPECT_EQ(option(ours.get(), IPPROTO_TCP, TCP_USER_TIMEOUT), 7000);
  EXPECT_GE(option(ours.get(), SOL_SOCKET, SO_SNDBUF), 20'000);
  EXPECT_LT(option(ours.get(), SOL_SOCKET, SO_SNDBUF), 60'000);
  EXPECT_LT(option(ours.get(), SOL_SOCKET, SO_RCVBUF), 90'000);
  EXPECT_EQ(option(ours.get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT), 16'384);
}

TEST(Socket, connects_and_knows_both_ends) {
  std::uint16_t port = 0;
  const Fd listener = testing::listen_on_loopback(1, port);

  const auto connected = socket::connect(testing::loopback(port), {});
  ASSERT_TRUE(connected);
  const Fd fd(*connected);
  await_writable(fd.get());

  EXPECT_EQ(socket::connect_error(fd.get()), 0);
  EXPECT_EQ(socket::remote_address(fd.get()), testing::loopback(port));
  EXPECT_EQ(socket::local_address(fd.get())->host(), "127.0.0.1");
}

TEST(Socket, says_why_it_did_not_connect) {
  const testing::ClosedPort closed;

  const auto connecting = socket::connect(testing::loopback(closed.port()), {});
  if (!connecting) {
    EXPECT_EQ(connecting.error(), ECONNREFUSED);
    return;
  }
  const Fd fd(*connecting);
  await_writable(fd.get());

  EXPECT_EQ(socket::connect_error(fd.get()), ECONNREFUSED);
}

TEST(Socket, is_not_fooled_by_a_connection_to_itself) {
  const testing::ClosedPort closed;
  // What the kernel does by chance when it picks the target's port for our side.
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_storage native{};
  const socklen_t length = testing::loopback(0).to_native(native);
  auto* const generic = reinterpret_cast<sockaddr*>(&native);
  ASSERT_EQ(::bind(fd.get(), generic, length), 0);
  socket::local_address(fd.get())->to_native(native);
  ASSERT_EQ(::connect(fd.get(), generic, length), 0);

  EXPECT_EQ(socket::connect_error(fd.get()), ECONNREFUSED);
}

}  // namespace
}  // namespace heartwire::net
