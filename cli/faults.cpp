#include "cli/faults.hpp"

#include "cli/held_signals.hpp"
#include "cli/option_values.hpp"
#include "heartwire/net/address.hpp"
#include "heartwire/net/console.hpp"
#include "heartwire/net/fault_address.hpp"
#include "heartwire/net/fault_command.hpp"
#include "heartwire/net/fault_proxy.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace heartwire::cli {
namespace {

using namespace net;
using std::chrono::steady_clock;
using Script = base::Result<std::vector<FaultCommand>, std::string>;

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

/// Commands in order, each after the waits before it.
class Orders {
 public:
  void add(std::vector<FaultCommand> commands) {
    for (FaultCommand& command : commands) queue_.push_back(std::move(command));
  }
  /// The next command that is not a wait and whose time has come.
  std::optional<FaultCommand> next(steady_clock::time_point now) {
    while (!queue_.empty() && now >= held_until_) {
      FaultCommand command = std::move(queue_.front());
      queue_.pop_front();
      const auto* wait = std::get_if<faults::Wait>(&command);
      if (!wait) return command;
      held_until_ = now + wait->duration;
    }
    return std::nullopt;
  }
  bool is_empty() const { return queue_.empty(); }
  /// When next() will have one; nullopt: not by time alone.
  std::optional<steady_clock::time_point> wakes_at() const {
    if (queue_.empty()) return std::nullopt;
    return held_until_;
  }

 private:
  std::deque<FaultCommand> queue_;
  steady_clock::time_point held_until_{};
};

/// Lines on standard error, each with the seconds since the start. Any thread.
class Log {
 public:
  void say(std::string_view text) const {
    const std::chrono::duration<double> since = steady_clock::now() - start_;
    std::array<char, 32> time{};
    std::snprintf(time.data(), time.size(), "[%9.3f] ", since.count());
    const std::string line = time.data() + std::string{text} + "\n";
    std::fputs(line.c_str(), stderr);
  }

 private:
  steady_clock::time_point start_ = steady_clock::now();
};

std::string describe(const FaultStats& stats) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  std::string text = number(stats.open) + " open of " + number(stats.accepted) + " accepted; up " +
                     number(stats.bytes.moved_up) + " bytes, down " +
                     number(stats.bytes.moved_down) + "; dropped up " +
                     number(stats.bytes.dropped_up) + ", down " + number(stats.bytes.dropped_down);
  for (const FaultConnection& connection : stats.connections) {
    if (!connection.is_open) continue;
    text += "\n            connection " + number(connection.id) + ": up " +
            number(connection.bytes.moved_up) + " bytes, down " +
            number(connection.bytes.moved_down);
    if (!connection.is_forwarded) text += ", not forwarded";
    if (connection.is_forgotten) text += ", forgotten";
  }
  return text;
}

/// The running command: obeys the script and standard input, each at its own pace.
class Session {
 public:
  explicit Session(const FaultsOptions& options)
      : listen_(options.listen), target_(options.target) {
    FaultProxyOptions proxy_options;
    proxy_options.listen = options.listen;
    proxy_options.target = options.target;
    proxy_options.on_event = [this](std::string_view line) { log_.say(line); };
    proxy_ = std::make_unique<FaultProxy>(std::move(proxy_options));
  }

  /// `start_state` is in force before anybody can connect.
  int run(std::vector<FaultCommand> start_state, std::vector<FaultCommand> script) {
    for (const FaultCommand& command : start_state) obey(command);
    const auto port = proxy_->start();
    if (!port) {
      std::fprintf(stderr, "heartwire faults: %s\n", port.error().c_str());
      return kExitFailed;
    }
    log_.say("listening on " + host_and_port(parse_listen_address(listen_)->address, *port) +
             ", forwarding to " + to_string(*parse_fault_address(target_)) +
             "; help lists the commands");
    script_.add(std::move(script));
    while (!has_quit_) {
      for (Orders* orders : {&script_, &typed_}) obey_due(*orders);
      if (!has_quit_) wait();
    }
    return 0;
  }

 private:
  void obey_due(Orders& orders) {
    while (!has_quit_) {
      const std::optional<FaultCommand> command = orders.next(steady_clock::now());
      if (!command) return;
      obey(*command);
    }
  }

  void wait() {
    std::optional<steady_clock::time_point> until = script_.wakes_at();
    if (const auto typed = typed_.wakes_at(); typed && (!until || *typed < *until)) until = typed;
    const Console::Event event = console_.next(until, typed_.is_empty());
    std::visit(Overloaded{
                   [this](const Console::Line& line) { read(line.text); },
                   [this](Console::TooLong) { log_.say("a line was too long: ignored"); },
                   [this](Console::EndOfInput) {
                     log_.say("end of input; going on until SIGINT or SIGTERM");
                   },
                   [this](Console::Interrupted) { has_quit_ = true; },
                   [](Console::HungUp) {},
                   [](Console::Woken) {},
                   [](Console::TimedOut) {},
               },
               event);
  }

