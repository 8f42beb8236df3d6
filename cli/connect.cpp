#include "cli/connect.hpp"

#include "cli/connect_session.hpp"
#include "cli/option_values.hpp"
#include "heartwire/client/options.hpp"

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

namespace heartwire::cli {
namespace {

using core::Evidence;
using core::Jitter;
using core::Reply;
using core::Sending;

/// What is typed, where the library's options have another form.
struct Typed {
  ConnectOptions options{};
  base::Duration duration{};
  base::Duration elapsed_max{};
  std::uint32_t attempts_max = 0;
  bool has_no_reconnect = false;
  bool is_insecure = false;
};

void add_opening(CLI::App& app, client::Options& client) {
  app.add_option("URL", client.urls, "ws:// or wss://; several are tried in turn")->required();
  const auto group = "Opening";
  add_repeated(
      app, "--header", "'NAME: VALUE'",
      [&client](const std::string& text) -> Parsed<base::Unit> {
        auto header = parse_header(text);
        if (!header) return base::Failure{header.error()};
        client.headers.push_back(*std::move(header));
        return base::Unit{};
      },
      "Header of the upgrade request")
      ->group(group);
  app.add_option("--subprotocol", client.subprotocols, "Offered to the server (repeatable)")
      ->type_name("NAME")
      ->expected(1)
      ->take_all()
      ->group(group);
  app.add_flag_callback(
         "--compress", [&client] { client.compression.emplace(); },
         "Offer permessage-deflate to the server")
      ->group(group);
  add_repeated(
      app, "--greeting", "TEXT",
      [&client](const std::string& text) -> Parsed<base::Unit> {
        client.greeting.push_back({core::MessageType::text, text});
        return base::Unit{};
      },
      "Message to send first on every open, before anything else")
      ->group(group);
}

void add_proxy(CLI::App& app, client::Options& client) {
  client.proxy = "environment";
  app.add_option("--proxy", client.proxy,
                 "http://, socks5:// or socks5h://, or none; default by HTTPS_PROXY and its kin")
      ->type_name("URL")
      ->default_str("environment")
      ->group("Opening");
}

void add_heartbeat(CLI::App& app, client::Options& client) {
  core::HeartbeatOptions& heartbeat = client.heartbeat;
  const auto group = "Heartbeat";
  app.add_option_function<std::string>(
         "--dialect",
         [&client](const std::string& name) {
           auto dialect = core::dialect::by_name(name);
           if (!dialect) throw CLI::ValidationError("--dialect", dialect.error());
           client.dialect = std::move(dialect).value();
         },
         "What a heartbeat is: ping, text:PROBE/ANSWER, json:FIELD=PROBE/ANSWER, engine.io, ...")
      ->type_name("NAME")
      ->default_str("ping")
      ->group(group);
  add_duration(app, "--interval", heartbeat.interval, "Silence before a heartbeat")->group(group);
  add_duration(app, "--timeout", heartbeat.timeout, "From an unanswered heartbeat to death")
      ->group(group);
  add_choice<Sending>(app, "--sending", heartbeat.sending,
                      {{"on-silence", Sending::on_silence},
                       {"periodic", Sending::periodic},
                       {"watchdog", Sending::watchdog},
                       {"off", Sending::off}},
                      "When heartbeats are sent")
      ->group(group);
  add_choice<Evidence>(app, "--evidence", heartbeat.evidence,
                       {{"any-traffic", Evidence::any_traffic},
                        {"round-trip", Evidence::round_trip},
                        {"one-way", Evidence::one_way}},
                       "What proves that the peer lives")
      ->group(group);
  add_choice<Reply>(app, "--reply", heartbeat.reply,
                    {{"adaptive", Reply::adaptive}, {"fixed", Reply::fixed}},
                    "How long an answer may take: the expected round trip, or --timeout")
      ->group(group);
  app.add_option("--misses", heartbeat.misses_max, "Unanswered heartbeats that make death (fixed)")
      ->check(CLI::Range(1, 255))
      ->type_name("N")
      ->default_str("1")
      ->group(group);
}

void add_reconnect(CLI::App& app, Typed& typed) {
  core::ReconnectOptions& reconnect = typed.options.client.reconnect;
  const auto group = "Reconnect";
  add_duration(app, "--retry-min", reconnect.backoff.delay_min, "First delay")->group(group);
  add_duration(app, "--retry-max", reconnect.backoff.delay_max, "Greatest delay")->group(group);
  app.add_option("--factor", reconnect.backoff.factor, "Growth of the delay; not for decorrelated")
      ->type_name("N")
      ->capture_default_str()
      ->group(group);
  add_choice<Jitter>(app, "--jitter", reconnect.backoff.jitter,
                     {{"none", Jitter::none},
                      {"full", Jitter::full},
                      {"equal", Jitter::equal},
                      {"decorrelated", Jitter::decorrelated}},
                     "How a delay is drawn")
      ->group(group);
  app.add_option("--attempts", typed.attempts_max, "Give up after so many retries; default never")
      ->check(CLI::PositiveNumber)
      ->type_name("N")
      ->group(group);
  add_duration(app, "--elapsed", typed.elapsed_max, "Give up after this time; default never")
      ->default_str("")
      ->group(group);
  add_duration(app, "--stable-after", reconnect.stable_after,
               "How long a connection must last for the delays to start afresh")
      ->group(group);
  app.add_flag("--no-reconnect", typed.has_no_reconnect, "One attempt, one connection")
      ->group(group);
}

void add_tls(CLI::App& app, Typed& typed) {
  net::TlsOptions& tls = typed.options.client.tls;
  const auto group = "TLS";
  app.add_option("--ca", tls.ca_file, "Certificates to trust instead of the system's (PEM)")
      ->type_name("FILE")
      ->group(group);
  app.add_option("--cert", tls.certificate_file, "Our certificate, if the server asks (PEM)")
      ->type_name("FILE")
      ->group(group);
  app.add_option("--key", tls.key_file, "Its private key, if it is not in the same file (PEM)")
      ->type_name("FILE")
      ->group(group);
  app.add_option("--server-name", tls.server_name, "Name to ask for and to find, not the URL's")
      ->type_name("NAME")
      ->group(group);
  app.add_option("--pin", tls.pins, "Public key that the server must have (repeatable)")
      ->type_name("sha256//HASH")
      ->expected(1)
      ->take_all()
      ->group(group);
  app.add_flag("--insecure", typed.is_insecure, "Trust any certificate: for experiments only")
      ->group(group);
}

void add_messages(CLI::App& app, Typed& typed) {
  ConnectOptions& options = typed.options;
  const auto group = "Messages";
  add_bytes(app, "--outbox-bytes", options.client.outbox.outbox_bytes_max,
            "Messages that may wait to be sent; then input is not read")
      ->group(group);
  add_bytes(app, "--message-bytes-max", options.client.message_bytes_max,
            "A longer received message ends the connection")
      ->group(group);
  app.add_flag("--json", options.style.json, "An object a line for every event and message")
      ->group(group);
  add_choice<BinaryAs>(app, "--binary", options.style.binary,
                       {{"hex", BinaryAs::hex}, {"raw", BinaryAs::raw}},
                       "How binary messages are written")
      ->group(group);
  app.add_flag("-q,--quiet", options.style.quiet, "No states on standard error")->group(group);
  app.add_flag("-v,--verbose", options.style.verbose, "Heartbeats on standard error, too")
      ->group(group);
}

void add_ending(CLI::App& app, Typed& typed) {
  ConnectOptions& options = typed.options;
  const auto group = "Ending";
  add_choice<bool>(app, "--on-eof", options.stays_at_eof, {{"close", false}, {"stay", true}},
                   "At the end of input: close, or go on until a signal")
      ->group(group);
  add_duration(app, "--eof-wait", options.eof_wait,
               "Once all input has been sent, close when nothing has come for this long")
      ->group(group);
  add_duration(app, "--duration", typed.duration, "Close after this time; default never")
      ->default_str("")
      ->group(group);
}

int run(Typed typed) {
  client::Options& client = typed.options.client;
  if (typed.attempts_max > 0) client.reconnect.attempts_max = typed.attempts_max;
  if (typed.elapsed_max > base::Duration::zero()) client.reconnect.elapsed_max = typed.elapsed_max;
  if (typed.duration > base::Duration::zero()) typed.options.duration = typed.duration;
  client.reconnect.enabled = !typed.has_no_reconnect;
  client.tls.verify = !typed.is_insecure;
  if (const auto wrong = client::validate(client)) {
    const std::string text = in_option_names(*wrong, {{"heartbeat interval", "--interval"},
                                                      {"heartbeat timeout", "--timeout"},
                                                      {"misses_max", "--misses"},
                                                      {"evidence", "--evidence"},
                                                      {"round_trip", "round-trip"},
                                                      {"delay_min", "--retry-min"},
                                                      {"delay_max", "--retry-max"},
                                                      {"factor", "--factor"},
                                                      {"elapsed_max", "--elapsed"},
                                                      {"stable_after", "--stable-after"},
                                                      {"tls: server_name", "--server-name"},
                                                      {"tls: pins", "--pin"},
                                                      {"tls: key_file", "--key"},
                                                      {"certificate_file", "--cert"}});
    std::fprintf(stderr, "heartwire connect: %s\n", text.c_str());
    return kExitUsage;
  }
  if (typed.is_insecure && client.tls.pins.empty())
    std::fputs(
        "heartwire connect: WARNING: --insecure: the server's certificate is not checked; anyone "
        "on the path can read and change everything\n",
        stderr);
  return run_connect(std::move(typed.options));
}

}  // namespace

void add_connect_command(CLI::App& app, int& exit_code) {
  const auto typed = std::make_shared<Typed>();  // Lives as long as the parser does.
  CLI::App* connect = app.add_subcommand(
      "connect", "Lines of standard input to messages, messages to standard output, kept alive");
  add_opening(*connect, typed->options.client);
  add_proxy(*connect, typed->options.client);
  add_heartbeat(*connect, typed->options.client);
  add_reconnect(*connect, *typed);
  add_tls(*connect, *typed);
  add_messages(*connect, *typed);
  add_ending(*connect, *typed);
  connect->footer(
      "TIME is 500ms, 25s, 2m, 1h; BYTES is 4096, 64KiB, 1MiB.\n"
      "Exit status: 0 closed as asked; 1 gave up, refused, or messages were not sent; 2 bad "
      "usage.");
  connect->callback([typed, &exit_code] { exit_code = run(*typed); });
}

}  // namespace heartwire::cli
