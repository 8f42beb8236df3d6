#include "cli/serve.hpp"

#include "cli/option_values.hpp"
#include "cli/serve_session.hpp"
#include "heartwire/server/options.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

namespace heartwire::cli {
namespace {

/// Those that a client announces, or whose heartbeats no application sends by chance. `text` (a
/// message "ping"), `json`, `engine.io` ("2") and `sockjs` are for who names them.
constexpr const char* kDialects[] = {"stomp", "mqtt", "phoenix", "graphql-transport-ws"};

constexpr std::uint16_t kPort = 8080;

struct Typed {
  ServeOptions options{};
  std::vector<core::DialectPtr> dialects{};
  EntranceOptions entrance{};
};

void add_listening(CLI::App& app, ServeOptions& options) {
  options.server.port = kPort;
  app.add_option_function<std::string>(
         "--listen",
         [&options](const std::string& text) {
           const auto address = parse_listen_address(text);
           if (!address) throw CLI::ValidationError("--listen", address.error());
           options.server.address = address->address;
           options.server.port = address->port;
         },
         "Where to listen; port 0 takes a free one")
      ->type_name("ADDR:PORT")
      ->default_str("127.0.0.1:8080");
  app.add_option("--port-file", options.port_file, "Write the port that is listened on to a file")
      ->type_name("FILE");
  app.add_flag("--echo", options.echoes_all,
               "Every path echoes; else /echo does, and the others are rooms");
  app.add_flag_callback(
      "--compress", [&options] { options.server.compression.emplace(); },
      "Agree to permessage-deflate where a client offers it");
  app.add_flag("--json", options.json, "An object a line for every event, on standard output");
  app.add_flag("-q,--quiet", options.quiet, "No states on standard error");
  app.add_flag("-v,--verbose", options.verbose, "Heartbeats, too");
}

void add_heartbeat(CLI::App& app, Typed& typed) {
  core::HeartbeatOptions& heartbeat = typed.options.server.heartbeat;
  const auto group = "Heartbeat";
  add_repeated(
      app, "--dialect", "NAME",
      [&typed](const std::string& name) -> Parsed<base::Unit> {
        auto dialect = core::dialect::by_name(name);
        if (!dialect) return base::Failure{dialect.error()};
        typed.dialects.push_back(std::move(dialect).value());
        return base::Unit{};
      },
      "Heartbeats to answer besides ping frames; the default is stomp, mqtt, phoenix and "
      "graphql-transport-ws")
      ->group(group);
  add_choice<core::Sending>(app, "--sending", heartbeat.sending,
                            {{"on-silence", core::Sending::on_silence},
                             {"periodic", core::Sending::periodic},
                             {"watchdog", core::Sending::watchdog},
                             {"off", core::Sending::off}},
                            "When heartbeats are sent")
      ->group(group);
  add_duration(app, "--interval", heartbeat.interval, "Silence before a heartbeat")->group(group);
  add_duration(app, "--timeout", heartbeat.timeout, "From an unanswered heartbeat to death")
      ->group(group);
}

void add_limits(CLI::App& app, server::Options& server) {
  core::AdmissionOptions& admission = server.admission;
  const auto group = "Limits";
  const auto number = [&](const char* name, auto& into, const char* help) {
    app.add_option(name, into, help)->type_name("N")->capture_default_str()->group(group);
  };
  number("--connections-max", admission.connections_max, "Connections at one time");
  number("--per-address-max", admission.connections_per_address_max,
         "Connections of one address at one time; 0 is no limit");
  number("--accept-rate", admission.accept_rate.per_second,
         "Connections accepted a second; 0 is no limit");
  number("--message-rate", server.message_rate.per_second,
         "Messages a second from one connection; 0 is no limit");
  add_duration(app, "--handshake-timeout", server.handshake_timeout,
               "From accepting a connection to the end of its upgrade")
      ->group(group);
  add_bytes(app, "--message-bytes-max", server.message_bytes_max,
            "A longer message ends the connection")
      ->group(group);
  add_bytes(app, "--send-buffer", server.send_buffer_bytes_max, "What may wait for a slow reader")
      ->group(group);
  server.slow_peer = server::SlowPeer::close;
  add_choice<server::SlowPeer>(
      app, "--slow-reader", server.slow_peer,
      {{"close", server::SlowPeer::close}, {"drop", server::SlowPeer::refuse_send}},
      "When that is full: end the connection, or leave out messages")
      ->group(group);
}

void add_entrance(CLI::App& app, EntranceOptions& entrance) {
  const auto group = "Who may come in";
  add_repeated(
      app, "--origin", "ORIGIN",
      [&entrance](const std::string& origin) -> Parsed<base::Unit> {
        const auto made = Entrance::make({.origins = {origin}});
        if (!made) return base::Failure{made.error()};
        entrance.origins.push_back(origin);
        return base::Unit{};
      },
      "Pages of this origin may connect, besides our own; * is every one")
      ->group(group);
  add_repeated(
      app, "--token-file", "FILE",
      [&entrance](const std::string& path) -> Parsed<base::Unit> {
        std::ifstream file(path);
        std::string text{std::istreambuf_iterator<char>(file), {}};
        if (!file.is_open() || file.bad()) return base::Failure{"cannot read \"" + path + '"'};
        const auto made = Entrance::make({.tokens = text});
        if (!made) return base::Failure{'"' + path + "\": " + made.error()};
        entrance.tokens = entrance.tokens.value_or("") + text + '\n';
        return base::Unit{};
      },
      "Only who sends one of its lines as a bearer token may connect")
      ->group(group);
}

void add_tls(CLI::App& app, net::TlsOptions& tls) {
  const auto group = "TLS";
  app.add_option("--cert", tls.certificate_file, "Our certificate; turns TLS on (PEM)")
      ->type_name("FILE")
      ->group(group);
  app.add_option("--key", tls.key_file, "Its private key, if it is not in the same file (PEM)")
      ->type_name("FILE")
      ->group(group);
  app.add_option("--ca", tls.ca_file, "Whoever connects must show a certificate of these (PEM)")
      ->type_name("FILE")
      ->group(group);
  add_choice<net::ClientCertificate>(app, "--client-certificate", tls.client_certificate,
                                     {{"required", net::ClientCertificate::required},
                                      {"optional", net::ClientCertificate::optional}},
                                     "With --ca: whether who shows none is refused")
      ->group(group);
}

void add_draining(CLI::App& app, core::DrainOptions& drain) {
  const auto group = "Draining";
  add_duration(app, "--close-window", drain.close_window,
               "On a signal: time over which connections are closed")
      ->group(group);
  add_duration(app, "--downtime", drain.downtime,
               "Clients are told not to return before this time after the last close")
      ->group(group);
}

int run(Typed typed) {
  server::Options& server = typed.options.server;
  if (typed.dialects.empty())
    for (const char* name : kDialects) typed.dialects.push_back(*core::dialect::by_name(name));
  server.dialects = std::move(typed.dialects);
  typed.options.entrance = Entrance::make(std::move(typed.entrance)).value();
  if (server.tls.certificate_file.empty() && !server.tls.ca_file.empty()) {
    std::fputs("heartwire serve: --ca needs --cert\n", stderr);
    return kExitUsage;
  }
  if (const auto wrong = server::validate(server)) {
    const std::string text =
        in_option_names(*wrong, {{"interval", "--interval"},
                                 {"timeout", "--timeout"},
                                 {"connections_max", "--connections-max"},
                                 {"handshake_timeout", "--handshake-timeout"},
                                 {"send_buffer_bytes_max", "--send-buffer"},
                                 {"close_window", "--close-window"},
                                 {"downtime", "--downtime"},
                                 {"dialects", "--dialect"},
                                 {"key_file", "--key"},
                                 {"client_certificate", "--client-certificate"},
                                 {"ca_file", "--ca"},
                                 {"certificate_file", "--cert"}});
    std::fprintf(stderr, "heartwire serve: %s\n", text.c_str());
    return kExitUsage;
  }
  return run_serve(std::move(typed.options));
}

}  // namespace

void add_serve_command(CLI::App& app, int& exit_code) {
  const auto typed = std::make_shared<Typed>();  // Lives as long as the parser does.
  CLI::App* serve = app.add_subcommand(
      "serve", "A server that echoes on /echo, and on every other path joins who is there");
  add_listening(*serve, typed->options);
  add_heartbeat(*serve, *typed);
  add_limits(*serve, typed->options.server);
  add_entrance(*serve, typed->entrance);
  add_tls(*serve, typed->options.server.tls);
  add_draining(*serve, typed->options.server.drain);
  serve->footer(
      "SIGINT or SIGTERM drains: every client is closed with 1012 and told when to return; a "
      "second\nsignal stops at once. With --cert, SIGHUP reads certificate, key and CA again. TIME "
      "is 500ms, 25s,\n2m, 1h; BYTES is 4096, 64KiB, 1MiB.\n"
      "Exit status: 0 ended as asked; 1 cannot listen, or stopped at once; 2 bad usage.");
  serve->callback([typed, &exit_code] { exit_code = run(*typed); });
}

}  // namespace heartwire::cli
