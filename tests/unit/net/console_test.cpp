#include "heartwire/net/console.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <pthread.h>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

struct ConsoleTest : testing::Test {
  ~ConsoleTest() override {
    ::close(ends[0]);
    end_input();
  }

  void type(std::string_view text) {
    ASSERT_EQ(::write(ends[1], text.data(), text.size()), std::ssize(text));
  }
  void end_input() {
    if (ends[1] >= 0) ::close(std::exchange(ends[1], -1));
  }
  /// The next line, or the name of what came instead.
  std::string next(std::chrono::milliseconds timeout = 10s, bool wants_lines = true) {
    struct Name {
      std::string operator()(const Console::Line& line) const { return line.text; }
      std::string operator()(Console::TooLong) const { return "<too long>"; }
      std::string operator()(Console::EndOfInput) const { return "<end>"; }
      std::string operator()(Console::Interrupted) const { return "<interrupted>"; }
      std::string operator()(Console::HungUp) const { return "<hung up>"; }
      std::string operator()(Console::Woken) const { return "<woken>"; }
      std::string operator()(Console::TimedOut) const { return "<timed out>"; }
    };
    return std::visit(Name{}, console.next(steady_clock::now() + timeout, wants_lines));
  }

  static std::array<int, 2> open_pipe() {
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe(pipe.data()), 0);
    return pipe;
  }

  std::array<int, 2> ends = open_pipe();
  Console console{{.input = ends[0], .catches_hangup = true}};
};

TEST_F(ConsoleTest, gives_lines_as_they_were_typed_and_the_end_once) {
  type("one\n\ntwo\nhalf a ");
  EXPECT_EQ(next(), "one");
  EXPECT_EQ(next(), "");
  EXPECT_EQ(next(), "two");
  EXPECT_EQ(next(1ms), "<timed out>");
  type("line");
  end_input();

  EXPECT_EQ(next(), "half a line");
  EXPECT_EQ(next(), "<end>");
  EXPECT_EQ(next(1ms), "<timed out>");
}

TEST_F(ConsoleTest, tells_a_hangup_from_the_wish_to_end) {
  pthread_kill(pthread_self(), SIGHUP);
  EXPECT_EQ(next(), "<hung up>");
  pthread_kill(pthread_self(), SIGTERM);
  EXPECT_EQ(next(), "<interrupted>");
}

TEST_F(ConsoleTest, leaves_input_unread_while_nobody_wants_it) {
  type("early\n");

  EXPECT_EQ(next(1ms, false), "<timed out>");
  EXPECT_EQ(next(), "early");
}

TEST_F(ConsoleTest, skips_a_line_that_is_too_long_and_goes_on) {
  const std::string longest(ConsoleOptions{}.line_bytes_max, 'x');
  for (const std::string& text : {longest + "y\n", longest + longest + longest + "\nnext\n"})
    type(text);
  type(longest + "\n");

  EXPECT_EQ(next(), "<too long>");
  EXPECT_EQ(next(), "<too long>");
  EXPECT_EQ(next(), "next");
  EXPECT_EQ(next(), longest);
}

TEST_F(ConsoleTest, hears_the_signals_that_end_a_program) {
  for (const int signal : {SIGINT, SIGTERM}) {
    pthread_kill(pthread_self(), signal);

    EXPECT_EQ(next(), "<interrupted>");
  }
  EXPECT_EQ(next(1ms), "<timed out>");
}

TEST_F(ConsoleTest, leaves_blocked_what_was_blocked_before_it) {
  const auto blocks = [](int signal) {
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    return sigismember(&blocked, signal) == 1;
  };
  std::thread([&] {
    sigset_t only_one;
    sigemptyset(&only_one);
    sigaddset(&only_one, SIGINT);
    pthread_sigmask(SIG_SETMASK, &only_one, nullptr);
    { const Console other{{.input = ends[0]}}; }
    EXPECT_TRUE(blocks(SIGINT));
    EXPECT_FALSE(blocks(SIGTERM));
  }).join();
}

TEST_F(ConsoleTest, gives_a_line_as_long_as_it_was_told_to_bear) {
  Console patient{{.input = ends[0], .line_bytes_max = 40'000}};
  const std::string long_line(40'000, 'x');
  type(long_line + "\n" + "short\n");

  for (const std::string& expected : {long_line, std::string{"short"}}) {
    const Console::Event event = patient.next(steady_clock::now() + 10s, true);
    ASSERT_TRUE(std::holds_alternative<Console::Line>(event));
    EXPECT_EQ(std::get<Console::Line>(event).text, expected);
  }
}

TEST_F(ConsoleTest, is_woken_by_another_thread_once_for_many_calls) {
  std::thread other([this] {
    for (int i = 0; i < 3; ++i) console.wake();
  });
  EXPECT_EQ(next(10s, false), "<woken>");
  other.join();
  next(1ms);  // Perhaps a call came after the first had been read.

  EXPECT_EQ(next(1ms), "<timed out>");
}

TEST_F(ConsoleTest, tells_of_a_wake_up_before_lines_that_wait) {
  type("one\ntwo\n");
  EXPECT_EQ(next(), "one");

  console.wake();

  EXPECT_EQ(next(), "<woken>");
  EXPECT_EQ(next(), "two");
}

TEST_F(ConsoleTest, takes_input_that_cannot_be_read_for_ended) {
  const int input = ::dup(ends[0]);
  Console closed{{.input = input}};
  ::close(input);

  const Console::Event event = closed.next(steady_clock::now() + 10s, true);

  EXPECT_TRUE(std::holds_alternative<Console::EndOfInput>(event));
}

}  // namespace
}  // namespace heartwire::net
