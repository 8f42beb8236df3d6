#include "cli/judge_server_examination.hpp"

#include <algorithm>
#include <map>
#include <type_traits>
#include <variant>

namespace heartwire::cli {

using base::Instant;
using judge::LinkId;

namespace {

/// How often the end of the examination is looked for.
constexpr base::Duration kHousekeeping = std::chrono::milliseconds{100};

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

/// Clients and servers share the events of frames; the rest never comes on a client's link.
std::optional<judge::ServerEvent> to_server_event(judge::Event event) {
  return std::visit(
      [](auto& it) -> std::optional<judge::ServerEvent> {
        if constexpr (std::is_constructible_v<judge::ServerEvent, decltype(std::move(it))>) {
          return judge::ServerEvent{std::move(it)};
        } else {
          return std::nullopt;
        }
      },
      event);
}

}  // namespace

struct ServerExamination::Run {
  const judge::ServerCaseInfo* info = nullptr;
  std::unique_ptr<judge::ServerCase> machine;
  std::map<LinkId, std::unique_ptr<JudgeDial>> dials;
  std::map<LinkId, std::unique_ptr<JudgeLink>> links;
  std::optional<JudgeReport> report;
  bool has_begun = false;

  JudgeLink* find(LinkId id) {
    const auto found = links.find(id);
    return found == links.end() || found->second->is_over() ? nullptr : found->second.get();
  }
};

ServerExamination::ServerExamination(net::Loop& loop, JudgeServerOptions options,
                                     std::vector<const judge::ServerCaseInfo*> cases,
                                     Callbacks callbacks)
    : loop_(loop),
      options_(std::move(options)),
      callbacks_(std::move(callbacks)),
      pump_([this](Run& run, const judge::ServerEvent& event) { hand(run, event); }),
      timer_(loop.add_timer([this](Instant now) { on_timer(now); })) {
  for (const judge::ServerCaseInfo* info : cases) {
    auto run = std::make_unique<Run>();
    run->info = info;
    run->machine = info->make(options_.time_scale);
    runs_.push_back(std::move(run));
  }
}

ServerExamination::~ServerExamination() {
  loop_.remove_timer(timer_);
}

void ServerExamination::start() {
  on_timer(loop_.now());
}

void ServerExamination::interrupt() {
  for (const auto& run : runs_)
    if (run->has_begun) post(*run, judge::Interrupted{});
  if (std::exchange(is_done_, true)) return;
  callbacks_.on_done();
}

std::vector<JudgeReport> ServerExamination::reports() const {
  std::vector<JudgeReport> reports;
  for (const auto& run : runs_)
    if (run->report) reports.push_back(*run->report);
  return reports;
}

void ServerExamination::begin(Run& run) {
  run.has_begun = true;
  run.machine->begin(loop_.now());
  settle(run);
}

void ServerExamination::post(Run& run, judge::ServerEvent event) {
  if (pump_.post(run, std::move(event))) schedule();
}

void ServerExamination::hand(Run& run, const judge::ServerEvent& event) {
  run.machine->handle(loop_.now(), event);
  settle(run);
}

void ServerExamination::settle(Run& run) {
  while (const auto action = run.machine->poll()) obey(run, *action);
  if (run.machine->finding() && !run.report) conclude(run);
}

void ServerExamination::obey(Run& run, const judge::ServerAction& action) {
  std::visit(Overloaded{
                 [this, &run](const judge::Dial& order) { dial(run, order.link); },
                 [this, &run](const judge::AskToDrain&) { ask_to_drain(run); },
                 [&run](const auto& order) {
                   if (JudgeLink* link = run.find(order.link)) link->obey(order);
                 },
             },
             action);
}

void ServerExamination::dial(Run& run, LinkId id) {
  JudgeLink::Callbacks callbacks;
  callbacks.on_event = [this, &run](JudgeLink&, judge::Event event) {
    if (auto told = to_server_event(std::move(event))) post(run, *std::move(told));
  };
  run.dials[id] = std::make_unique<JudgeDial>(
      loop_, options_.url, options_.tls, id, std::move(callbacks),
      [this, &run, id](JudgeDial::Result result) { on_dialled(run, id, std::move(result)); });
}

void ServerExamination::on_dialled(Run& run, LinkId id, JudgeDial::Result result) {
  if (run.report) return;
  if (!result) return post(run, judge::NotOpened{id, result.error()});
  JudgeLink& link = *(run.links[id] = std::move(*result));
  post(run, judge::Opened{id});
  link.start();
}

void ServerExamination::ask_to_drain(Run& run) {
  if (options_.drain.empty())
    return callbacks_.on_word("now shut the server down in good order, as by SIGTERM");
  auto program = JudgeProgram::start(options_.drain, true);
  if (program) {
    drain_program_.emplace(std::move(*program));
  } else {
    callbacks_.on_word(program.error());
    post(run, judge::Interrupted{});
  }
}

void ServerExamination::conclude(Run& run) {
  run.report =
      JudgeReport{run.info->name,          run.info->title,         {},
                  run.info->why,           *run.machine->finding(), run.machine->timeline(),
                  run.machine->began_at(), run.machine->ended_at(), 1};
  for (const auto& [id, link] : run.links) {
    if (!link->is_over()) link->reset();
  }
  callbacks_.on_judged(*run.report);
}

void ServerExamination::on_timer(Instant now) {
  housekeeping_at_ = now + kHousekeeping;
  for (const auto& run : runs_) {
    const auto deadline = deadline_of(*run);
    if (deadline && *deadline <= now) post(*run, judge::Tick{});
  }
  const auto is_any_open = [this] {
    return std::any_of(runs_.begin(), runs_.end(),
                       [](const auto& run) { return run->has_begun && !run->report; });
  };
  for (const auto& run : runs_) {
    // What ends the server waits until all others are through.
    if (!run->has_begun && !(run->info->ends_server && is_any_open())) begin(*run);
  }
  const bool is_over =
      std::all_of(runs_.begin(), runs_.end(), [](const auto& run) { return !!run->report; });
  if (is_over && !std::exchange(is_done_, true)) callbacks_.on_done();
  schedule();
}

void ServerExamination::schedule() {
  if (is_done_) return loop_.schedule(timer_, std::nullopt);
  loop_.schedule(timer_, next_deadline(runs_, housekeeping_at_));
}

}  // namespace heartwire::cli
