#include "heartwire/client/blocking_client.hpp"

#include "heartwire/client/tapped_hooks.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace heartwire::client {
namespace {

/// Longer waits would leave the clock's range.
constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours{24 * 365};

}  // namespace

class BlockingClient::Impl {
 public:
  Impl(Options options, std::size_t inbox_bytes_max)
      : inbox_(inbox_bytes_max), client_(tapped(std::move(options))) {
    client_.start();
  }

  Client& client() noexcept { return client_; }

  void stop() {
    client_.stop();
    wake();
  }

  bool wait_open(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    wait(lock, timeout, [this] { return is_open() || has_ended(); });
    return is_open();
  }

  base::Result<core::Message, ReceiveError> receive(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    wait(lock, timeout, [this] { return !inbox_.is_empty() || has_ended(); });
    auto popped = inbox_.pop();
    if (!popped) return base::Failure{has_ended() ? ReceiveError::closed : ReceiveError::timeout};
    if (popped->is_resuming) client_.resume_reading();
    return std::move(popped->message);
  }

  bool close(std::uint16_t code, std::string_view reason) {
    if (!client_.close(code, reason)) return false;
    std::unique_lock lock(mutex_);
    wait(lock, kLongestWait, [this] { return has_ended(); });
    return true;
  }

 private:
  /// The hooks may refer to us: our last member, the client, waits for them when it goes.
  Options tapped(Options options) {
    tap(
        options.hooks, [this](core::MessageView message) { push(message); }, [this] { wake(); });
    return options;
  }

  void push(core::MessageView message) {
    const std::lock_guard lock(mutex_);
    if (inbox_.push(message)) client_.pause_reading();
    changed_.notify_all();
  }

  void wake() {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

  template <typename IsDone>
  void wait(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds timeout, IsDone is_done) {
    changed_.wait_for(lock, std::min(timeout, kLongestWait), is_done);
  }

  bool is_open() const { return client_.state() == core::State::open; }
  bool has_ended() const { return is_final(client_.state()); }

  std::mutex mutex_;
  std::condition_variable changed_;
  Inbox inbox_;
  Client client_;
};

BlockingClient::BlockingClient(Options options, std::size_t inbox_bytes_max)
    : impl_(std::make_unique<Impl>(std::move(options), inbox_bytes_max)) {}

BlockingClient::~BlockingClient() = default;

bool BlockingClient::wait_open(std::chrono::milliseconds timeout) {
  return impl_->wait_open(timeout);
}

base::Result<core::Message, ReceiveError> BlockingClient::receive(
    std::chrono::milliseconds timeout) {
  return impl_->receive(timeout);
}

base::Result<core::MessageId, core::SendError> BlockingClient::send(std::string_view text,
                                                                    core::SendOptions options) {
  return client().send(text, std::move(options));
}

base::Result<core::MessageId, core::SendError> BlockingClient::send(core::Message message,
                                                                    core::SendOptions options) {
  return client().send(std::move(message), std::move(options));
}

bool BlockingClient::close(std::uint16_t code, std::string_view reason) {
  return impl_->close(code, reason);
}

void BlockingClient::stop() {
  impl_->stop();
}

Client& BlockingClient::client() noexcept {
  return impl_->client();
}

}  // namespace heartwire::client
