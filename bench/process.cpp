#include "bench/process.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <malloc.h>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace heartwire::bench {
namespace {

std::uint64_t micros(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000u +
         static_cast<std::uint64_t>(time.tv_usec);
}

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "bench: %s\n", what);
  std::exit(1);
}

}  // namespace

Sample Sample::now() {
  Sample sample;
  const struct mallinfo2 heap = ::mallinfo2();
  sample.heap_bytes = heap.uordblks + heap.hblkhd;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  sample.cpu_us = micros(usage.ru_utime) + micros(usage.ru_stime);
  return sample;
}

double Sample::bytes_since(const Sample& before) const {
  return static_cast<double>(heap_bytes) - static_cast<double>(before.heap_bytes);
}

double Sample::cpu_us_since(const Sample& before) const {
  return static_cast<double>(cpu_us - before.cpu_us);
}

void prepare(unsigned connections) {
  // mallinfo2 sees the main arena only.
  ::mallopt(M_ARENA_MAX, 1);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t needed = connections + 100;
  if (limit.rlim_cur >= needed) return;
  if (limit.rlim_max < needed) limit.rlim_max = needed;  // Only root may.
  limit.rlim_cur = needed;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    give_up("too many connections for the limit of open files; raise it with ulimit -n");
}

void wait_until(const std::function<bool()>& is_reached, std::chrono::seconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!is_reached()) {
    if (std::chrono::steady_clock::now() > deadline) give_up("what was waited for did not happen");
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

Child::Child(const std::function<void(Pipe&)>& work) {
  int to_child[2];
  int to_parent[2];
  if (::pipe(to_child) != 0 || ::pipe(to_parent) != 0) give_up("cannot make a pipe");
  pid_ = ::fork();
  if (pid_ < 0) give_up("cannot fork");
  if (pid_ == 0) {
    ::close(to_child[1]);
    ::close(to_parent[0]);
    Pipe pipe(to_child[0], to_parent[1]);
    work(pipe);
    ::_exit(0);
  }
  ::close(to_child[0]);
  ::close(to_parent[1]);
  read_fd_ = to_parent[0];
  write_fd_ = to_child[1];
}

Child::~Child() {
  ::close(write_fd_);
  ::close(read_fd_);
  ::waitpid(pid_, nullptr, 0);
}

Sample Child::sample() {
  const char request = 's';
  write_all(write_fd_, &request, 1);
  return receive<Sample>();
}

std::uint64_t Child::cpu_us() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
  std::string text;
  std::getline(file, text);
  // The second field is the program's name in parentheses; user and system time are 14 and 15.
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  fields >> user >> system;
  return (user + system) * 1'000'000u / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
}

void Child::Pipe::become(const char* program, const char* argument) {
  ::dup2(read_fd_, STDIN_FILENO);
  ::dup2(write_fd_, STDOUT_FILENO);
  ::close(read_fd_);
  ::close(write_fd_);
  ::execlp(program, program, argument, nullptr);
  ::_exit(127);
}

bool Child::Pipe::await_request() {
  char request = 0;
  return read_all(read_fd_, &request, 1);
}

void Child::write_all(int fd, const void* data, std::size_t size) {
  if (::write(fd, data, size) != static_cast<ssize_t>(size)) give_up("cannot write to a pipe");
}

bool Child::read_all(int fd, void* data, std::size_t size) {
  auto* bytes = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t count = ::read(fd, bytes, size);
    if (count <= 0) return false;
    bytes += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace heartwire::bench
