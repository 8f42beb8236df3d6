#include "heartwire/asio/async_client.hpp"

#include "heartwire/client/tapped_hooks.hpp"
#include "heartwire/net/loop.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace heartwire::asio {
namespace {

using boost::asio::awaitable;
using boost::asio::steady_timer;

/// Longer waits would leave the clock's range.
constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours{24 * 365};

steady_timer::time_point end_of(std::optional<std::chrono::milliseconds> timeout) {
  if (!timeout) return steady_timer::time_point::max();
  return steady_timer::clock_type::now() + std::min(*timeout, kLongestWait);
}

}  // namespace

class AsyncClient::Impl {
 public:
  Impl(boost::asio::io_context& context, Options options, std::size_t inbox_bytes_max)
      : context_(context), loop_(context), inbox_(inbox_bytes_max) {
    // The hooks may refer to us: the client shuts them out before we go.
    client::tap(
        options.hooks, [this](core::MessageView message) { push(message); }, [this] { wake(); });
    client_.emplace(loop_, std::move(options));
    client_->start();
  }

  /// Null once the face is gone.
  Client* client() noexcept { return client_ ? &*client_ : nullptr; }

  void stop() {
    client_->stop();
    wake();
  }
  void end() {
    client_.reset();
    wake();
  }

  bool is_open() const { return client_ && client_->state() == core::State::open; }
  bool has_ended() const { return !client_ || client::is_final(client_->state()); }

  std::optional<core::Message> pop() {
    auto popped = inbox_.pop();
    if (!popped) return std::nullopt;
    if (popped->is_resuming && client_) client_->resume_reading();
    return std::move(popped->message);
  }

  /// Returns after the next change, or at `end`. A coroutine that was cancelled ends here.
  awaitable<void> change(steady_timer::time_point end = steady_timer::time_point::max());

 private:
  void push(core::MessageView message) {
    if (inbox_.push(message)) client_->pause_reading();
    wake();
  }
  void wake() {
    for (steady_timer* const sleeper : sleepers_) sleeper->cancel();
  }

  boost::asio::io_context& context_;
  net::Loop loop_;
  Inbox inbox_;
  std::vector<steady_timer*> sleepers_;  ///< Of the coroutines in change().
  std::optional<Client> client_;
};

awaitable<void> AsyncClient::Impl::change(steady_timer::time_point end) {
  steady_timer sleeper(context_, end);
  sleepers_.push_back(&sleeper);
  // Also when the io_context destroys the coroutine while it sleeps.
  const struct Leave {
    std::vector<steady_timer*>& sleepers;
    steady_timer* self;
    ~Leave() { std::erase(sleepers, self); }
  } leave{sleepers_, &sleeper};
  boost::system::error_code ignored;
  co_await sleeper.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  if (state.cancelled() != boost::asio::cancellation_type::none)
    throw boost::system::system_error(boost::asio::error::operation_aborted);
}

AsyncClient::AsyncClient(boost::asio::io_context& context, Options options,
                         std::size_t inbox_bytes_max)
    : impl_(std::make_shared<Impl>(context, std::move(options), inbox_bytes_max)) {}

AsyncClient::~AsyncClient() {
  impl_->end();
}

// A coroutine's body may begin when the face is gone: each holds the inside, never `this`.

awaitable<bool> AsyncClient::wait_open() {
  return [](std::shared_ptr<Impl> impl) -> awaitable<bool> {
    while (!impl->is_open() && !impl->has_ended()) co_await impl->change();
    co_return impl->is_open();
  }(impl_);
}

awaitable<AsyncClient::Received> AsyncClient::receive(
    std::optional<std::chrono::milliseconds> timeout) {
  return [](std::shared_ptr<Impl> impl, steady_timer::time_point end) -> awaitable<Received> {
    for (;;) {
      if (auto message = impl->pop()) co_return std::move(*message);
      if (impl->has_ended()) co_return base::Failure{ReceiveError::closed};
      if (steady_timer::clock_type::now() >= end) co_return base::Failure{ReceiveError::timeout};
      co_await impl->change(end);
    }
  }(impl_, end_of(timeout));
}

base::Result<core::MessageId, core::SendError> AsyncClient::send(std::string_view text,
                                                                 core::SendOptions options) {
  return client().send(text, std::move(options));
}

base::Result<core::MessageId, core::SendError> AsyncClient::send(core::Message message,
                                                                 core::SendOptions options) {
  return client().send(std::move(message), std::move(options));
}

awaitable<bool> AsyncClient::close(std::uint16_t code, std::string_view reason) {
  return [](std::shared_ptr<Impl> impl, bool is_allowed) -> awaitable<bool> {
    while (is_allowed && !impl->has_ended()) co_await impl->change();
    co_return is_allowed;
  }(impl_, client().close(code, reason));
}

void AsyncClient::stop() {
  impl_->stop();
}

Client& AsyncClient::client() noexcept {
  return *impl_->client();
}

}  // namespace heartwire::asio
