#include "cli/judge_client.hpp"

#include "cli/held_signals.hpp"
#include "cli/judge_examination.hpp"
#include "cli/judge_report.hpp"
#include "cli/judge_session.hpp"
#include "cli/option_values.hpp"
#include "cli/text.hpp"
#include "heartwire/judge/figures.hpp"
#include "heartwire/net/console.hpp"

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace heartwire::cli {
namespace {

class ClientSession {
 public:
  ClientSession(JudgeOptions options, std::vector<const judge::CaseInfo*> cases)
      : options_(std::move(options)), cases_(std::move(cases)) {}

  int run() {
    examination_ = std::make_unique<Examination>(loop_, options_, cases_, callbacks());
    const auto opened = on_loop(loop_, [this] { return examination_->open(); });
    if (!opened) {
      std::fprintf(stderr, "heartwire judge: %s\n", opened.error().c_str());
      on_loop(loop_, [this] { examination_.reset(); });
      return kExitFailed;
    }
    introduce();
    loop_.post([this] { examination_->start(); });
    wait();
    const std::vector<JudgeReport> reports =
        on_loop(loop_, [this] { return examination_->reports(); });
    on_loop(loop_, [this] { examination_.reset(); });
    return tell(reports);
  }

 private:
  Examination::Callbacks callbacks() {
    Examination::Callbacks callbacks;
    callbacks.on_judged = [](const JudgeReport& report) {
      std::fputs(judge_line(report).c_str(), stderr);
    };
    callbacks.on_trouble = [](const std::string& what) {
      std::fprintf(stderr, "heartwire judge: %s\n", for_terminal(what).c_str());
    };
    callbacks.on_done = [this] {
      is_done_ = true;
      console_.wake();
    };
    return callbacks;
  }

  void introduce() {
    if (!options_.exec.empty()) {
      std::fprintf(stderr, "examining the client in %s, up to %u at a time\n",
                   judge::count_of(cases_.size(), "case").c_str(), options_.jobs);
      return;
    }
    std::string text = "Point your client at these, one or several at a time:\n";
    for (const judge::CaseInfo* info : cases_) {
      text += "\n  " + examination_->url(*info) + "\n      " + std::string{info->title} + ".";
      if (!info->demand.empty())
        text += "\n      For a client that can: " + std::string{info->demand} + ".";
      text += "\n      Takes up to " + judge::in_seconds(info->longest) + '\n';
    }
    text += "\nCtrl-C ends the examination and tells what it found.\n\n";
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

  void wait() {
    while (!is_done_) {
      const auto event = console_.next(std::nullopt, false);
      if (std::holds_alternative<net::Console::Interrupted>(event))
        loop_.post([this] { examination_->interrupt(); });
    }
  }

  int tell(const std::vector<JudgeReport>& reports) {
    return tell_reports(reports, {"client", options_.exec.empty() ? "a client" : options_.exec},
                        {options_.json_file, options_.html_file});
  }

  JudgeOptions options_;
  std::vector<const judge::CaseInfo*> cases_;
  net::Console console_;  ///< Before any thread starts, so that all leave the signals to it.
  std::atomic<bool> is_done_ = false;
  net::Loop loop_;
  std::unique_ptr<Examination> examination_;
};

/// The cases that the options ask for, or what is wrong with them.
Parsed<std::vector<const judge::CaseInfo*>> read(const JudgeOptions& options) {
  if (const auto where = parse_listen_address(options.listen); !where)
    return base::Failure{where.error()};
  if (!(options.time_scale >= 0.01 && options.time_scale <= 100))
    return base::Failure{std::string{"--time-scale must be from 0.01 to 100"}};
  if (!options.exec.empty() && options.exec.find("{url}") == std::string::npos)
    return base::Failure{std::string{"--exec needs {url} where the URL belongs"}};
  auto cases = pick_cases(judge::catalogue(), options.cases);
  if (!cases || !cases->empty()) return cases;
  for (const judge::CaseInfo& info : judge::catalogue()) cases->push_back(&info);
  return cases;
}

int run_client(const JudgeOptions& options) {
  auto cases = read(options);
  if (!cases) {
    std::fprintf(stderr, "heartwire judge: %s\n", cases.error().c_str());
    return kExitUsage;
  }
  hold_signals();
  return ClientSession(options, *std::move(cases)).run();
}

int list_cases() {
  for (const judge::CaseInfo& info : judge::catalogue()) {
    std::printf("%-20.*s %.*s.\n", static_cast<int>(info.name.size()), info.name.data(),
                static_cast<int>(info.title.size()), info.title.data());
    if (!info.demand.empty())
      std::printf("%21sFor a client that can: %.*s.\n", "", static_cast<int>(info.demand.size()),
                  info.demand.data());
    std::printf("%21s%.*s\n", "", static_cast<int>(info.why.size()), info.why.data());
  }
  return kExitOk;
}

}  // namespace

void add_judge_client_command(CLI::App& judge, int& exit_code) {
  const auto options = std::make_shared<JudgeOptions>();  // Lives as long as the parser does.
  const auto is_list = std::make_shared<bool>(false);
  CLI::App* client = judge.add_subcommand(
      "client", "A server that misbehaves, one way a path, and scores what a client makes of it");
  client
      ->add_option("--exec", options->exec,
                   "Start this for each case, with {url} replaced, and end it afterwards")
      ->type_name("COMMAND");
  client->add_option("--case", options->cases, "Only these (repeatable); default all")
      ->type_name("NAME")
      ->expected(1)
      ->take_all();
  client->add_flag("--list", *is_list, "Tell all cases, and what they are for");
  client->add_option("--listen", options->listen, "Where to listen; port 0 takes a free one")
      ->type_name("[ADDR:]PORT")
      ->capture_default_str();
  client->add_option("--json", options->json_file, "Write the report here, too")->type_name("FILE");
  client->add_option("--html", options->html_file, "Write it as a page with timelines")
      ->type_name("FILE");
  client->add_option("--jobs", options->jobs, "Cases at the same time with --exec")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  client
      ->add_option("--clients", options->clients,
                   "Clients at once in storm, close-1012 and crowd; default 3, 3 and 50")
      ->check(CLI::Range(1, 500))
      ->type_name("N");
  add_duration(*client, "--wait", options->wait,
               "How long a started client may take to connect; without --exec, how long "
               "to wait for the next case");
  client
      ->add_option("--time-scale", options->time_scale,
                   "Multiplies all times of the cases, for clients with shorter ones")
      ->type_name("N")
      ->capture_default_str();
  client->add_flag("--show-output", options->shows_output,
                   "What the started clients print goes to standard error");
  client->footer(
      "heartwire judge client --exec 'node my-client.js {url}' --html report.html\n"
      "Your client has to connect to the URL that it is given, and to stay. What it does not do "
      "at\n"
      "all is \"not offered\" and no failure; a warning costs somebody something; a failure harms "
      "a\n"
      "user or a server. All cases take a quarter of an hour, some minutes with --jobs 20.\n"
      "docs/judge.md tells what each asks for.\n"
      "Exit status: 0 nothing failed; 1 something did, or nothing was judged; "
      "2 bad usage.");
  client->callback([options, is_list, &exit_code] {
    exit_code = *is_list ? list_cases() : run_client(*options);
  });
}

}  // namespace heartwire::cli
