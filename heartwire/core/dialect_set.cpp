#include "heartwire/core/dialect_set.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::core {
namespace {

// True for a query parameter EIO, whatever its value.
bool is_engine_io(std::string_view target) noexcept {
  std::size_t at = target.find('?');
  while (at != std::string_view::npos) {
    target.remove_prefix(at + 1);
    if (target.starts_with("EIO=")) return true;
    at = target.find('&');
  }
  return false;
}

// Takes the last segment off a path.
std::string_view take_segment(std::string_view& path) noexcept {
  const std::size_t slash = path.rfind('/');
  const bool has_slash = slash != std::string_view::npos;
  const std::string_view segment = has_slash ? path.substr(slash + 1) : path;
  path = has_slash ? path.substr(0, slash) : std::string_view{};
  return segment;
}

// True for .../SERVER/SESSION/websocket, where SERVER is three digits. Without those two the same
// ending means raw WebSocket, which SockJS servers offer too, with no frames of its own.
bool is_sockjs(std::string_view target) noexcept {
  std::string_view path = target.substr(0, target.find('?'));
  if (take_segment(path) != "websocket" || take_segment(path).empty()) return false;
  const std::string_view server = take_segment(path);
  return server.size() == 3 &&
         std::all_of(server.begin(), server.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

DialectSet::DialectSet(std::vector<DialectPtr> dialects) noexcept
    : dialects_(std::move(dialects)) {}

base::Result<DialectSet, std::string> DialectSet::make(std::vector<DialectPtr> dialects) {
  if (dialects.size() > kDialectsMax) {
    return base::Failure{std::string("more than 32 dialects for one server")};
  }
  if (std::find(dialects.begin(), dialects.end(), nullptr) != dialects.end()) {
    return base::Failure{std::string("a dialect that is null")};
  }
  return DialectSet(std::move(dialects));
}

std::uint8_t DialectSet::choose(std::string_view subprotocol,
                                std::string_view target) const noexcept {
  if (dialects_.size() == 1) return 0;
  const std::string_view implied = dialect::name_by_subprotocol(subprotocol);
  if (!implied.empty()) return find(implied);
  if (is_engine_io(target)) return find("engine.io");
  if (is_sockjs(target)) return find("sockjs");
  return kUndecided;
}

std::uint8_t DialectSet::find(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < dialects_.size(); ++i) {
    if (dialects_[i]->name() == name) return static_cast<std::uint8_t>(i);
  }
  return kUndecided;
}

Reading DialectSet::read(Role role, std::uint8_t& chosen, MessageView message,
                         std::string& reply) const {
  if (const Dialect* dialect = at(chosen)) return dialect->read(role, message, reply);
  reply.clear();
  for (std::size_t i = 0; i < dialects_.size(); ++i) {
    Reading reading = dialects_[i]->read(role, message, reply);
    if (reading.meaning == Meaning::application) continue;
    chosen = static_cast<std::uint8_t>(i);
    return reading;
  }
  return {};
}

ProbeForm DialectSet::write_probe(Role role, std::uint8_t chosen, std::uint32_t sequence,
                                  std::string& payload) const {
  payload.clear();
  const Dialect* dialect = at(chosen);
  if (dialect == nullptr) return ProbeForm::protocol_ping;
  const ProbeForm form = dialect->write_probe(role, sequence, payload);
  const bool is_lacking = form == ProbeForm::none && dialects_.size() > 1;
  return is_lacking ? ProbeForm::protocol_ping : form;
}

bool DialectSet::has_answers(Role role, std::uint8_t chosen) const noexcept {
  const Dialect* dialect = at(chosen);
  return dialect == nullptr || dialect->has_answers(role);
}

void DialectSet::adapt(Role role, HeartbeatOptions& options) const noexcept {
  if (dialects_.size() == 1) dialects_.front()->adapt(role, options);
}

const Dialect* DialectSet::at(std::uint8_t chosen) const noexcept {
  if (chosen == kUndecided) return nullptr;
  HW_CHECK(chosen < dialects_.size());
  return dialects_[chosen].get();
}

}  // namespace heartwire::core
