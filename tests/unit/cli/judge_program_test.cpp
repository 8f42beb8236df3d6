#include "cli/judge_program.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <unistd.h>

namespace heartwire::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Polls, for a program tells nobody that it has ended.
template <typename Is>
bool comes_true(Is is) {
  const auto deadline = std::chrono::steady_clock::now() + seconds{30};
  while (!is()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds{5});
  }
  return true;
}

/// A file of this test alone, gone at its end.
class Note {
 public:
  Note()
      : path_(std::filesystem::temp_directory_path() /
              ("judge_program_test." + std::to_string(getpid()))) {}
  ~Note() { std::filesystem::remove(path_); }
  Note(const Note&) = delete;
  Note& operator=(const Note&) = delete;

  std::string path() const { return path_.string(); }
  int number() const {
    int number = 0;
    std::ifstream(path_) >> number;
    return number;
  }

 private:
  std::filesystem::path path_;
};

TEST(JudgeProgram, puts_the_url_wherever_it_belongs) {
  EXPECT_EQ(with_url("a {url} b {url}", "ws://x/{url}"), "a ws://x/{url} b ws://x/{url}");
  EXPECT_EQ(with_url("nothing", "ws://x"), "nothing");
}

TEST(JudgeProgram, notices_that_the_command_has_ended) {
  auto program = JudgeProgram::start("exit 3", false);

  ASSERT_TRUE(program);
  EXPECT_TRUE(comes_true([&] { return program->has_ended(); }));
  EXPECT_TRUE(program->has_ended());
}

TEST(JudgeProgram, ends_what_the_command_has_started_too) {
  const Note note;
  auto program = JudgeProgram::start("sleep 1000 & echo $! > " + note.path() + "; wait", false);
  ASSERT_TRUE(program);
  ASSERT_TRUE(comes_true([&] { return note.number() > 0; }));
  const int child = note.number();

  program->end(base::instant(seconds{0}));

  EXPECT_TRUE(comes_true([&] { return program->has_ended(); }));
  // A child of nobody is a zombie until somebody waits for it, so its state tells.
  EXPECT_TRUE(comes_true([child] {
    std::ifstream stat("/proc/" + std::to_string(child) + "/stat");
    std::string text;
    std::getline(stat, text);
    return text.empty() || text.find(") Z") != std::string::npos;
  }));
}

TEST(JudgeProgram, kills_what_does_not_end_when_asked) {
  const Note note;
  auto program = JudgeProgram::start(
      "trap '' TERM; echo 1 > " + note.path() + "; while :; do sleep 0.01; done", false);
  ASSERT_TRUE(program);
  ASSERT_TRUE(comes_true([&] { return note.number() == 1; }));

  program->end(base::instant(seconds{10}));
  program->end(base::instant(seconds{10} + milliseconds{900}));
  EXPECT_FALSE(program->has_ended());
  program->end(base::instant(seconds{12}));

  EXPECT_TRUE(comes_true([&] { return program->has_ended(); }));
}

TEST(JudgeProgram, its_end_is_the_command_s) {
  const Note note;
  {
    auto program = JudgeProgram::start("echo $$ > " + note.path() + "; exec sleep 1000", false);
    ASSERT_TRUE(program);
    ASSERT_TRUE(comes_true([&] { return note.number() > 0; }));
    const JudgeProgram moved = std::move(*program);
    EXPECT_EQ(::kill(note.number(), 0), 0);
  }

  EXPECT_NE(::kill(note.number(), 0), 0);
}

}  // namespace
}  // namespace heartwire::cli
