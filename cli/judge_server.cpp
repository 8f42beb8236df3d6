#include "cli/judge_server.hpp"

#include "cli/held_signals.hpp"
#include "cli/judge_report.hpp"
#include "cli/judge_server_examination.hpp"
#include "cli/judge_session.hpp"
#include "cli/option_values.hpp"
#include "cli/text.hpp"
#include "heartwire/net/console.hpp"

#include <atomic>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace heartwire::cli {
namespace {

struct Typed {
  std::string url{};
  std::vector<std::string> cases{};
  std::string drain{};
  double time_scale = 1;
  bool is_insecure = false;
  bool is_list = false;
  JudgeFiles files{};
};

class ServerSession {
 public:
  ServerSession(JudgeServerOptions options, std::vector<const judge::ServerCaseInfo*> cases)
      : options_(std::move(options)), cases_(std::move(cases)) {}

  int run(const JudgeFiles& files) {
    const JudgeSubject subject{"server", ws::display(options_.url)};
    examination_ = std::make_unique<ServerExamination>(loop_, options_, cases_, callbacks());
    loop_.post([this] { examination_->start(); });
    while (!is_done_) {
      const auto event = console_.next(std::nullopt, false);
      if (std::holds_alternative<net::Console::Interrupted>(event))
        loop_.post([this] { examination_->interrupt(); });
    }
    const auto reports = on_loop(loop_, [this] { return examination_->reports(); });
    on_loop(loop_, [this] { examination_.reset(); });
    return tell_reports(reports, subject, files);
  }

 private:
  ServerExamination::Callbacks callbacks() {
    ServerExamination::Callbacks callbacks;
    callbacks.on_judged = [](const JudgeReport& report) {
      std::fputs(judge_line(report).c_str(), stderr);
    };
    callbacks.on_word = [](const std::string& what) {
      std::fprintf(stderr, "heartwire judge: %s\n", for_terminal(what).c_str());
    };
    callbacks.on_done = [this] {
      is_done_ = true;
      console_.wake();
    };
    return callbacks;
  }

  JudgeServerOptions options_;
  std::vector<const judge::ServerCaseInfo*> cases_;
  net::Console console_;  ///< Before any thread starts, so that all leave the signals to it.
  std::atomic<bool> is_done_ = false;
  net::Loop loop_;
  std::unique_ptr<ServerExamination> examination_;
};

/// The cases by their names; a drain must be asked for, since it ends the server.
Parsed<std::vector<const judge::ServerCaseInfo*>> read_cases(const Typed& typed) {
  auto cases = pick_cases(judge::server_catalogue(), typed.cases);
  if (!cases || !cases->empty()) return cases;
  for (const judge::ServerCaseInfo& info : judge::server_catalogue())
    if (!info.ends_server || !typed.drain.empty()) cases->push_back(&info);
  return cases;
}

Parsed<JudgeServerOptions> read(const Typed& typed) {
  if (!(typed.time_scale >= 0.01 && typed.time_scale <= 100))
    return base::Failure{std::string{"--time-scale must be from 0.01 to 100"}};
  auto url = ws::parse_url(typed.url);
  if (!url) return base::Failure{url.error().text};
  JudgeServerOptions options{*std::move(url), std::nullopt, typed.drain, typed.time_scale};
  if (!options.url.is_secure) return options;
  net::TlsOptions tls;
  tls.verify = !typed.is_insecure;
  auto context = net::TlsContext::client(tls);
  if (!context) return base::Failure{context.error()};
  options.tls = *std::move(context);
  return options;
}

int refuse(const std::string& why) {
  std::fprintf(stderr, "heartwire judge: %s\n", why.c_str());
  return kExitUsage;
}

int list_cases() {
  for (const judge::ServerCaseInfo& info : judge::server_catalogue())
    std::printf("%-20s %s.\n%21s%s\n", std::string{info.name}.c_str(),
                std::string{info.title}.c_str(), "", std::string{info.why}.c_str());
  return kExitOk;
}

int run(const Typed& typed) {
  if (typed.is_list) return list_cases();
  auto cases = read_cases(typed);
  if (!cases) return refuse(cases.error());
  auto options = read(typed);
  if (!options) return refuse(options.error());
  hold_signals();
  return ServerSession(*std::move(options), *std::move(cases)).run(typed.files);
}

}  // namespace

void add_judge_server_command(CLI::App& judge, int& exit_code) {
  const auto typed = std::make_shared<Typed>();  // Lives as long as the parser does.
  CLI::App* server = judge.add_subcommand(
      "server", "Clients that fall silent, stop reading, or ask, and what a server makes of them");
  server->add_option("URL", typed->url, "The server, ws:// or wss://");
  server->add_option("--case", typed->cases, "Only these (repeatable); default all but drains")
      ->type_name("NAME")
      ->expected(1)
      ->take_all();
  server
      ->add_option("--drain", typed->drain,
                   "Shuts the server down in good order, for the case drains")
      ->type_name("COMMAND");
  server->add_flag("--list", typed->is_list, "Tell all cases, and what they are for");
  server->add_option("--json", typed->files.json, "Write the report here, too")->type_name("FILE");
  server->add_option("--html", typed->files.html, "Write it as a page with timelines")
      ->type_name("FILE");
  server->add_flag("--insecure", typed->is_insecure, "Trust any certificate: for experiments only");
  server
      ->add_option("--time-scale", typed->time_scale,
                   "Multiplies all times of the cases, for servers with shorter ones")
      ->type_name("N")
      ->capture_default_str();
  server->footer(
      "heartwire judge server ws://127.0.0.1:8080/ --drain 'kill -TERM 1234' --html report.html\n"
      "Exit status: 0 nothing failed; 1 something did, or nothing was judged; 2 bad usage.");
  server->callback([typed, &exit_code] { exit_code = run(*typed); });
}

}  // namespace heartwire::cli
