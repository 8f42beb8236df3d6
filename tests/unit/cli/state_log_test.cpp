#include "cli/state_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <unistd.h>

namespace heartwire::cli {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

struct StateLogTest : testing::Test {
  ~StateLogTest() override {
    for (const int end : {out[0], out[1], err[0], err[1]}) ::close(end);
  }

  void open(StateLogOptions options, std::size_t crowded_bytes = 1 << 20) {
    output = std::make_unique<Output>(
        OutputOptions{.crowded_bytes = crowded_bytes, .out = out[1], .err = err[1]});
    log = std::make_unique<StateLog>(*output, options);
  }
  /// All that was written to it; the log is gone then.
  std::string written(const std::array<int, 2>& pipe) {
    output.reset();
    std::string text(65'536, '\0');
    EXPECT_EQ(::write(pipe[1], "", 1), 1);  // So that the read has something.
    text.resize(static_cast<std::size_t>(::read(pipe[0], text.data(), text.size())) - 1);
    return text;
  }

  static std::array<int, 2> open_pipe() {
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe(pipe.data()), 0);
    return pipe;
  }

  std::array<int, 2> out = open_pipe();
  std::array<int, 2> err = open_pipe();
  std::unique_ptr<Output> output;
  std::unique_ptr<StateLog> log;
};

TEST_F(StateLogTest, writes_for_people_to_standard_error_with_the_time_of_day) {
  open({});
  log->say("open", "it is open");

  EXPECT_THAT(written(err), MatchesRegex("[0-9:]+\\.[0-9]+  it is open\n"));
}

TEST_F(StateLogTest, writes_objects_to_standard_output_and_then_nothing_else) {
  open({.json = true, .quiet = true});
  log->show(StateLog::object("beat").add("n", 1), "a heartbeat", Weight::detail);

  EXPECT_THAT(written(out),
              MatchesRegex("\\{\"event\":\"beat\",\"time\":\"[^\"]+Z\",\"n\":1\\}\n"));
}

TEST_F(StateLogTest, is_quiet_but_for_what_matters) {
  open({.quiet = true});
  log->say("open", "a state");
  log->say("beat", "a detail", Weight::detail);
  log->say("not_sent", "what matters", Weight::always);

  EXPECT_THAT(written(err), MatchesRegex("[0-9:.]+  what matters\n"));
}

TEST_F(StateLogTest, leaves_lines_out_while_nobody_reads_and_says_how_many) {
  open({.may_leave_out = true}, 1 << 18);
  output->write(Stream::err, std::string(1 << 18, 'x'));  // More than a pipe holds.
  log->say("a", "left out");
  log->say("b", "left out");
  std::string all;
  std::string part(65'536, '\0');
  while (output->is_crowded()) {
    const ssize_t count = ::read(err[0], part.data(), part.size());
    all.append(part, 0, static_cast<std::size_t>(count));
  }
  log->say("c", "read");

  while (!all.ends_with("  read\n"))
    all.append(part, 0, static_cast<std::size_t>(::read(err[0], part.data(), part.size())));
  EXPECT_THAT(all, HasSubstr("2 lines were left out: nobody read them\n"));
  EXPECT_EQ(all.find("left out\n"), std::string::npos);
}

TEST_F(StateLogTest, leaves_no_milestone_out) {
  open({.may_leave_out = true}, 16);
  output->write(Stream::err, std::string(1 << 17, 'x'));  // More than a pipe holds.
  log->say("exit", "the end", Weight::milestone);
  std::string all;
  std::string part(65'536, '\0');
  while (output->is_crowded())
    all.append(part, 0, static_cast<std::size_t>(::read(err[0], part.data(), part.size())));
  log->say("c", "read");
  while (!all.ends_with("  read\n"))
    all.append(part, 0, static_cast<std::size_t>(::read(err[0], part.data(), part.size())));

  EXPECT_THAT(all, HasSubstr("  the end\n"));
}

}  // namespace
}  // namespace heartwire::cli
