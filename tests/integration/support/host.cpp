#include "tests/integration/support/host.hpp"

#include "tests/integration/support/tap.hpp"

#include <utility>

namespace heartwire::integration {

Host::Host(server::Options options) : server_(watched(std::move(options))) {
  server_.start();
}

Host::~Host() {
  server_.stop();
  server_.wait();
}

server::Options Host::without_heartbeats() {
  server::Options options;
  options.heartbeat.sending = core::Sending::off;
  return options;
}

server::Options Host::echoing() {
  server::Options options = without_heartbeats();
  options.hooks.on_message = [](server::Connection& connection, core::MessageView message) {
    (void)connection.send(message);
  };
  return options;
}

server::Connection Host::guest(std::size_t number) const {
  if (!witness_.sees(Seen::open, number)) return {};
  const std::lock_guard lock(mutex_);
  return guests_.at(number - 1);
}

server::Options Host::watched(server::Options options) {
  server::Hooks& hooks = options.hooks;
  const auto tell = [this](Sight sight) { witness_.note(std::move(sight)); };
  tap(hooks.on_open, tell, [this](server::Connection& connection, const server::Request& request) {
    const std::lock_guard lock(mutex_);
    guests_.push_back(connection);
    return Sight{.seen = Seen::open, .text = request.path};
  });
  tap(hooks.on_message, tell, [](server::Connection&, core::MessageView message) {
    return Sight{.seen = Seen::message,
                 .text = std::string{message.payload.substr(0, Witness::kTextMax)},
                 .count = message.payload.size()};
  });
  tap(hooks.on_close, tell, [](server::Connection&, const server::CloseInfo& info) {
    Sight sight{.seen = Seen::close, .text = info.text};
    sight.close.cause = info.cause;
    sight.close.by = info.by;
    sight.close.code = info.code;
    sight.close.reason = info.reason;
    sight.close.is_clean = info.is_clean;
    return sight;
  });
  tap(hooks.on_suspect, tell, [](server::Connection&, std::chrono::nanoseconds silence) {
    return Sight{.seen = Seen::suspect, .duration = silence};
  });
  tap(hooks.on_heartbeat, tell, [](server::Connection&, std::chrono::nanoseconds round_trip) {
    return Sight{.seen = Seen::heartbeat, .duration = round_trip};
  });
  tap(hooks.on_error, tell,
      [](std::string_view what) { return Sight{.seen = Seen::error, .text = std::string{what}}; });
  return options;
}

}  // namespace heartwire::integration
