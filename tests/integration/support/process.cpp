#include "tests/integration/support/process.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace heartwire::integration {
namespace {

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

/// The child, between fork and exec: system calls only. Lines to come out of a pipe must not wait
/// in a buffer, so the peers flush each.
[[noreturn]] void become(int input, int output, char* const* command) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpgid(0, 0);  // What it starts itself goes with it.
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::execvp(command[0], command);
  ::_exit(127);
}

}  // namespace

Process::Process(std::vector<std::string> command) : name_(command.at(0)) {
  std::array<int, 2> input{};
  std::array<int, 2> output{};
  HW_CHECK(::pipe2(input.data(), O_CLOEXEC) == 0);
  HW_CHECK(::pipe2(output.data(), O_CLOEXEC) == 0);
  const std::vector<char*> words = pointers(command);
  pid_ = ::fork();
  HW_CHECK(pid_ >= 0);
  if (pid_ == 0) become(input[0], output[1], words.data());
  ::close(input[0]);
  ::close(output[1]);
  input_ = input[1];
  output_ = output[0];
  listener_ = std::thread([this] { listen(); });
}

Process::~Process() {
  kill();
  listener_.join();
  ::close(input_);
  ::close(output_);
}

void Process::signal(int number) const {
  if (!is_reaped_) ::kill(pid_, number);
}

void Process::freeze() const {
  signal(SIGSTOP);
  // The signal is under way; the test goes on once the process stands still.
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED | WNOWAIT);
}

void Process::thaw() const {
  signal(SIGCONT);
}

void Process::kill() {
  if (!is_reaped_) ::kill(-pid_, SIGKILL);
  signal(SIGKILL);  // Also if it has no group yet.
  reap(true);
}

void Process::tell(std::string_view line) const {
  const std::string text = std::string{line} + '\n';
  HW_CHECK(::write(input_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

int Process::wait_exit() {
  reap(false);
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
}

void Process::reap(bool at_once) {
  if (is_reaped_) return;
  if (!at_once) {
    // Its output ends when it does: nothing to poll for.
    std::unique_lock lock(mutex_);
    const bool is_over = heard_.wait_for(lock, kDeadline, [this] { return is_silent_; });
    if (!is_over) ::kill(-pid_, SIGKILL);
  }
  ::waitpid(pid_, &status_, 0);
  is_reaped_ = true;
}

void Process::listen() {
  std::string line;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t count = ::read(output_, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    const std::lock_guard lock(mutex_);
    for (const char one : std::string_view{buffer.data(), static_cast<std::size_t>(count)}) {
      if (one != '\n') {
        line += one;
        continue;
      }
      lines_.push_back(std::move(line));
      line.clear();
    }
    heard_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  if (!line.empty()) lines_.push_back(std::move(line));
  is_silent_ = true;
  heard_.notify_all();
}

bool Process::prints(std::string_view start, std::size_t count) const {
  std::unique_lock lock(mutex_);
  const auto has_come = [&] { return count_locked(start) >= count; };
  heard_.wait_for(lock, kDeadline, [&] { return has_come() || is_silent_; });
  return has_come();
}

std::size_t Process::count(std::string_view start) const {
  const std::lock_guard lock(mutex_);
  return count_locked(start);
}

std::size_t Process::count_locked(std::string_view start) const {
  const auto begins = [start](const std::string& line) { return line.starts_with(start); };
  return static_cast<std::size_t>(std::count_if(lines_.begin(), lines_.end(), begins));
}

std::vector<std::string> Process::rest_of(std::string_view start) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> result;
  for (const std::string& line : lines_)
    if (line.starts_with(start)) result.push_back(line.substr(start.size()));
  return result;
}

std::uint16_t Process::port() const {
  if (!prints("port ")) return 0;
  return static_cast<std::uint16_t>(std::strtoul(rest_of("port ").at(0).c_str(), nullptr, 10));
}

std::string Process::transcript() const {
  const std::lock_guard lock(mutex_);
  std::string result = "what " + name_ + " said:\n";
  for (const std::string& line : lines_) result += "  " + line + '\n';
  return result;
}

}  // namespace heartwire::integration
