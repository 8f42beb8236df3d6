#include "cli/judge_examination.hpp"

#include "cli/option_values.hpp"
#include "heartwire/judge/engine_io.hpp"
#include "heartwire/net/address.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <variant>

namespace heartwire::cli {

using base::Instant;
using judge::LinkId;

namespace {

/// How often programs are looked after and dead links cleared away.
constexpr base::Duration kHousekeeping = std::chrono::milliseconds{100};
/// A case with more clients than this has the machine to itself.
constexpr std::uint32_t kClientsBeside = 10;

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::chrono::seconds wall_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())
      .time_since_epoch();
}

struct Target {
  std::string_view name;
  judge::ClientId client = 0;
};

/// `/storm`, `/storm/3`; a slash may follow.
Target parse_path(std::string_view path) {
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.find('/');
  Target target{path.substr(0, slash)};
  if (slash == std::string_view::npos) return target;
  const std::string_view number = path.substr(slash + 1);
  const char* end = number.data() + number.size();
  const auto [rest, error] = std::from_chars(number.data(), end, target.client);
  if (error != std::errc{} || rest != end) target.name = {};
  return target;
}

}  // namespace

/// A case on its way.
struct Examination::Run {
  const judge::CaseInfo* info = nullptr;
  std::unique_ptr<judge::Case> machine;
  std::uint32_t clients = 1;
  std::unique_ptr<net::Listener> own_listener;
  std::uint16_t own_port = 0;
  std::vector<std::optional<JudgeProgram>> programs;  ///< By client, from 1; empty once it ended.
  std::optional<Instant> started_at;                  ///< Of the programs, or the first request.
  std::optional<JudgeReport> report;

  bool is_running() const { return started_at && !report; }
};

Examination::Examination(net::Loop& loop, JudgeOptions options,
                         std::vector<const judge::CaseInfo*> cases, Callbacks callbacks)
    : loop_(loop),
      options_(std::move(options)),
      callbacks_(std::move(callbacks)),
      pump_([this](Run& run, const judge::Event& event) { hand(run, event); }),
      timer_(loop.add_timer([this](Instant now) { on_timer(now); })) {
  for (const judge::CaseInfo* info : cases) {
    auto run = std::make_unique<Run>();
    run->info = info;
    // Clients whom nobody numbers cannot be told apart: only a crowd makes sense then.
    const std::uint32_t usual = options_.exec.empty() && info->clients < 10 ? 1 : info->clients;
    run->clients = options_.clients > 0 && info->clients > 1 ? options_.clients : usual;
    run->machine = info->make({options_.time_scale, run->clients});
    runs_.push_back(std::move(run));
  }
}

Examination::~Examination() {
  loop_.remove_timer(timer_);
}

base::Result<base::Unit, std::string> Examination::open() {
  const auto where = parse_listen_address(options_.listen);
  if (!where) return base::Failure{where.error()};
  address_ = where->address;
  listener_ = std::make_unique<net::Listener>(loop_);
  const auto port = listen(*listener_, where->port, nullptr);
  if (!port) return base::Failure{port.error()};
  port_ = *port;
  std::uint16_t next = where->port;
  for (const auto& run : runs_) {
    if (!run->info->needs_own_port) continue;
    if (next != 0) ++next;
    run->own_listener = std::make_unique<net::Listener>(loop_);
    const auto own = listen(*run->own_listener, next, run.get());
    if (!own) return base::Failure{own.error()};
    run->own_port = *own;
  }
  return base::Unit{};
}

base::Result<std::uint16_t, std::string> Examination::listen(net::Listener& listener,
                                                             std::uint16_t port, Run* owner) {
  net::ListenOptions options;
  options.address = address_;
  options.port = port;
  const auto where = listener.open(options, {[this, owner](net::Stream stream, const auto&) {
                                               on_accept(std::move(stream), owner);
                                             },
                                             {}});
  if (!where) return base::Failure{where.error()};
  return where->port;
}

void Examination::start() {
  last_news_ = housekeeping_at_ = loop_.now();
  if (!options_.exec.empty()) start_next();
  schedule();
}

void Examination::interrupt() {
  for (const auto& run : runs_)
    if (run->is_running()) post(*run, judge::Interrupted{});
  finish();
}

