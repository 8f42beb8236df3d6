#include "cli/judge_program.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace heartwire::cli {
namespace {

/// Signals as a shell expects them: our threads block them all, and ignore SIGPIPE.
void set_up(posix_spawnattr_t& attributes, posix_spawn_file_actions_t& actions, bool is_shown) {
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t defaults = none;
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (is_shown) {
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
}

}  // namespace

std::string with_url(std::string_view command, std::string_view url) {
  constexpr std::string_view kPlace = "{url}";
  std::string text{command};
  for (std::size_t at = text.find(kPlace); at != std::string::npos;
       at = text.find(kPlace, at + url.size()))
    text.replace(at, kPlace.size(), url);
  return text;
}

base::Result<JudgeProgram, std::string> JudgeProgram::start(const std::string& command,
                                                            bool is_shown) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  set_up(attributes, actions, is_shown);
  std::string shell = "sh";
  std::string option = "-c";
  std::string script = command;
  char* const arguments[] = {shell.data(), option.data(), script.data(), nullptr};
  pid_t pid = -1;
  const int error = posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0)
    return base::Failure{"cannot start the client: " + std::string{std::strerror(error)}};
  return JudgeProgram{pid};
}

JudgeProgram::JudgeProgram(JudgeProgram&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      has_ended_(other.has_ended_),
      asked_at_(other.asked_at_) {}

JudgeProgram& JudgeProgram::operator=(JudgeProgram&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(has_ended_, other.has_ended_);
  std::swap(asked_at_, other.asked_at_);
  return *this;
}

JudgeProgram::~JudgeProgram() {
  if (pid_ < 0) return;
  kill_group(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool JudgeProgram::has_ended() {
  if (has_ended_) return true;
  // It is left to be waited for, so that its number, and its group's, stay taken until the end.
  siginfo_t info{};
  const int result = waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  has_ended_ = result == 0 && info.si_pid == pid_;
  return has_ended_;
}

void JudgeProgram::end(base::Instant now) {
  if (has_ended()) return kill_group(SIGKILL);  // What it left behind.
  if (!asked_at_) {
    asked_at_ = now;
    kill_group(SIGTERM);
  } else if (now - *asked_at_ > std::chrono::seconds{1}) {
    kill_group(SIGKILL);
  }
}

void JudgeProgram::kill_group(int signal) noexcept {
  if (pid_ > 0) ::kill(-pid_, signal);
}

}  // namespace heartwire::cli
