#include "cli/serve_session.hpp"

#include "cli/held_signals.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "cli/serve_report.hpp"
#include "cli/state_log.hpp"
#include "cli/switchboard.hpp"
#include "cli/text.hpp"
#include "heartwire/net/address.hpp"
#include "heartwire/net/console.hpp"
#include "heartwire/server/server.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>

namespace heartwire::cli {
namespace {

using namespace std::chrono_literals;
using net::Console;
using std::chrono::steady_clock;

/// What the tool's server says to a client that offers subprotocols: the first that names a dialect
/// which it speaks, else the first, since a browser bears no refusal of all of them.
std::string choose_subprotocol(const server::Request& request) {
  for (const std::string& offered : request.subprotocols)
    if (!core::dialect::name_by_subprotocol(offered).empty()) return offered;
  return request.subprotocols.empty() ? std::string{} : request.subprotocols.front();
}

/// Without a certificate there is nothing to read again, and a hangup ends the program as ever.
bool reloads_on_hangup(const ServeOptions& options) {
  return !options.server.tls.certificate_file.empty();
}

class Session {
 public:
  explicit Session(ServeOptions options)
      : options_(std::move(options)),
        console_({.catches_hangup = reloads_on_hangup(options_)}),
        log_(output_, {options_.json, options_.quiet, true}),
        report_(log_, options_.verbose),
        switchboard_(options_.echoes_all),
        server_(with_hooks(options_.server)) {}

  int run() {
    try {
      server_.start();
      if (!options_.port_file.empty()) write_port_file();
    } catch (const std::runtime_error& error) {
      std::fprintf(stderr, "heartwire serve: %s\n", error.what());
      return kExitFailed;
    }
    tell_where();
    std::thread waiter([this] {
      server_.wait();
      is_stopped_ = true;
      console_.wake();
    });
    while (!is_stopped_) {
      const Console::Event event = console_.next(std::nullopt, false);
      if (std::holds_alternative<Console::Interrupted>(event)) interrupt();
      if (std::holds_alternative<Console::HungUp>(event)) reload();
    }
    waiter.join();
    report_.on_exit({stats_.accepted, stats_.refused, stats_.reaped, cut_off_});
    return cut_off_ == 0 && !output_.has_failed() ? kExitOk : kExitFailed;
  }

 private:
  server::Options with_hooks(server::Options server) {
    server::Hooks& hooks = server.hooks;
    hooks.on_request = [this](const server::Request& request) {
      if (auto refusal = options_.entrance.refusal_of(request)) return *std::move(refusal);
      return server::Admit::accept(choose_subprotocol(request));
    };
    hooks.on_open = [this](server::Connection& connection, const server::Request& request) {
      const std::string_view refusal = switchboard_.enter(connection, request.path);
      report_.on_open(connection, request, switchboard_.company(connection));
      if (!refusal.empty()) connection.close(1008, refusal);
    };
    hooks.on_message = [this](server::Connection& connection, core::MessageView message) {
      const std::size_t missed = switchboard_.deliver(connection, message);
      if (missed > 0) report_.on_missed(connection, missed);
    };
    hooks.on_close = [this](server::Connection& connection, const server::CloseInfo& info) {
      switchboard_.leave(connection);
      report_.on_close(connection, info);
    };
    hooks.on_suspect = [this](auto& connection, auto silence) {
      report_.on_suspect(connection, silence);
    };
    hooks.on_cleared = [this](auto& connection, auto silence) {
      report_.on_cleared(connection, silence);
    };
    hooks.on_heartbeat = [this](auto& connection, auto round_trip) {
      report_.on_heartbeat(connection, round_trip);
    };
    hooks.on_error = [this](std::string_view text) { report_.on_error(text); };
    return server;
  }

  void tell_where() {
    const server::Options& server = options_.server;
    const std::string scheme = server.tls.certificate_file.empty() ? "ws://" : "wss://";
    const std::string url = scheme + net::host_and_port(server.address, server_.port());
    const std::string where =
        options_.echoes_all
            ? "every path echoes"
            : "/echo echoes, every other path is a room whose members hear each other";
    std::string dialects;
    for (const core::DialectPtr& dialect : server.dialects)
      dialects += ", " + std::string{dialect->name()};
    report_.on_listening(url,
                         "listening on " + url + "; " + where + "; heartbeats: ping" + dialects);
  }

  void write_port_file() {
    const std::string partial = options_.port_file + ".partial";
    std::ofstream(partial) << server_.port() << '\n';
    // In one step, so that nobody reads half of it.
    if (std::rename(partial.c_str(), options_.port_file.c_str()) != 0)
      throw std::runtime_error("cannot write the port file \"" + options_.port_file + '"');
  }

  void reload() {
    const auto reloaded = server_.reload_tls();
    if (reloaded) {
      report_.on_reloaded("read the certificate again; new connections get it");
    } else {
      report_.on_error("the certificate stays as it was: " + reloaded.error());
    }
  }

  void interrupt() {
    const auto now = steady_clock::now();
    if (interrupted_at_ && now - *interrupted_at_ < kOneInterrupt) return;
    const bool is_first = !interrupted_at_;
    interrupted_at_ = now;
    stats_ = server_.stats();
    if (is_first) {
      report_.on_draining(stats_.open, options_.server.drain.close_window);
      server_.drain();
    } else {
      cut_off_ = stats_.open;
      output_.abandon();
      server_.stop();
    }
  }

  ServeOptions options_;
  Console console_;  ///< Before any thread starts, so that all leave the signals to it.
  Output output_;
  StateLog log_;
  ServeReport report_;
  Switchboard switchboard_;
  server::Stats stats_;      ///< As the end began.
  std::size_t cut_off_ = 0;  ///< Connections that a second signal ended.
  std::optional<steady_clock::time_point> interrupted_at_;
  std::atomic<bool> is_stopped_ = false;
  server::Server server_;  ///< Last: its hooks use all of the above.
};

}  // namespace

int run_serve(ServeOptions options) {
  if (reloads_on_hangup(options)) {
    hold_signals({SIGINT, SIGTERM, SIGHUP});
  } else {
    hold_signals();
  }
  try {
    return Session{std::move(options)}.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "heartwire serve: %s\n", error.what());
    return kExitUsage;
  }
}

}  // namespace heartwire::cli