std::string Examination::url(const judge::CaseInfo& info) const {
  std::uint16_t port = port_;
  for (const auto& run : runs_)
    if (run->info == &info && run->own_port != 0) port = run->own_port;
  // Who listens everywhere is found here.
  const std::string host = address_ == "0.0.0.0" ? "127.0.0.1"
                           : address_ == "::"    ? "::1"
                                                 : address_;
  return "ws://" + net::host_and_port(host, port) + '/' + std::string{info.name};
}

judge::Abilities Examination::seen() const {
  judge::Abilities seen;
  for (const auto& run : runs_) seen.add(run->machine->seen());
  return seen;
}

std::vector<JudgeReport> Examination::reports() const {
  std::vector<JudgeReport> reports;
  for (const auto& run : runs_) {
    if (!run->report) continue;
    reports.push_back(*run->report);
    reports.back().finding = judge::settle(std::move(reports.back().finding), seen());
  }
  return reports;
}

void Examination::on_accept(net::Stream stream, Run* owner) {
  if (links_.size() >= kLinksMax || is_done_) return stream.reset();
  JudgeLink::Callbacks callbacks;
  callbacks.on_request = [this, owner](JudgeLink& link, const ws::UpgradeRequest& request) {
    on_request(link, owner, request);
  };
  callbacks.on_event = [this](JudgeLink& link, judge::Event event) {
    on_link_event(link, std::move(event));
  };
  const LinkId id = ++last_link_;
  links_[id] = std::make_unique<JudgeLink>(loop_, std::move(stream), id, std::move(callbacks));
}

void Examination::on_request(JudgeLink& link, Run* owner, const ws::UpgradeRequest& request) {
  const Target target = parse_path(request.path);
  const auto found = std::find_if(runs_.begin(), runs_.end(), [&target](const auto& run) {
    return run->info->name == target.name;
  });
  // A case that stops listening is examined at its own port only.
  if (found == runs_.end() || ((*found)->own_listener ? found->get() : nullptr) != owner)
    return link.refuse(404, {}, "there is no such case here\n");
  Run& run = **found;
  if (run.report) return link.refuse(410, {}, "this case has been judged\n");
  if (!run.started_at) {
    run.started_at = loop_.now();
    last_news_ = loop_.now();
  }
  owners_[link.id()] = &run;
  post(run, judge::Requested{link.id(), target.client, wall_now(),
                             judge::engine_io::is_asked_for(request.query)});
}

void Examination::on_link_event(JudgeLink& link, judge::Event event) {
  if (const auto owner = owners_.find(link.id()); owner != owners_.end())
    post(*owner->second, std::move(event));
}

void Examination::post(Run& run, judge::Event event) {
  if (pump_.post(run, std::move(event))) schedule();
}

void Examination::hand(Run& run, const judge::Event& event) {
  if (is_outdated(event)) return;
  run.machine->handle(loop_.now(), event);
  while (const auto action = run.machine->poll()) obey(run, *action);
  if (run.machine->finding()) conclude(run);
}

/// More may have been ordered since all had left.
bool Examination::is_outdated(const judge::Event& event) {
  const auto* flushed = std::get_if<judge::Flushed>(&event);
  const JudgeLink* link = flushed ? find(flushed->link) : nullptr;
  return link && link->has_unsent();
}

void Examination::conclude(Run& run) {
  const Instant now = loop_.now();
  last_news_ = now;
  run.report = JudgeReport{run.info->name,
                           run.info->title,
                           run.info->demand,
                           run.info->why,
                           *run.machine->finding(),
                           run.machine->timeline(),
                           run.machine->began_at().value_or(now),
                           run.machine->ended_at().value_or(now),
                           run.clients};
  // Its clients go first: what they would make of the end of their connections proves nothing.
  for (auto& program : run.programs) {
    if (!program) continue;
    program->end(now);
    ending_programs_.push_back(std::move(*program));
  }
  run.programs.clear();
  for (const auto& [id, owner] : owners_)
    if (owner == &run)
      if (JudgeLink* link = find(id)) link->end();
  JudgeReport told = *run.report;
  told.finding = judge::settle(std::move(told.finding), seen());
  callbacks_.on_judged(told);
}

