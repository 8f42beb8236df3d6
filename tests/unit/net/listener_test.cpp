#include "heartwire/net/listener.hpp"

#include "tests/unit/net/test_loop.hpp"
#include "tests/unit/net/test_sockets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace heartwire::net {
namespace {

using testing::Fd;
using testing::TestLoop;

class ListenerTest : public ::testing::Test {
 protected:
  Listener::Callbacks collect() {
    return {.on_accept =
                [this](Stream stream, const Address& peer) {
                  streams_.push_back(std::move(stream));
                  peers_.push_back(peer);
                },
            .on_trouble = [this](std::string_view what) { troubles_.emplace_back(what); }};
  }
  /// On the loopback, at a port that the system chooses.
  std::uint16_t open() { return listener_->open({.address = "127.0.0.1"}, collect()).value().port; }

  TestLoop loop_;
  std::unique_ptr<Listener> listener_ = std::make_unique<Listener>(loop_);
  std::vector<Stream> streams_;
  std::vector<Address> peers_;
  std::vector<std::string> troubles_;
};

TEST_F(ListenerTest, gives_connected_streams_and_says_who_came) {
  const std::uint16_t port = open();
  EXPECT_NE(port, 0);
  std::vector<Fd> clients;
  for (int count = 0; count < 100; ++count) clients.push_back(testing::connect_to(port));

  ASSERT_TRUE(loop_.run_until([&] { return streams_.size() == 100; }));

  EXPECT_EQ(peers_[0], socket::local_address(clients[0].get()));
  EXPECT_EQ(streams_[0].write_some(base::as_bytes("welcome")), IoResult::moved(7));
  EXPECT_EQ(testing::receive(clients[0], 7), "welcome");
  EXPECT_EQ(streams_[0].read_some(loop_->read_buffer()), IoResult::would_block());
}

TEST_F(ListenerTest, says_why_it_cannot_listen) {
  const std::uint16_t port = open();
  Listener second(loop_);

  const auto taken = second.open({.address = "127.0.0.1", .port = port}, collect());
  const auto name = second.open({.address = "example.org", .port = 80}, collect());
  const auto foreign = second.open({.address = "192.0.2.1", .port = 80}, collect());

  ASSERT_FALSE(taken || name || foreign);
  EXPECT_EQ(taken.error(),
            "cannot listen on 127.0.0.1:" + std::to_string(port) + ": address already in use");
  EXPECT_EQ(name.error(), "cannot listen on example.org:80: \"example.org\" is not an IP address");
  EXPECT_EQ(foreign.error(), "cannot listen on 192.0.2.1:80: cannot assign requested address");
  EXPECT_FALSE(second.is_open());
}

TEST_F(ListenerTest, refuses_after_close_and_takes_the_port_again) {
  const std::uint16_t port = open();
  const Fd before = testing::connect_to(port);
  ASSERT_TRUE(loop_.run_until([&] { return streams_.size() == 1; }));

  listener_->close();
  const Fd refused = testing::connect_to(port);
  EXPECT_FALSE(socket::remote_address(refused.get()));

  ASSERT_TRUE(listener_->open({.address = "localhost", .port = port}, collect()));
  const Fd after = testing::connect_to(port);
  EXPECT_TRUE(loop_.run_until([&] { return streams_.size() == 2; }));
}

TEST_F(ListenerTest, leaves_them_waiting_while_it_is_paused) {
  const std::uint16_t port = open();
  listener_->pause();
  const Fd client = testing::connect_to(port);
  testing::send_all(client, "hello");
  loop_.run_ready();
  EXPECT_TRUE(streams_.empty());

  listener_->resume();

  ASSERT_TRUE(loop_.run_until([&] { return streams_.size() == 1; }));
}

TEST_F(ListenerTest, may_be_paused_by_its_own_callback) {
  const std::uint16_t port =
      listener_
          ->open({.address = "127.0.0.1"}, {.on_accept =
                                                [this](Stream stream, const Address&) {
                                                  streams_.push_back(std::move(stream));
                                                  listener_->pause();
                                                },
                                            .on_trouble = {}})
          .value()
          .port;
  const Fd first = testing::connect_to(port);
  const Fd second = testing::connect_to(port);

  ASSERT_TRUE(loop_.run_until([&] { return streams_.size() == 1; }));
  loop_.run_ready();
  EXPECT_EQ(streams_.size(), 1U);

  listener_->resume();
  EXPECT_TRUE(loop_.run_until([&] { return streams_.size() == 2; }));
}

TEST_F(ListenerTest, may_be_destroyed_by_its_own_callback) {
  const std::uint16_t port =
      listener_
          ->open({.address = "127.0.0.1"},
                 {.on_accept = [this](Stream, const Address&) { listener_.reset(); },
                  .on_trouble = {}})
          .value()
          .port;
  const Fd first = testing::connect_to(port);
  const Fd second = testing::connect_to(port);

  EXPECT_TRUE(loop_.run_until([&] { return listener_ == nullptr; }));
  loop_.run_ready();
}

TEST_F(ListenerTest, may_be_reopened_by_its_own_callback) {
  std::uint16_t next_port = 0;
  const std::uint16_t port =
      listener_
          ->open(
              {.address = "127.0.0.1"},
              {.on_accept = [&](Stream, const Address&) { next_port = open(); }, .on_trouble = {}})
          .value()
          .port;
  const Fd first = testing::connect_to(port);
  ASSERT_TRUE(loop_.run_until([&] { return next_port != 0; }));

  const Fd second = testing::connect_to(next_port);

  EXPECT_TRUE(loop_.run_until([&] { return streams_.size() == 1; }));
}

TEST_F(ListenerTest, listens_on_both_families_at_once) {
  const auto where = listener_->open({.address = "::"}, collect());
  if (!where) GTEST_SKIP() << "no IPv6 here: " << where.error();

  const Fd client = testing::connect_to(where->port);

  ASSERT_TRUE(loop_.run_until([&] { return streams_.size() == 1; }));
  EXPECT_EQ(peers_[0].host(), "127.0.0.1");
}

/// Takes every file descriptor there is, for as long as it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit low = before_;
    low.rlim_cur = 200;
    ::setrlimit(RLIMIT_NOFILE, &low);
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) taken_.emplace_back(fd);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  void give_back(std::size_t count) { taken_.resize(taken_.size() - count); }

 private:
  rlimit before_{};
  std::vector<Fd> taken_;
};

