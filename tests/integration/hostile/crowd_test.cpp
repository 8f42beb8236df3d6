// Attackers by their number: ten thousand from one address, and more than there are descriptors.

#include "heartwire/net/clock.hpp"
#include "tests/integration/hostile/siege.hpp"

#include <algorithm>
#include <ctime>
#include <iostream>
#include <sys/resource.h>
#include <unistd.h>

namespace heartwire::integration {
namespace {

constexpr std::size_t kCrowd = 10'000;
/// A connection that is in and idle: the record, Asio's part, and ours of this test.
constexpr std::size_t kIdleBytes = 2048;

/// The limit on descriptors of this process, as it was when this goes.
class DescriptorLimit {
 public:
  DescriptorLimit() { ::getrlimit(RLIMIT_NOFILE, &before_); }
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

  std::size_t raise() {
    set(before_.rlim_max);
    return static_cast<std::size_t>(before_.rlim_max);
  }
  /// So that about `count` more can be opened.
  void leave(int count) {
    const int next = ::dup(STDIN_FILENO);
    ::close(next);
    set(static_cast<rlim_t>(next + count));
  }

 private:
  void set(rlim_t soft) {
    rlimit wanted = before_;
    wanted.rlim_cur = soft;
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &wanted), 0);
  }
  rlimit before_{};
};

class HostileCrowd : public Siege {
 protected:
  /// As many as this machine allows one process, and says so where that is less.
  std::size_t crowd_size() {
    const std::size_t possible = limit_.raise() - 300;
    if (possible >= kCrowd) return kCrowd;
    std::cout << "a process may have few descriptors here: a crowd of " << possible << '\n';
    return possible;
  }

  Process& gather(std::size_t count, std::string_view address) {
    return start(python_peer("../hostile/crowd.py", {std::to_string(port()), std::to_string(count),
                                                     std::string{address}}));
  }

  /// What the crowd says of itself, once all of it has tried; others are served meanwhile.
  std::size_t count_of(const Process& crowd, std::string_view what) {
    const auto is_told = [&] {
      EXPECT_TRUE(is_served());
      return crowd.count("out ") == 1 || HasFailure();
    };
    EXPECT_TRUE(becomes_true(is_told, 60s));
    const auto told = crowd.rest_of(what);
    return told.empty() ? 0 : std::stoul(told[0]);
  }

  /// Those that the server says it had no descriptor for.
  std::size_t turned_away() {
    constexpr std::string_view kStart = "error cannot accept connections: too many open files; ";
    std::size_t sum = 0;
    for (const std::string& event : log_.all())
      if (event.starts_with(kStart)) sum += std::stoul(event.substr(kStart.size()));
    return sum;
  }

  std::chrono::milliseconds cpu_time() {
    return std::chrono::milliseconds{std::clock() * 1000 / CLOCKS_PER_SEC};
  }

  DescriptorLimit limit_;
};

TEST_F(HostileCrowd, from_one_address_costs_a_little_each_by_default) {
  const std::size_t size = crowd_size();
  open();

  Process& crowd = gather(size, "127.0.0.2");

  EXPECT_EQ(count_of(crowd, "in "), size);
  EXPECT_EQ(server().stats().open, size + 1);
  EXPECT_TRUE(admits_another());
  EXPECT_LE(heap().growth_max(), size * kIdleBytes + bytes_shared(options()));
  crowd.kill();
  EXPECT_TRUE(becomes_true([&] { return server().stats().open == 1; }));
  EXPECT_TRUE(is_served());
}

TEST_F(HostileCrowd, from_one_address_is_kept_out_beyond_its_limit) {
  const std::size_t size = crowd_size();
  server::Options wanted;
  wanted.admission.connections_per_address_max = 100;
  open(wanted);

  Process& crowd = gather(size, "127.0.0.2");

  EXPECT_EQ(count_of(crowd, "in "), 100u);
  EXPECT_EQ(count_of(crowd, "out "), size - 100);
  EXPECT_EQ(server().stats().open, 101u);
  EXPECT_TRUE(admits_another()) << "from another address";
  EXPECT_LE(log_.count("error"), 1000u) << "each of them fills the log";
  EXPECT_LE(heap().growth_max(), 2 * 1024 * kIdleBytes + bytes_shared(options()));
}

TEST_F(HostileCrowd, that_takes_the_last_descriptor_is_told_once_and_outlived) {
  open();
  limit_.leave(50);

  Process& crowd = gather(300, "127.0.0.2");

  // Those who are there are served; who finds no room is ended, so that it knows.
  const std::size_t let_in = count_of(crowd, "in ");
  EXPECT_GT(let_in, 0u);
  EXPECT_LE(let_in, 50u);
  EXPECT_EQ(count_of(crowd, "out "), 300 - let_in);
  EXPECT_TRUE(becomes_true([&] { return turned_away() == 300 - let_in; })) << turned_away();
  const std::size_t told = log_.count("error cannot accept");
  // Nobody comes: nothing more is told, and nothing is done.
  const auto before = cpu_time();
  const auto is_told_again = [&] { return log_.count("error cannot accept") > told; };
  EXPECT_FALSE(becomes_true(is_told_again, 1500ms));
  EXPECT_LT(cpu_time() - before, 500ms) << "it turns in a circle";
  EXPECT_TRUE(is_served());
  EXPECT_LE(heap().growth_max(), 300 * kIdleBytes + bytes_shared(options()));
  crowd.kill();
  EXPECT_TRUE(becomes_true([&] { return server().stats().open == 1; }));
  EXPECT_TRUE(admits_another());
}

}  // namespace
}  // namespace heartwire::integration