void Examination::obey(Run& run, const judge::Action& action) {
  std::visit(Overloaded{
                 [&run](const judge::StopListening&) { run.own_listener->close(); },
                 [this, &run](const judge::Listen&) { open_own_port(run); },
                 [this](const auto& order) {
                   if (JudgeLink* link = find(order.link)) link->obey(order);
                 },
             },
             action);
}

JudgeLink* Examination::find(LinkId id) {
  const auto found = links_.find(id);
  return found == links_.end() || found->second->is_over() ? nullptr : found->second.get();
}

void Examination::open_own_port(Run& run) {
  const auto port = listen(*run.own_listener, run.own_port, &run);
  if (port) return;
  callbacks_.on_trouble(std::string{run.info->name} + ": " + port.error());
  post(run, judge::Interrupted{});
}

void Examination::start_next() {
  if (is_done_) return;
  for (const auto& run : runs_) {
    if (run->started_at) continue;
    const auto running =
        std::count_if(runs_.begin(), runs_.end(), [](const auto& it) { return it->is_running(); });
    const bool is_crowded = std::any_of(runs_.begin(), runs_.end(), [](const auto& it) {
      return it->is_running() && it->clients > kClientsBeside;
    });
    if (is_crowded || running >= static_cast<std::ptrdiff_t>(options_.jobs)) return;
    if (run->clients > kClientsBeside && (running > 0 || !ending_programs_.empty())) return;
    start_clients(*run);
  }
}

void Examination::start_clients(Run& run) {
  run.started_at = last_news_ = loop_.now();
  for (std::uint32_t client = 1; client <= run.clients; ++client) {
    const std::string command =
        with_url(options_.exec, url(*run.info) + '/' + std::to_string(client));
    auto program = JudgeProgram::start(command, options_.shows_output);
    if (!program) {
      callbacks_.on_trouble(program.error());
      return post(run, judge::Interrupted{});
    }
    run.programs.emplace_back(std::move(*program));
  }
}

void Examination::watch_programs(Instant now) {
  for (const auto& run : runs_) {
    for (std::size_t i = 0; i < run->programs.size(); ++i) {
      if (!run->programs[i] || !run->programs[i]->has_ended()) continue;
      ending_programs_.push_back(*std::exchange(run->programs[i], std::nullopt));
      post(*run, judge::ClientEnded{static_cast<judge::ClientId>(i + 1)});
    }
    // It had its time to connect.
    if (run->is_running() && !run->machine->began_at() && now - *run->started_at > options_.wait)
      post(*run, judge::Interrupted{});
  }
  for (JudgeProgram& program : ending_programs_) program.end(now);
  std::erase_if(ending_programs_, [](JudgeProgram& program) { return program.has_ended(); });
}

void Examination::on_timer(Instant now) {
  housekeeping_at_ = now + kHousekeeping;
  for (const auto& run : runs_) {
    const auto deadline = deadline_of(*run);
    if (deadline && *deadline <= now) post(*run, judge::Tick{});
  }
  std::erase_if(links_, [this](const auto& entry) {
    if (!entry.second->is_over()) return false;
    owners_.erase(entry.first);
    return true;
  });
  if (!options_.exec.empty()) {
    watch_programs(now);
    start_next();
  }
  end_if_done(now);
  schedule();
}

void Examination::schedule() {
  if (is_done_) return;
  loop_.schedule(timer_, next_deadline(runs_, housekeeping_at_));
}

void Examination::end_if_done(Instant now) {
  const bool is_any_left =
      std::any_of(runs_.begin(), runs_.end(), [](const auto& run) { return !run->report; });
  const bool is_any_running =
      std::any_of(runs_.begin(), runs_.end(), [](const auto& run) { return run->is_running(); });
  const bool has_any = std::any_of(runs_.begin(), runs_.end(),
                                   [](const auto& run) { return run->report.has_value(); });
  const bool is_waited_for =
      options_.exec.empty() && is_any_left && has_any && now - last_news_ < options_.wait;
  if (is_any_running || !ending_programs_.empty() || is_waited_for) return;
  if (is_any_left && (!options_.exec.empty() || !has_any)) return;
  finish();
}

void Examination::finish() {
  if (std::exchange(is_done_, true)) return;
  ending_programs_.clear();
  listener_->close();
  for (const auto& run : runs_)
    if (run->own_listener) run->own_listener->close();
  loop_.schedule(timer_, std::nullopt);
  callbacks_.on_done();
}

}  // namespace heartwire::cli
