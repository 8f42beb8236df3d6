#pragma once
// An examination of a server over real sockets: opens the connections that each case wants, and
// collects the findings. On the loop's thread.

#include "cli/judge_dial.hpp"
#include "cli/judge_link.hpp"
#include "cli/judge_program.hpp"
#include "cli/judge_pump.hpp"
#include "cli/judge_report.hpp"
#include "heartwire/judge/server_catalogue.hpp"
#include "heartwire/net/loop.hpp"
#include "heartwire/net/tls_context.hpp"
#include "heartwire/ws/url.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace heartwire::cli {

struct JudgeServerOptions {
  ws::Url url{};
  /// For wss.
  std::optional<net::TlsContext> tls{};
  /// Shuts the server down in good order. Empty: the user is asked to.
  std::string drain{};
  double time_scale = 1;
};

class ServerExamination {
 public:
  struct Callbacks {
    std::function<void(const JudgeReport&)> on_judged;
    /// For people.
    std::function<void(const std::string&)> on_word;
    /// Once.
    std::function<void()> on_done;
  };

  ServerExamination(net::Loop& loop, JudgeServerOptions options,
                    std::vector<const judge::ServerCaseInfo*> cases, Callbacks callbacks);
  ~ServerExamination();

  void start();
  void interrupt();
  /// In the order of the cases.
  std::vector<JudgeReport> reports() const;

 private:
  struct Run;

  void begin(Run& run);
  void post(Run& run, judge::ServerEvent event);
  void hand(Run& run, const judge::ServerEvent& event);
  void settle(Run& run);
  void obey(Run& run, const judge::ServerAction& action);
  void dial(Run& run, judge::LinkId id);
  void on_dialled(Run& run, judge::LinkId id, JudgeDial::Result result);
  void ask_to_drain(Run& run);
  void conclude(Run& run);
  void on_timer(base::Instant now);
  void schedule();

  net::Loop& loop_;
  JudgeServerOptions options_;
  Callbacks callbacks_;
  std::vector<std::unique_ptr<Run>> runs_;
  JudgePump<Run, judge::ServerEvent> pump_;
  std::optional<JudgeProgram> drain_program_;
  net::Loop::TimerId timer_;
  base::Instant housekeeping_at_{};
  bool is_done_ = false;
};

}  // namespace heartwire::cli
