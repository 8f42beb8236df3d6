#include "heartwire/sim/world.hpp"

#include <algorithm>

namespace heartwire::sim {

using base::Instant;
using Kind = Event::Kind;

namespace {

constexpr base::Duration kPulseInterval = std::chrono::seconds{1};
/// More events than this without time moving on are a hot loop.
constexpr int kEventsAtOnceMax = 50'000;

}  // namespace

World::World(const Scenario& scenario, Witness& witness)
    : scenario_(scenario),
      witness_(witness),
      rng_(scenario.seed ^ 0x6a09e667f3bcc908ULL),
      mask_keys_(rng_.next()),
      links_(scenario.clients.size()) {
  for (std::uint32_t i = 0; i < scenario.clients.size(); ++i) {
    links_[i].options = scenario.clients[i].link;
    clients_.push_back(std::make_unique<ClientHost>(*this, i));
  }
  for (std::uint32_t i = 0; i < scenario.servers.size(); ++i)
    servers_.push_back(std::make_unique<ServerHost>(*this, i));
}

World::~World() = default;

void World::run() {
  plan();
  for (auto& client : clients_) client->boot();
  int at_once = 0;
  while (const auto event = queue_.pop()) {
    if (event->at > scenario_.ends_at()) break;
    at_once = event->at > now_ ? 0 : at_once + 1;
    if (at_once > kEventsAtOnceMax) {
      tell_world(record::Spun{});
      return;
    }
    now_ = std::max(now_, event->at);
    ++steps_;
    serve(*event);
  }
  now_ = scenario_.ends_at();
  for (auto& client : clients_) client->finish();
  tell_world(record::Finished{});
}

void World::plan() {
  for (std::uint32_t i = 0; i < scenario_.deeds.size(); ++i)
    push({scenario_.deeds[i].at, Kind::deed, i});
  for (std::uint32_t i = 0; i < scenario_.faults.size(); ++i) {
    push({scenario_.faults[i].begins, Kind::fault_on, i});
    push({scenario_.faults[i].begins + scenario_.faults[i].lasts, Kind::fault_off, i});
  }
  push({scenario_.calm_at, Kind::calm});
  push({scenario_.recovered_at(), Kind::recovered});
  push({Instant{} + kPulseInterval, Kind::pulse});
}

void World::serve(const Event& event) {
  switch (event.kind) {
    case Kind::client: clients_[event.subject]->on_timer(); break;
    case Kind::dial: clients_[event.subject]->on_dial(event.detail); break;
    case Kind::wanted: clients_[event.subject]->answer_wanted(event.detail); break;
    case Kind::greeting: clients_[event.subject]->answer_greeting(event.detail); break;
    case Kind::server: servers_[event.subject]->on_timer(event.detail); break;
    case Kind::drain: servers_[event.subject]->continue_drain(); break;
    case Kind::flow: move_flow(event.subject); break;
    case Kind::deed: do_deed(scenario_.deeds[event.subject]); break;
    case Kind::fault_on: begin_fault(event.subject); break;
    case Kind::fault_off: end_fault(event.subject); break;
    case Kind::pulse: pulse(); break;
    case Kind::calm: become_calm(); break;
    case Kind::recovered:
      for (auto& client : clients_) client->on_recovered();
      tell_world(record::Recovered{});
      break;
  }
}

void World::pulse() {
  for (auto& client : clients_) client->pulse();
  push({now_ + kPulseInterval, Kind::pulse});
}

// Connections.

DialAttempt::Surroundings World::surroundings(std::uint32_t client, std::uint32_t server) {
  const Link& link = links_[client];
  const ServerCondition& there = servers_[server]->condition();
  const ClientCondition& here = clients_[client]->condition();
  DialAttempt::Surroundings around;
  around.resolves = here.resolves;
  around.is_path_open = !link.up.is_hole && !link.down.is_hole && !there.is_down && !here.is_down;
  around.is_listening = there.is_listening;
  around.round_trip =
      draw_latency(link.options, link.up, rng_) + draw_latency(link.options, link.down, rng_);
  return around;
}

Flow& World::connect(std::uint32_t client, std::uint32_t generation, std::uint32_t server) {
  const auto id = static_cast<std::uint32_t>(flows_.size());
  flows_.push_back({std::make_unique<Flow>(Flow::Name{id, client, generation, server}, now_,
                                           links_[client], rng_.next())});
  Flow& flow = *flows_.back().flow;
  flow.set_down(Side::server, servers_[server]->condition().is_down);
  servers_[server]->accept(flow);
  return flow;
}

void World::touch(Flow& flow) {
  const auto next = flow.next();
  Course& course = flows_[flow.name().id];
  if (!next || (course.moves_at && *course.moves_at <= *next)) return;
  course.moves_at = std::max(*next, now_);
  push({*course.moves_at, Kind::flow, flow.name().id});
}

void World::move_flow(std::uint32_t id) {
  Course& course = flows_[id];
  if (!course.moves_at || *course.moves_at > now_) return;
  course.moves_at.reset();
  Flow& flow = *course.flow;
  flow.advance(now_);
  touch(flow);
  clients_[flow.name().client]->on_flow(id);
  servers_[flow.name().server]->on_flow(id);
}

void World::set_down(Side side, std::uint32_t host, bool is_down) {
  for (Course& course : flows_) {
    Flow& flow = *course.flow;
    const bool is_its = (side == Side::client ? flow.name().client : flow.name().server) == host;
    if (!is_its) continue;
    flow.set_down(side, is_down);
    touch(flow);
  }
}

// Users and faults.

void World::do_deed(const Deed& deed) {
  ClientHost& client = *clients_[deed.client];
  if (deed.kind != Deed::Kind::server_send && deed.kind != Deed::Kind::server_close) {
    client.do_deed(deed);
    return;
  }
  const auto id = client.flow_id();
  if (id) servers_[flow(*id).name().server]->do_deed(*id, deed);
}

void World::begin_fault(std::uint32_t index) {
  const Fault& fault = scenario_.faults[index];
  tell_world(record::FaultBegan{index});
  faults_in_force_.push_back(index);
  settle();
  strike(fault);
}

void World::end_fault(std::uint32_t index) {
  const Fault& fault = scenario_.faults[index];
  std::erase(faults_in_force_, index);
  settle();
  tell_world(record::FaultEnded{index});
  if (fault.kind == FaultKind::client_crash) clients_[fault.target]->boot();
  if (fault.kind == FaultKind::server_drain) servers_[fault.target]->end_drain();
}

/// What a fault does at once.
void World::strike(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::reset:
      if (const auto id = clients_[fault.target]->flow_id()) {
        flow(*id).cut(now_);
        touch(flow(*id));
      }
      break;
    case FaultKind::server_crash: servers_[fault.target]->crash(true); break;
    case FaultKind::server_power_loss: servers_[fault.target]->crash(false); break;
    case FaultKind::server_drain:
      servers_[fault.target]->drain(
          std::min<base::Duration>(std::chrono::milliseconds{fault.amount}, fault.lasts),
          fault.lasts);
      break;
    case FaultKind::client_crash: clients_[fault.target]->crash(); break;
    case FaultKind::clock_jump:
      clients_[fault.target]->jump_clock(std::chrono::milliseconds{fault.amount});
      break;
    case FaultKind::wall_jump: clients_[fault.target]->jump_wall(); break;
    case FaultKind::stale_report: clients_[fault.target]->misreport(); break;
    default: break;
  }
}

void World::settle() {
  std::vector<ClientCondition> of_clients(clients_.size());
  std::vector<ServerCondition> of_servers(servers_.size());
  for (std::uint32_t i = 0; i < links_.size(); ++i)
    links_[i] = Link{.options = scenario_.clients[i].link};
  for (const std::uint32_t index : faults_in_force_) {
    const Fault& fault = scenario_.faults[index];
    switch (place(fault.kind)) {
      case FaultPlace::path: apply(fault, links_[fault.target]); break;
      case FaultPlace::server: apply(fault, of_servers[fault.target]); break;
      case FaultPlace::client: apply(fault, of_clients[fault.target]); break;
    }
  }
  for (std::uint32_t i = 0; i < servers_.size(); ++i) servers_[i]->set_condition(of_servers[i]);
  for (std::uint32_t i = 0; i < clients_.size(); ++i) clients_[i]->set_condition(of_clients[i]);
}

void World::become_calm() {
  faults_in_force_.clear();
  settle();
  tell_world(record::Calm{});
  for (auto& client : clients_) client->become_calm();
}

}  // namespace heartwire::sim
