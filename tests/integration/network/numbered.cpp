#include "tests/integration/network/numbered.hpp"

#include "tests/integration/support/live_test.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

namespace heartwire::integration {
namespace {

// Header and mask of a short frame.
constexpr std::size_t kHeaderBytes = 6;

std::string text_of(std::size_t number, std::size_t bytes) {
  const std::string digits = std::to_string(number);
  std::string text = "m " + std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
  text.resize(std::max(text.size(), bytes), ' ');
  return text;
}

std::optional<std::size_t> number_of(std::string_view text) {
  if (!text.starts_with("m ")) return std::nullopt;
  return std::strtoull(std::string{text.substr(2)}.c_str(), nullptr, 10);
}

}  // namespace

client::Options Numbered::watch(client::Options options) {
  options.hooks.on_open = [this, inner = options.hooks.on_open](const client::OpenInfo& info) {
    {
      const std::lock_guard lock(mutex_);
      local_ = info.transport.local_address;
    }
    if (inner) inner(info);
  };
  options.hooks.on_message = [this, inner = options.hooks.on_message](core::MessageView message) {
    if (const auto number = number_of(message.payload)) {
      const std::lock_guard lock(mutex_);
      if (*number < echoes_.size()) ++echoes_[*number];
      changed_.notify_all();
    }
    if (inner) inner(message);
  };
  options.hooks.on_close = [this, inner = options.hooks.on_close](const client::CloseInfo& info) {
    on_lost();
    if (inner) inner(info);
  };
  return options;
}

void Numbered::send_through(client::Client& client, std::chrono::milliseconds pace,
                            std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  client_ = &client;
  bytes_ = bytes;
  is_halted_ = false;
  sender_ = std::jthread([this, pace] {
    std::unique_lock waiting(mutex_);
    while (!is_halted_) {
      send_one();
      changed_.wait_for(waiting, pace, [this] { return is_halted_; });
    }
  });
}

/// Under the mutex, as on_lost() is, so that the numbers tell which of them the client holds.
void Numbered::send_one() {
  if (!client_->send(text_of(sent_ + 1, bytes_))) return;
  ++sent_;
  echoes_.push_back(0);
}

void Numbered::on_lost() {
  const std::lock_guard lock(mutex_);
  if (client_ == nullptr) return;
  const std::size_t colon = local_.rfind(':');
  const auto port = static_cast<std::uint16_t>(std::atoi(local_.substr(colon + 1).c_str()));
  losses_.push_back({sent_ - client_->queued_count(), sent_, kernel_held_bytes(port)});
}

void Numbered::mark_fault() {
  const std::lock_guard lock(mutex_);
  sent_before_fault_ = sent_;
}

void Numbered::halt() {
  {
    const std::lock_guard lock(mutex_);
    is_halted_ = true;
    changed_.notify_all();
  }
  if (sender_.joinable()) sender_.join();
}

bool Numbered::is_answered(std::optional<std::size_t> count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, Process::kDeadline, [&] {
    const std::size_t number = count.value_or(sent_);
    return number < echoes_.size() && echoes_[number] != 0;
  });
}

std::map<std::size_t, std::size_t> Numbered::received(const Process& server) const {
  std::map<std::size_t, std::size_t> result;
  const std::lock_guard lock(mutex_);
  for (std::size_t number = 1; bytes_ > kShort && number <= sent_; ++number)
    result[number] = echoes_[number];
  for (const std::string& line : server.rest_of("got ")) {
    const std::size_t text = line.find("m ");
    if (text != std::string::npos) ++result[*number_of(std::string_view{line}.substr(text))];
  }
  return result;
}

Numbered::Account Numbered::account(const Process& server) const {
  // The echo may be quicker than the line about it.
  becomes_true([&] { return received(server).contains(sent_); });
  auto received_count = received(server);
  const std::lock_guard lock(mutex_);
  Account account{.sent = sent_};
  std::size_t number = 1;
  for (const Loss& loss : losses_) {
    const std::size_t before = account.in_doubt;
    for (; number <= loss.left; ++number) {
      if (echoes_[number] == 0) {
        ++account.in_doubt;
      } else if (account.in_doubt != before) {
        account.is_suffix = false;
      }
    }
    account.waited += loss.sent - loss.left;
    if (loss.held_bytes)
      account.held = account.held.value_or(0) + *loss.held_bytes / (bytes_ + kHeaderBytes);
  }
  for (std::size_t each = 1; each <= sent_; ++each) {
    const bool is_in_doubt = each < number && echoes_[each] == 0;
    if (!is_in_doubt && (received_count[each] == 0 || echoes_[each] == 0)) ++account.lost;
    if (received_count[each] > 1 || echoes_[each] > 1) ++account.repeated;
    if (each <= sent_before_fault_ && is_in_doubt) ++account.unanswered;
  }
  return account;
}

std::optional<std::size_t> kernel_held_bytes(std::uint16_t local_port) {
  std::ifstream table("/proc/thread-self/net/tcp");
  for (std::string line; std::getline(table, line);) {
    unsigned port = 0;
    unsigned state = 0;
    unsigned long queued = 0;
    if (std::sscanf(line.c_str(), " %*u: %*x:%x %*x:%*x %x %lx:", &port, &state, &queued) != 3)
      continue;
    constexpr unsigned kTimeWait = 6;
    if (port == local_port && state != kTimeWait) return queued;
  }
  return std::nullopt;
}

}  // namespace heartwire::integration
