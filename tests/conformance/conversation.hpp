#pragma once
// A peer on a non-blocking socket: says its case's pieces and watches what comes. One thread serves
// many.

#include "tests/conformance/watcher.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace heartwire::conformance {

class Conversation {
 public:
  /// What to write, and how much must have been seen before the last piece may follow.
  struct Script {
    std::vector<std::string> pieces{};
    std::size_t lines_before_last = 0;
    std::optional<Agreement> agreed{};
  };

  /// A client on `fd`, which it owns, asking for "/`index`".
  Conversation(int fd, std::size_t index, Script script);
  /// A server on `fd`; what the client asks for says which case it is to have.
  Conversation(int fd, std::function<Script(std::size_t index)> script_for);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  ~Conversation();

  int fd() const { return fd_; }
  std::size_t index() const { return index_; }
  bool wants_to_write() const;
  void on_readable();
  /// Writes one piece, so that pieces of many conversations alternate.
  void on_writable();
  /// The endpoint under test has ended the transport.
  bool is_over() const { return is_over_; }
  bool has_compressed() const { return watcher_.has_compressed(); }
  /// What was seen, up to the end of the transport.
  std::vector<std::string> lines() const;

 private:
  void read_head();
  void take_request();
  void finish_if_done();

  int fd_;
  Role role_;  ///< Ours.
  std::size_t index_ = 0;
  std::function<Script(std::size_t)> script_for_;
  Script script_;
  std::size_t piece_ = 0;   ///< The next to write.
  std::size_t offset_ = 0;  ///< Into it.
  std::string head_;        ///< Of the upgrade, as far as it came.
  std::string outgoing_;    ///< Our own head.
  bool is_upgraded_ = false;
  bool is_finished_ = false;  ///< We have said that nothing more comes.
  bool is_over_ = false;
  bool is_reset_ = false;
  Watcher watcher_;
};

/// A listening socket on a port of the loopback.
class Listening {
 public:
  Listening();
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  ~Listening();
  int fd() const { return fd_; }
  int port() const { return port_; }
  /// The next connection, or -1.
  int accept() const;

 private:
  int fd_;
  int port_ = 0;
};

/// A connection to a port of the loopback.
int connect_to(int port);

}  // namespace heartwire::conformance
