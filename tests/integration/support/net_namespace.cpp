#include "tests/integration/support/net_namespace.hpp"

#include "heartwire/base/check.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace heartwire::integration {
namespace {

int open_namespace(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), path);
  return fd;
}

std::string run(std::vector<std::string> command, const std::string& script) {
  for (const char* word : {"sh", "-e", "-c"}) command.emplace_back(word);
  command.push_back(script);
  Process shell(std::move(command));
  if (shell.wait_exit() != 0) throw std::runtime_error(script + '\n' + shell.transcript());
  return shell.transcript();
}

}  // namespace

std::optional<std::string> why_no_namespaces() {
  if (::geteuid() != 0) return "needs root, for network namespaces";
  if (Process({"nft", "--version"}).wait_exit() != 0) return "needs nft";
  if (Process({"ip", "-Version"}).wait_exit() != 0) return "needs ip";
  if (Process({"unshare", "--net", "true"}).wait_exit() != 0)
    return "may not make a network namespace here";
  return std::nullopt;
}

NetNamespace::NetNamespace()
    : keeper_({"unshare", "--net", "sh", "-c", "echo ready; exec sleep infinity"}) {
  // Until it has spoken it is still in our own.
  if (!keeper_.prints("ready")) throw std::runtime_error(keeper_.transcript());
  run("ip link set lo up");
}

std::vector<std::string> NetNamespace::inside(std::vector<std::string> command) const {
  std::vector<std::string> words{"nsenter", "--target", std::to_string(pid()), "--net"};
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

std::string NetNamespace::run(const std::string& script) const {
  return integration::run(inside({}), script);
}

std::string run_here(const std::string& script) {
  return run({}, script);
}

NamespaceVisit::NamespaceVisit() : home_(open_namespace("/proc/thread-self/ns/net")) {
  HW_CHECK(::unshare(CLONE_NEWNET) == 0);
}

NamespaceVisit::NamespaceVisit(pid_t process) : home_(open_namespace("/proc/thread-self/ns/net")) {
  const int fd = open_namespace("/proc/" + std::to_string(process) + "/ns/net");
  HW_CHECK(::setns(fd, CLONE_NEWNET) == 0);
  ::close(fd);
}

NamespaceVisit::~NamespaceVisit() {
  HW_CHECK(::setns(home_, CLONE_NEWNET) == 0);
  ::close(home_);
}

}  // namespace heartwire::integration
