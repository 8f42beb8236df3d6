#pragma once
// The server that the cases are played against: a heartwire::Server that writes everything it sees
// into a journal. By default it knows no dialect, so heartbeats come to it as plain messages and
// can be counted; it sends none of its own; and what it answers is up to the test.
//
//   server open N TARGET     the N-th connection, with path and query
//   server got N TEXT
//   server says N TEXT       written before it is sent
//   server closed N CAUSE [CODE]

#include "heartwire/server/server.hpp"
#include "tests/integration/cases/journal.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace heartwire::cases {

/// The options that the top of this file speaks of.
server::Options quiet_server();

class CaseServer {
 public:
  /// What the server answers to a message; empty: nothing.
  using Answer = std::function<std::string(std::string_view message)>;

  explicit CaseServer(Journal& journal, server::Options options = quiet_server());
  ~CaseServer();

  CaseServer(const CaseServer&) = delete;
  CaseServer& operator=(const CaseServer&) = delete;

  /// "127.0.0.1:PORT".
  std::string address() const;

  /// From now on; no answer of before is given once this has returned.
  void set_answer(Answer answer);
  /// Says nothing more by itself: the way a server hangs while its machine goes on.
  void fall_mute() { set_answer({}); }
  /// Sends to every open connection.
  void push(std::string_view text);
  /// Closes every open connection.
  void close_all(std::uint16_t code, std::string_view reason = {});

  std::size_t open_count() const;
  /// The most connections that were ever open at once.
  std::size_t open_peak() const;

 private:
  struct Guest {
    server::Connection connection;
    std::size_t number = 0;
  };

  server::Hooks hooks();
  void on_open(server::Connection& connection, const server::Request& request);
  void on_message(server::Connection& connection, core::MessageView message);
  void on_close(server::Connection& connection, const server::CloseInfo& info);
  void say(Guest& guest, std::string_view text);

  Journal& journal_;
  mutable std::mutex mutex_;
  Answer answer_;
  std::map<std::uint64_t, Guest> guests_;  ///< Open ones, by the connection's id.
  std::size_t opened_ = 0;
  std::size_t peak_ = 0;
  server::Server server_;  ///< Last: its hooks use all the others.
};

}  // namespace heartwire::cases
