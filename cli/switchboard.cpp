#include "cli/switchboard.hpp"

namespace heartwire::cli {

std::string_view Switchboard::enter(const server::Connection& connection, std::string_view path) {
  const auto joined = rooms_.join(connection.id(), path);
  if (!joined) return hub::name(joined.error());
  peers_.insert_or_assign(connection.id(), Peer{connection, std::string{path}});
  return {};
}

std::size_t Switchboard::deliver(server::Connection& from, core::MessageView message) {
  const auto found = peers_.find(from.id());
  if (found == peers_.end()) return 0;
  const std::string& path = found->second.path;
  if (is_echo(path)) return from.send(message) ? 0 : 1;
  const server::Encoded encoded(message);
  std::size_t missed = 0;
  for (const hub::ConnectionId id : rooms_.members(path)) {
    if (id == from.id()) continue;
    if (!peers_.at(id).connection.send(encoded)) ++missed;
  }
  return missed;
}

void Switchboard::leave(const server::Connection& connection) {
  rooms_.leave_all(connection.id());
  peers_.erase(connection.id());
}

std::size_t Switchboard::company(const server::Connection& connection) const {
  const auto found = peers_.find(connection.id());
  return found == peers_.end() ? 0 : rooms_.members(found->second.path).size();
}

}  // namespace heartwire::cli
