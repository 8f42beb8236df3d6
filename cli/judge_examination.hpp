#pragma once
// An examination of clients over real sockets: serves each case on its path, starts the user's
// client where there is a command for it, and collects the findings.
//
// It decides nothing about clients: the machines of heartwire/judge do. On the loop's thread,
// except for the constructor.

#include "cli/judge_link.hpp"
#include "cli/judge_program.hpp"
#include "cli/judge_pump.hpp"
#include "cli/judge_report.hpp"
#include "heartwire/judge/catalogue.hpp"
#include "heartwire/net/listener.hpp"
#include "heartwire/net/loop.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace heartwire::cli {

struct JudgeOptions {
  /// Where to listen. Default 127.0.0.1:9001, as the field's conformance suite does.
  std::string listen = "127.0.0.1:9001";
  /// Names; empty: all.
  std::vector<std::string> cases{};
  /// Starts the client, with `{url}` in it. Empty: the user does.
  std::string exec{};
  /// Show what the started clients print.
  bool shows_output = false;
  /// Cases examined at the same time with `exec`. Default 4: a laptop bears it.
  std::uint32_t jobs = 4;
  /// Clients of each case; 0: as the case likes.
  std::uint32_t clients = 0;
  /// How long a started client may take to connect, and how long to wait for further cases to be
  /// begun when all that were begun are judged. Default 60 s.
  base::Duration wait = std::chrono::seconds{60};
  double time_scale = 1;
  std::string json_file{};
  std::string html_file{};
};

class Examination {
 public:
  struct Callbacks {
    /// A case was judged: settled by what was seen so far, so that what is `not offered` may yet
    /// turn out to be a failure.
    std::function<void(const JudgeReport&)> on_judged;
    /// For people: something that the examination could not do.
    std::function<void(const std::string&)> on_trouble;
    /// All is over. Once.
    std::function<void()> on_done;
  };
  static constexpr std::size_t kLinksMax = 1024;

  Examination(net::Loop& loop, JudgeOptions options, std::vector<const judge::CaseInfo*> cases,
              Callbacks callbacks);
  ~Examination();

  /// Listens. The error is for people.
  base::Result<base::Unit, std::string> open();
  /// Begins with the cases, or waits for clients.
  void start();
  /// Judges what was begun as it stands, and ends.
  void interrupt();

  /// The case's URL, without a client's number.
  std::string url(const judge::CaseInfo& info) const;
  /// In the order of the cases; those that nobody began are left out. Settled.
  std::vector<JudgeReport> reports() const;

 private:
  struct Run;

  void on_accept(net::Stream stream, Run* owner);
  void on_request(JudgeLink& link, Run* owner, const ws::UpgradeRequest& request);
  void on_link_event(JudgeLink& link, judge::Event event);
  void post(Run& run, judge::Event event);
  void hand(Run& run, const judge::Event& event);
  bool is_outdated(const judge::Event& event);
  void conclude(Run& run);
  judge::Abilities seen() const;
  void obey(Run& run, const judge::Action& action);
  JudgeLink* find(judge::LinkId id);
  void open_own_port(Run& run);
  base::Result<std::uint16_t, std::string> listen(net::Listener& listener, std::uint16_t port,
                                                  Run* owner);
  void start_next();
  void start_clients(Run& run);
  void watch_programs(base::Instant now);
  void on_timer(base::Instant now);
  void schedule();
  void end_if_done(base::Instant now);
  void finish();

  net::Loop& loop_;
  JudgeOptions options_;
  Callbacks callbacks_;
  std::string address_;
  std::uint16_t port_ = 0;
  std::vector<std::unique_ptr<Run>> runs_;
  std::unique_ptr<net::Listener> listener_;
  std::map<judge::LinkId, std::unique_ptr<JudgeLink>> links_;
  std::map<judge::LinkId, Run*> owners_;  ///< Of links whose request has named a case.
  JudgePump<Run, judge::Event> pump_;
  std::vector<JudgeProgram> ending_programs_;
  net::Loop::TimerId timer_;
  judge::LinkId last_link_ = 0;
  bool is_done_ = false;
  base::Instant housekeeping_at_{};
  base::Instant last_news_{};  ///< When a case was begun or judged.
};

}  // namespace heartwire::cli
