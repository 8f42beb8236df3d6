#pragma once
// Network namespaces for tests: each has interfaces, addresses, routes and packet filters of its
// own, so nothing in one meets anything of another test, and it ends with the last process or
// thread in it, whatever became of the test. Needs root.

#include "tests/integration/support/process.hpp"

#include <optional>
#include <string>
#include <vector>

namespace heartwire::integration {

/// Why there can be none here, for people; nothing if there can.
std::optional<std::string> why_no_namespaces();

/// A namespace kept by a process that does nothing else.
class NetNamespace {
 public:
  NetNamespace();

  pid_t pid() const noexcept { return keeper_.pid(); }
  /// `command`, to be run there.
  std::vector<std::string> inside(std::vector<std::string> command) const;
  /// Runs lines of shell there and returns what they said. Throws std::runtime_error with that if
  /// one fails.
  std::string run(const std::string& script) const;

 private:
  Process keeper_;
};

/// Runs lines of shell in the caller's namespace. Throws as NetNamespace::run does.
std::string run_here(const std::string& script);

/// Moves the calling thread into another namespace until the object goes, on the same thread. What
/// it starts meanwhile, threads and processes, begins and stays there.
class NamespaceVisit {
 public:
  /// Into a new one, which ends with the threads in it.
  NamespaceVisit();
  /// Into that of a process.
  explicit NamespaceVisit(pid_t process);
  ~NamespaceVisit();

  NamespaceVisit(const NamespaceVisit&) = delete;
  NamespaceVisit& operator=(const NamespaceVisit&) = delete;

 private:
  int home_ = -1;
};

}  // namespace heartwire::integration
