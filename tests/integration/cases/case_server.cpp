#include "tests/integration/cases/case_server.hpp"

#include "heartwire/core/outcome.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::cases {
namespace {

server::Options with_hooks(server::Options options, server::Hooks hooks) {
  options.hooks = std::move(hooks);
  return options;
}

std::string label(const char* what, std::size_t number) {
  return std::string{"server "} + what + ' ' + std::to_string(number) + ' ';
}

}  // namespace

server::Options quiet_server() {
  server::Options options;
  options.heartbeat.sending = core::Sending::off;
  return options;
}

CaseServer::CaseServer(Journal& journal, server::Options options)
    : journal_(journal), server_(with_hooks(std::move(options), hooks())) {
  server_.start();
}

CaseServer::~CaseServer() {
  server_.stop();
  server_.wait();
}

std::string CaseServer::address() const {
  return "127.0.0.1:" + std::to_string(server_.port());
}

void CaseServer::set_answer(Answer answer) {
  const std::lock_guard lock{mutex_};
  answer_ = std::move(answer);
}

void CaseServer::push(std::string_view text) {
  const std::lock_guard lock{mutex_};
  for (auto& [id, guest] : guests_) say(guest, text);
}

void CaseServer::close_all(std::uint16_t code, std::string_view reason) {
  const std::lock_guard lock{mutex_};
  for (auto& [id, guest] : guests_) guest.connection.close(code, reason);
}

std::size_t CaseServer::open_count() const {
  const std::lock_guard lock{mutex_};
  return guests_.size();
}

std::size_t CaseServer::open_peak() const {
  const std::lock_guard lock{mutex_};
  return peak_;
}

server::Hooks CaseServer::hooks() {
  server::Hooks hooks;
  hooks.on_open = [this](auto& connection, const auto& request) { on_open(connection, request); };
  hooks.on_message = [this](auto& connection, auto message) { on_message(connection, message); };
  hooks.on_close = [this](auto& connection, const auto& info) { on_close(connection, info); };
  hooks.on_error = [this](std::string_view what) {
    journal_.add("server error " + std::string{what});
  };
  return hooks;
}

void CaseServer::on_open(server::Connection& connection, const server::Request& request) {
  const std::lock_guard lock{mutex_};
  guests_[connection.id()] = {connection, ++opened_};
  peak_ = std::max(peak_, guests_.size());
  const std::string query = request.query.empty() ? "" : "?" + request.query;
  journal_.add(label("open", opened_) + request.path + query);
}

void CaseServer::on_message(server::Connection& connection, core::MessageView message) {
  const std::lock_guard lock{mutex_};
  Guest& guest = guests_.at(connection.id());
  journal_.add(label("got", guest.number) + std::string{message.payload});
  const std::string answer = answer_ ? answer_(message.payload) : std::string{};
  if (!answer.empty()) say(guest, answer);
}

void CaseServer::on_close(server::Connection& connection, const server::CloseInfo& info) {
  const std::lock_guard lock{mutex_};
  const std::size_t number = guests_.at(connection.id()).number;
  guests_.erase(connection.id());
  const std::string code = info.code == 0 ? "" : ' ' + std::to_string(info.code);
  journal_.add(label("closed", number) + std::string{core::name(info.cause)} + code);
}

void CaseServer::say(Guest& guest, std::string_view text) {
  journal_.add(label("says", guest.number) + std::string{text});
  (void)guest.connection.send(text);
}

}  // namespace heartwire::cases
