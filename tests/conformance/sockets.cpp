#include "tests/conformance/sockets.hpp"

#include "heartwire/client/client.hpp"
#include "heartwire/net/loop.hpp"
#include "heartwire/server/server.hpp"
#include "tests/conformance/conversation.hpp"
#include "tests/conformance/our_deflate.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <poll.h>
#include <utility>

namespace heartwire::conformance {
namespace {

constexpr std::size_t kAtOnce = 48;
constexpr std::size_t kBufferBytes = std::size_t{256} << 20;
/// Only a failing case waits for so long without anything happening at all.
constexpr std::chrono::seconds kPatience{20};

/// A case is about what is said; while megabytes go to others, an upgrade may have to wait.
constexpr std::chrono::seconds kBusyMachine{60};

/// What applications were told, by the job; from any thread.
class Told {
 public:
  explicit Told(std::size_t count) : lines_(count) {}

  template <typename Info>
  void tell(std::size_t index, const Info& info) {
    const std::lock_guard lock(mutex_);
    lines_[index] = told(info.cause, info.code, info.is_clean);
  }
  std::string of(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    return lines_[index];
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// The peers' side: conversations under way, and what came of those that ended.
class Table {
 public:
  /// `is_told`: the application is in this process, and its word is awaited.
  Table(const std::vector<Job>& jobs, Role peer, bool is_told = true)
      : jobs_(jobs), peer_(peer), is_told_(is_told), told_(jobs.size()) {}

  Told& told() { return told_; }
  std::size_t under_way() const { return under_way_.size(); }
  std::size_t done() const { return done_.size(); }
  void add(std::unique_ptr<Conversation> one) { under_way_.push_back(std::move(one)); }
  Conversation::Script script_for(std::size_t index) const {
    const Case& test = *jobs_[index].test;
    return {pieces_of(test, peer_, jobs_[index].feeding),
            says_goodbye_late(test) ? test.seen.size() : 0, test.agreed};
  }

  /// Waits until something happens, on `listening` if it is not -1. False: nothing did.
  bool turn(int listening) {
    std::vector<pollfd> entries;
    for (const auto& one : under_way_) {
      const int events = one->wants_to_write() ? POLLIN | POLLOUT : POLLIN;
      // Of one that is over only the word of the application is still awaited.
      entries.push_back({one->is_over() ? -1 : one->fd(), static_cast<short>(events), 0});
    }
    entries.push_back({listening, POLLIN, 0});
    const int ready = ::poll(entries.data(), entries.size(), 5);
    for (std::size_t i = 0; i < under_way_.size(); ++i) {
      if ((entries[i].revents & ~POLLOUT) != 0) under_way_[i]->on_readable();
      if ((entries[i].revents & POLLOUT) != 0 && under_way_[i]->wants_to_write())
        under_way_[i]->on_writable();
    }
    return collect(false) > 0 || ready > 0;
  }

  std::vector<Transcript> results() {
    collect(true);
    std::vector<Transcript> results(jobs_.size(), {"NEVER CAME"});
    for (auto& [index, lines] : done_) results[index] = std::move(lines);
    return results;
  }

 private:
  std::size_t collect(bool is_last) {
    const std::size_t before = under_way_.size();
    std::erase_if(under_way_, [&](const auto& one) {
      const std::string told = told_.of(one->index());
      if (!is_last && (!one->is_over() || (is_told_ && told.empty()))) return false;
      Transcript lines = one->lines();
      if (is_told_) lines.push_back(told);
      if (jobs_[one->index()].test->is_compressed_back && one->has_compressed())
        lines.push_back(kCompressedBack);
      done_[one->index()] = std::move(lines);
      return true;
    });
    return before - under_way_.size();
  }

  const std::vector<Job>& jobs_;
  Role peer_;
  bool is_told_;
  Told told_;
  std::vector<std::unique_ptr<Conversation>> under_way_;
  std::map<std::size_t, Transcript> done_;
};

/// Begins `count` jobs, kAtOnce at a time, and serves them to the end, or to a silence.
template <typename Begin>
void serve(Table& table, std::size_t count, int listening, Begin begin) {
  std::size_t begun = 0;
  auto last = std::chrono::steady_clock::now();
  while (table.done() < count) {
    const std::size_t before = begun;
    begun = begin(begun);
    const auto now = std::chrono::steady_clock::now();
    if (table.turn(listening) || begun != before) last = now;
    if (now - last > kPatience) return;
  }
}

/// All jobs as clients of that port.
void talk_to(int port, Table& table, std::size_t count) {
  serve(table, count, -1, [&](std::size_t begun) {
    for (; begun < count && table.under_way() < kAtOnce; ++begun)
      table.add(std::make_unique<Conversation>(connect_to(port), begun, table.script_for(begun)));
    return begun;
  });
}

server::Options echo_server(Told& told, std::map<std::uint64_t, std::size_t>& jobs) {
  server::Options options;
  options.handshake_timeout = kBusyMachine;
  options.heartbeat.sending = core::Sending::off;
  options.send_buffer_bytes_max = kBufferBytes;
  options.compression = server_deflate();
  options.hooks.on_open = [&jobs](server::Connection& connection, const server::Request& request) {
    jobs[connection.id()] = std::stoul(request.path.substr(1));
  };
  options.hooks.on_message = [](server::Connection& connection, core::MessageView message) {
    static_cast<void>(connection.send(message));
  };
  options.hooks.on_close = [&jobs, &told](server::Connection& connection,
                                          const server::CloseInfo& info) {
    told.tell(jobs[connection.id()], info);
  };
  return options;
}

/// A client that echoes on one connection; it is created before it can be named in its own hook.
std::unique_ptr<client::Client> echo_client(net::Loop& loop, int port, std::size_t index,
                                            const Case& test, Told& told) {
  const auto self = std::make_shared<client::Client*>(nullptr);
  client::Options options;
  options.urls = {"ws://127.0.0.1:" + std::to_string(port) + '/' + std::to_string(index)};
  options.connect_timeout = options.handshake_timeout = kBusyMachine;
  options.heartbeat.sending = core::Sending::off;
  options.reconnect.enabled = false;
  options.message_bytes_max = test.message_bytes_max;
  if (test.agreed) options.compression = client_deflate(*test.agreed);
  options.outbox.outbox_bytes_max = kBufferBytes;
  options.hooks.on_message = [self](core::MessageView message) {
    static_cast<void>((*self)->send(core::Message{message.type, std::string{message.payload}}));
  };
  options.hooks.on_close = [&told, index](const client::CloseInfo& info) {
    told.tell(index, info);
  };
  auto client = std::make_unique<client::Client>(loop, std::move(options));
  *self = client.get();
  client->start();
  return client;
}

}  // namespace

std::vector<Transcript> run_on_server(const std::vector<Job>& jobs) {
  Table table(jobs, Role::client);
  std::map<std::uint64_t, std::size_t> by_connection;  // On the server's thread alone.
  auto options = echo_server(table.told(), by_connection);
  options.message_bytes_max = jobs.front().test->message_bytes_max;
  server::Server server(std::move(options));
  server.start();
  talk_to(server.port(), table, jobs.size());
  return table.results();
}

std::vector<Transcript> run_on_port(const std::vector<Job>& jobs, int port) {
  Table table(jobs, Role::client, false);
  talk_to(port, table, jobs.size());
  return table.results();
}

std::vector<Transcript> run_on_clients(const std::vector<Job>& jobs) {
  Table table(jobs, Role::server);
  const Listening listening;
  net::Loop loop;
  std::vector<std::unique_ptr<client::Client>> clients(jobs.size());
  std::size_t accepted = 0;
  serve(table, jobs.size(), listening.fd(), [&](std::size_t begun) {
    for (int fd = listening.accept(); fd >= 0; fd = listening.accept(), ++accepted)
      table.add(std::make_unique<Conversation>(
          fd, [&table](std::size_t index) { return table.script_for(index); }));
    for (; begun < jobs.size() && begun - accepted + table.under_way() < kAtOnce; ++begun)
      clients[begun] = echo_client(loop, listening.port(), begun, *jobs[begun].test, table.told());
    return begun;
  });
  return table.results();
}

}  // namespace heartwire::conformance
