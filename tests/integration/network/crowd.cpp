#include "tests/integration/network/crowd.hpp"

#include "heartwire/core/outcome.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace heartwire::soak {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kInterval{2};
constexpr seconds kTimeout{4};
constexpr seconds kStage{3};  ///< Of an attempt: to connect, and to upgrade.
constexpr milliseconds kDelayMin{250};
constexpr milliseconds kDelayMax{1'000};

struct Numbers {
  std::size_t client = 0;
  std::uint32_t number = 0;
};

Numbers parse(std::string_view text) {
  Numbers numbers;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, numbers.client);
  if (error == std::errc{} && at != end) std::from_chars(at + 1, end, numbers.number);
  return numbers;
}

std::uint32_t port_of(std::string_view address) {
  std::uint32_t port = 0;
  const char* begin = address.data() + address.rfind(':') + 1;
  std::from_chars(begin, address.data() + address.size(), port);
  return port;
}

server::Options echoing(const std::string& address, Scribe& scribe) {
  server::Options options;
  options.address = address;
  options.heartbeat = {.interval = kInterval, .timeout = kTimeout};
  options.hooks.on_message = [&scribe](server::Connection& connection, core::MessageView message) {
    const Numbers numbers = parse(message.payload);
    scribe.note(numbers.client, What::got, numbers.number);
    // Refused only to one that is ending; the message is in doubt then.
    static_cast<void>(connection.send(message));
  };
  return options;
}

}  // namespace

Scribe::Scribe(std::size_t events_max) : begin_(net::steady_now()), transcript_(events_max) {}

Time Scribe::now() const {
  return std::chrono::duration_cast<Time>(net::steady_now() - begin_);
}

void Scribe::note(std::size_t client, What what, std::uint64_t number, std::uint32_t extra) {
  note_at(now(), client, what, number, extra);
}

void Scribe::note_at(Time at, std::size_t client, What what, std::uint64_t number,
                     std::uint32_t extra) {
  transcript_.add({.at = at,
                   .number = static_cast<std::uint32_t>(number),
                   .extra = extra,
                   .client = static_cast<std::uint16_t>(client),
                   .what = what});
}

EchoServer::EchoServer(const std::string& address, Scribe& scribe)
    : server_(echoing(address, scribe)) {
  server_.start();
}

client::Options Crowd::options(const std::string& url) {
  client::Options options;
  options.urls = {url};
  options.heartbeat = {.interval = kInterval, .timeout = kTimeout};
  options.reconnect.backoff = {kDelayMin, kDelayMax, 2.0, core::Jitter::decorrelated};
  options.connect_timeout = options.handshake_timeout = kStage;
  return options;
}

Bounds Crowd::bounds() {
  return {.detection = kInterval + kTimeout,
          .recovery = 2 * kStage + kDelayMax,
          .delay_min = kDelayMin,
          .allowance = seconds{3}};
}

Crowd::Crowd(const std::string& url, std::size_t count, Scribe& scribe) : scribe_(scribe) {
  const client::SharedOptions shared(options(url));
  for (std::size_t i = 0; i < count; ++i) {
    Member& member = members_.emplace_back();
    member.index = i;
    member.client.emplace(loop_, shared, hooks(member));
  }
  for (Member& member : members_) member.client->start();
}

Crowd::~Crowd() {
  halt();
  for (Member& member : members_) member.client.reset();
}

client::Hooks Crowd::hooks(Member& member) {
  client::Hooks hooks;
  const std::size_t index = member.index;
  hooks.on_open = [this, &member](const client::OpenInfo& info) {
    scribe_.note(member.index, What::opened, info.transport.generation,
                 port_of(info.transport.local_address));
    member.is_open = true;
  };
  hooks.on_close = [this, &member](const client::CloseInfo& info) {
    const Time at = scribe_.now();
    const std::lock_guard lock(member.mutex);
    member.is_open = false;
    member.left = member.sent - static_cast<std::uint32_t>(member.client->queued_count());
    scribe_.note_at(at, member.index, What::lost, member.left,
                    static_cast<std::uint32_t>(info.cause));
  };
  hooks.on_message = [this, &member](core::MessageView message) {
    const Time at = scribe_.now();
    const Numbers numbers = parse(message.payload);
    const std::lock_guard lock(member.mutex);
    member.echoed = std::max(member.echoed, numbers.number);
    scribe_.note_at(at, member.index, What::echoed, numbers.number);
  };
  hooks.on_attempt_failed = [this, index](const client::CloseInfo& info) {
    scribe_.note(index, What::failed, 0, static_cast<std::uint32_t>(info.cause));
  };
  hooks.on_reconnect = [this, index](const client::RetryInfo& info) {
    scribe_.note(index, What::retry,
                 static_cast<std::uint64_t>(info.delay / std::chrono::milliseconds{1}));
  };
  hooks.on_gave_up = [this, index](const client::GaveUpInfo&) {
    scribe_.note(index, What::gave_up);
  };
  return hooks;
}

void Crowd::send_one(Member& member) {
  const std::lock_guard lock(member.mutex);
  const std::string text = std::to_string(member.index) + ' ' + std::to_string(member.sent + 1);
  if (member.client->send(text)) scribe_.note(member.index, What::sent, ++member.sent);
}

void Crowd::chatter(std::chrono::milliseconds pace) {
  sender_ = std::jthread([this, pace](const std::stop_token& stop) {
    const auto step = std::chrono::nanoseconds{pace} / members_.size();
    for (auto next = std::chrono::steady_clock::now(); !stop.stop_requested();) {
      for (Member& member : members_) {
        send_one(member);
        next += step;
        std::this_thread::sleep_until(next);
        if (stop.stop_requested()) return;
      }
    }
  });
}

void Crowd::halt() {
  sender_ = {};
}

void Crowd::stop() {
  for (Member& member : members_) {
    member.client->stop();
    scribe_.note(member.index, What::stopped);
  }
}

std::size_t Crowd::open_count() const {
  return static_cast<std::size_t>(
      std::count_if(members_.begin(), members_.end(), [](const Member& member) {
        return member.is_open && member.client->state() == core::State::open;
      }));
}

bool Crowd::is_answered() const {
  return std::all_of(members_.begin(), members_.end(), [](const Member& member) {
    const std::lock_guard lock(member.mutex);
    return std::max(member.echoed, member.left) == member.sent;
  });
}

}  // namespace heartwire::soak