  void read(const std::string& line) {
    Script commands = parse_fault_script(line);
    if (!commands) return log_.say(commands.error());
    typed_.add(*std::move(commands));
  }

  void obey(const FaultCommand& command) {
    std::visit(
        Overloaded{
            [this](const FaultAction& action) {
              const auto done = proxy_->apply(action);
              if (!done) log_.say(done.error());
            },
            [this](faults::Status) {
              log_.say(net::describe(proxy_->rules()) + "; " + describe(proxy_->stats()));
            },
            [this](faults::Help) { log_.say("commands:\n" + std::string{fault_command_help()}); },
            [this](faults::Quit) { has_quit_ = true; },
            [](faults::Wait) {},  // Orders keeps these to itself.
        },
        command);
  }

  Console console_;  ///< Before any thread starts, so that all leave the signals to it.
  Log log_;
  std::string listen_;  ///< Both have been read before, as in read_addresses().
  std::string target_;
  Orders script_;
  Orders typed_;
  bool has_quit_ = false;
  std::unique_ptr<FaultProxy> proxy_;
};

/// Reads the options into commands: `start_state`, in force at once, and `script`. Each option is
/// a command under another name, so that there is one grammar. Returns what is wrong, if anything.
std::optional<std::string> read_options(const FaultsOptions& options,
                                        std::vector<FaultCommand>& start_state,
                                        std::vector<FaultCommand>& script) {
  struct Option {
    std::string_view name;
    std::string_view prefix;
    const std::string& value;
    std::string_view suffix;
    std::vector<FaultCommand>& into;
  };
  const std::array<Option, 5> all{{
      {"--delay", "delay ", options.delay, "", start_state},
      {"--throttle", "throttle ", options.throttle, "", start_state},
      {"--forget-idle", "forget ", options.forget_idle, "", start_state},
      {"--freeze-after", "wait ", options.freeze_after, "; freeze", script},
      {"--script", "", options.script, "", script},
  }};
  for (const Option& option : all) {
    if (option.value.empty()) continue;
    const Script commands =
        parse_fault_script(std::string{option.prefix} + option.value + std::string{option.suffix});
    if (!commands) {
      // The command's own name says nothing to who typed an option.
      const std::string& error = commands.error();
      const std::size_t skipped = option.prefix.empty() ? 0 : error.find(": ") + 2;
      return std::string{option.name} + ": " + error.substr(skipped);
    }
    option.into.insert(option.into.end(), commands->begin(), commands->end());
  }
  return std::nullopt;
}

/// What is wrong with the two addresses, if anything.
std::optional<std::string> read_addresses(const FaultsOptions& options) {
  if (const auto listen = parse_listen_address(options.listen); !listen)
    return "LISTEN: " + listen.error();
  const auto target = parse_fault_address(options.target);
  if (!target) return "TARGET: " + target.error();
  if (target->port == 0) return std::string{"TARGET: a target needs a port other than 0"};
  return std::nullopt;
}

}  // namespace

int run_faults(const FaultsOptions& options) {
  std::vector<FaultCommand> start_state;
  std::vector<FaultCommand> script;
  std::optional<std::string> error = read_addresses(options);
  if (!error) error = read_options(options, start_state, script);
  if (error) {
    std::fprintf(stderr, "heartwire faults: %s\nheartwire faults --help says more\n",
                 error->c_str());
    return kExitUsage;
  }
  hold_signals();
  return Session{options}.run(std::move(start_state), std::move(script));
}

void add_faults_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<FaultsOptions>();  // Lives as long as the parser does.
  CLI::App* faults = app.add_subcommand(
      "faults", "A TCP proxy that breaks connections on command, from standard input or options");
  faults->add_option("LISTEN", options->listen, "Where to listen; port 0 takes a free one")
      ->type_name("[ADDR:]PORT")
      ->required();
  faults->add_option("TARGET", options->target, "Where to forward to")
      ->type_name("[HOST:]PORT")
      ->required();
  CLI::Option* script = faults->add_option(
      "--script", options->script, "Commands to run first, as \"wait 5s; freeze; wait 10s; thaw\"");
  faults->add_option("--freeze-after", options->freeze_after, "Freeze after this time, as 5s")
      ->type_name("TIME")
      ->excludes(script);
  faults
      ->add_option("--forget-idle", options->forget_idle,
                   "Forget idle connections as a NAT does, as 60s or \"60s rst\"")
      ->type_name("TIME");
  faults
      ->add_option("--delay", options->delay,
                   "Delay bytes, as 200ms, \"200ms 50ms\" with jitter, \"200ms up\"")
      ->type_name("TIME");
  faults->add_option("--throttle", options->throttle, "Bytes a second, as 64KiB or \"64KiB down\"")
      ->type_name("BYTES");
  faults->footer("Commands, one a line or separated by semicolons:\n" +
                 std::string{fault_command_help()} +
                 "\nExit status: 0 ended by quit or a signal; 1 cannot listen; 2 bad usage.");
  faults->callback([options, &exit_code] { exit_code = run_faults(*options); });
}

}  // namespace heartwire::cli
