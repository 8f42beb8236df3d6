#include "cli/output.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <future>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>

namespace heartwire::cli {
namespace {

using namespace std::chrono_literals;

struct OutputTest : testing::Test {
  OutputTest() { std::signal(SIGPIPE, SIG_IGN); }
  ~OutputTest() override {
    close_reader();
    ::close(ends[1]);
  }

  void close_reader() {
    if (ends[0] >= 0) ::close(std::exchange(ends[0], -1));
  }
  std::string read(std::size_t size) {
    std::string text(size, '\0');
    std::size_t have = 0;
    while (have < size) {
      const ssize_t count = ::read(ends[0], text.data() + have, size - have);
      if (count <= 0) break;
      have += static_cast<std::size_t>(count);
    }
    text.resize(have);
    return text;
  }
  OutputOptions options() { return {.crowded_bytes = 1000, .out = ends[1], .err = ends[1]}; }

  static std::array<int, 2> open_pipe() {
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe(pipe.data()), 0);
    return pipe;
  }

  std::array<int, 2> ends = open_pipe();
  /// More than a pipe holds.
  const std::string flood = std::string(1 << 20, 'x');
};

TEST_F(OutputTest, writes_both_streams_in_the_order_given) {
  {
    Output output(options());
    output.write(Stream::out, "one ");
    output.write(Stream::err, "two ");
    output.write(Stream::out, "three");
  }

  EXPECT_EQ(read(13), "one two three");
}

TEST_F(OutputTest, never_blocks_who_writes_and_tells_when_there_is_room_again) {
  std::promise<void> roomy;
  int crowded_count = 0;
  OutputOptions options = this->options();
  options.on_crowded = [&] { ++crowded_count; };
  options.on_roomy = [&] { roomy.set_value(); };
  Output output(options);

  output.write(Stream::out, flood);
  output.write(Stream::out, "end");

  EXPECT_TRUE(output.is_crowded());
  EXPECT_EQ(crowded_count, 1);
  EXPECT_EQ(read(flood.size() + 3), flood + "end");
  EXPECT_EQ(roomy.get_future().wait_for(10s), std::future_status::ready);
  EXPECT_FALSE(output.is_crowded());
}

TEST_F(OutputTest, tells_once_that_the_reader_has_gone) {
  std::promise<void> broken;
  OutputOptions options = this->options();
  options.on_broken = [&] { broken.set_value(); };
  Output output(options);
  close_reader();

  output.write(Stream::out, "nobody ");

  EXPECT_EQ(broken.get_future().wait_for(10s), std::future_status::ready);
  output.write(Stream::out, "reads this");
  EXPECT_TRUE(output.is_broken());
}

TEST_F(OutputTest, ends_though_its_reader_has_stopped_in_the_middle) {
  Output output(options());
  output.write(Stream::out, flood);
  output.write(Stream::out, flood);

  output.abandon();

  // The destructor returns; otherwise this test never ends.
}

}  // namespace
}  // namespace heartwire::cli
