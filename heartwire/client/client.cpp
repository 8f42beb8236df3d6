#include "heartwire/client/client.hpp"

#include "heartwire/client/driver_options.hpp"
#include "heartwire/client/observer.hpp"
#include "heartwire/net/client_driver.hpp"
#include "heartwire/net/loop.hpp"

#include <utility>

namespace heartwire::client {

namespace wish = core::lifecycle_event;

class Client::Impl {
 public:
  /// On `loop`, or on one of its own.
  Impl(net::Loop* loop, std::shared_ptr<Observer> observer) : observer_(std::move(observer)) {
    if (loop == nullptr) loop = (own_loop_ = std::make_unique<net::Loop>()).get();
    driver_ = std::make_shared<net::ClientDriver>(*loop, observer_, driver_options_for(*observer_));
  }

  ~Impl() {
    stop();
    observer_->gate().wait();
  }

  void stop() {
    observer_->gate().shut();
    driver_->stop();
  }

  net::ClientDriver& driver() noexcept { return *driver_; }
  bool is_stopped() const noexcept { return observer_->gate().is_shut(); }

 private:
  std::unique_ptr<net::Loop> own_loop_;  ///< Destroyed last: the driver posts to it.
  // Shared with the driver, which the loop may keep until a hook has returned.
  std::shared_ptr<Observer> observer_;
  std::shared_ptr<net::ClientDriver> driver_;  // Shared with what it posted to the loop.
};

// What can be refused is refused by the observer, before anything is started.

Client::Client(Options options)
    : impl_(std::make_unique<Impl>(nullptr, std::make_shared<Observer>(std::move(options)))) {}

Client::Client(net::Loop& loop, Options options)
    : impl_(std::make_unique<Impl>(&loop, std::make_shared<Observer>(std::move(options)))) {}

Client::Client(net::Loop& loop, const SharedOptions& options)
    : impl_(std::make_unique<Impl>(&loop, std::make_shared<Observer>(options.plan_))) {}

Client::Client(net::Loop& loop, const SharedOptions& options, Hooks hooks)
    : impl_(std::make_unique<Impl>(&loop,
                                   std::make_shared<Observer>(options.plan_, std::move(hooks)))) {}

Client::~Client() = default;

void Client::start() {
  impl_->driver().wish(wish::Start{});
}

bool Client::close(std::uint16_t code, std::string_view reason) {
  const bool is_allowed = code == 1000 || code == 1001 || (code >= 3000 && code <= 4999);
  if (!is_allowed) return false;
  impl_->driver().wish(wish::Close{code, std::string{reason}});
  return true;
}

void Client::reconnect() {
  impl_->driver().wish(wish::Reconnect{});
}
void Client::suspend() {
  impl_->driver().wish(wish::Suspend{});
}
void Client::resume() {
  impl_->driver().wish(wish::Resume{});
}
void Client::check_now() {
  impl_->driver().wish(wish::CheckNow{});
}
void Client::stop() {
  impl_->stop();
}

base::Result<core::MessageId, core::SendError> Client::send(std::string_view text,
                                                            core::SendOptions options) {
  return send(core::Message{core::MessageType::text, std::string{text}}, std::move(options));
}

base::Result<core::MessageId, core::SendError> Client::send(core::Message message,
                                                            core::SendOptions options) {
  if (impl_->is_stopped()) return base::Failure{core::SendError::closed};
  return impl_->driver().send(std::move(message), std::move(options));
}

std::optional<core::Message> Client::take_back(core::MessageId id) {
  return impl_->driver().take_back(id);
}

std::vector<core::Unsent> Client::take_back_all() {
  return impl_->driver().take_back_all();
}

core::State Client::state() const {
  return impl_->is_stopped() ? core::State::closed : impl_->driver().state();
}

std::size_t Client::queued_count() const {
  return impl_->driver().queued_count();
}
std::size_t Client::queued_bytes() const {
  return impl_->driver().queued_bytes();
}

std::optional<TransportInfo> Client::transport() const {
  if (impl_->is_stopped()) return std::nullopt;
  const auto transport = impl_->driver().transport();
  if (!transport) return std::nullopt;
  return describe(*transport);
}

HeartbeatInfo Client::heartbeat() const {
  const core::RoundTrip estimate = impl_->driver().round_trip();
  return {estimate.last(), estimate.smoothed(), estimate.deviation()};
}

void Client::pause_reading() {
  impl_->driver().set_reading(false);
}
void Client::resume_reading() {
  impl_->driver().set_reading(true);
}

}  // namespace heartwire::client