// accept(2) fails for want of a descriptor even where nobody has come.
TEST_F(ListenerTest, waits_in_silence_once_those_it_has_no_descriptor_for_are_gone) {
  const std::uint16_t port = open();
  std::optional<Fd> last = testing::connect_to(port);
  const auto timer = loop_->add_timer([&](base::Instant) { last.reset(); });
  NoDescriptors none;
  ASSERT_TRUE(loop_.run_until([&] { return !troubles_.empty(); }));

  // Longer than it waits before it would say so again.
  loop_->schedule(timer, loop_->now() + std::chrono::milliseconds{1300});
  ASSERT_TRUE(loop_.run_until([&] { return !last; }));

  EXPECT_EQ(troubles_.size(), 1U) << troubles_.back();
  none.give_back(3);
  const Fd late = testing::connect_to(port);
  EXPECT_TRUE(loop_.run_until([&] { return streams_.size() == 1; }));
  loop_->remove_timer(timer);
}

TEST_F(ListenerTest, turns_away_whom_it_has_no_descriptor_for_and_goes_on) {
  const std::uint16_t port = open();
  std::vector<Fd> clients;
  for (int count = 0; count < 3; ++count) clients.push_back(testing::connect_to(port));
  NoDescriptors none;

  ASSERT_TRUE(loop_.run_until([&] { return !troubles_.empty(); }));
  loop_.run_ready();
  EXPECT_TRUE(streams_.empty());
  EXPECT_EQ(troubles_[0], "cannot accept connections: too many open files; 1 turned away");
  EXPECT_EQ(troubles_.size(), 1U) << "not for each of them";
  for (const Fd& client : clients) {
    std::uint8_t byte = 0;
    EXPECT_EQ(socket::read_some(client.get(), {&byte, 1}).status, IoStatus::failed);
  }

  none.give_back(2);
  const Fd late = testing::connect_to(port);
  EXPECT_TRUE(loop_.run_until([&] { return streams_.size() == 1; }));
}

}  // namespace
}  // namespace heartwire::net
