#include "heartwire/core/outbox.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::core {

using base::Failure;
using base::Instant;
using base::Result;

namespace {

/// An outbox that ran empty keeps room for this many messages and frees more.
constexpr std::size_t kSpareEntries = 8;

using Offset = std::ptrdiff_t;

}  // namespace

const char* describe(SendError error) noexcept {
  switch (error) {
    case SendError::not_open: return "there is no open connection";
    case SendError::outbox_full: return "the outbox is full";
    case SendError::too_large: return "the message is larger than the whole outbox";
    case SendError::closed: return "the connection was closed for good";
    case SendError::invalid_text: return "the text is not valid UTF-8";
  }
  return "unknown send error";
}

Result<MessageId, SendError> Outbox::push(Instant now, Message message, SendOptions options,
                                          std::optional<MessageId>* replaced) {
  expire(now);
  if (replaced != nullptr) replaced->reset();
  const std::size_t added = cost(message, options.key);
  if (added > options_->outbox_bytes_max) return Failure{SendError::too_large};
  Entry* const older = find_waiting(options.key);
  const std::size_t removed = older == nullptr ? 0 : cost(older->message, older->key);
  if (bytes_ - removed > options_->outbox_bytes_max - added) return Failure{SendError::outbox_full};

  bytes_ = bytes_ - removed + added;
  // Held at zero, so that no value of the caller's can wrap.
  const base::Duration lifetime =
      std::max(options.time_to_live.value_or(base::Duration::max()), base::Duration::zero());
  const Instant expires = base::add_saturated(now, lifetime);
  Entry entry{next_id_++, std::move(message), std::move(options.key), expires};
  watch(entry);
  if (older == nullptr) {
    entries_.push_back(std::move(entry));
    return next_id_ - 1;
  }
  unwatch(*older);
  if (replaced != nullptr) *replaced = older->id;
  *older = std::move(entry);
  return older->id;
}

std::optional<Outbox::Taken> Outbox::take(Instant now) {
  expire(now);
  if (!has_waiting()) return std::nullopt;
  const Entry& entry = entries_[first_waiting()];
  unwatch(entry);
  ++in_flight_;
  return Taken{entry.id, entry.message.view()};
}

std::optional<Outbox::Taken> Outbox::newest_in_flight() const noexcept {
  if (in_flight_ == 0) return std::nullopt;
  const Entry& entry = entries_[first_waiting() - 1];
  return Taken{entry.id, entry.message.view()};
}

void Outbox::on_written(MessageId id) {
  HW_CHECK(in_flight_ > 0 && entries_[front_].id == id);
  const Entry written = std::exchange(entries_[front_], Entry{});
  bytes_ -= cost(written.message, written.key);
  ++front_;
  --in_flight_;
  drop_spent();
}

void Outbox::on_lost() noexcept {
  const std::size_t end = first_waiting();
  in_flight_ = 0;
  for (std::size_t index = front_; index != end; ++index) watch(entries_[index]);
}

std::optional<MessageId> Outbox::poll_expired(Instant now) {
  expire(now);
  if (expired_.empty()) return std::nullopt;
  const MessageId id = expired_.back();
  expired_.pop_back();
  if (expired_.empty()) expired_since_ = kNever;
  return id;
}

std::optional<Instant> Outbox::deadline() const noexcept {
  if (!expired_.empty()) return expired_since_;
  if (mortal_ == 0) return std::nullopt;
  return expires_first_;
}

std::optional<Message> Outbox::take_back(MessageId id) {
  const auto found = std::find_if(entries_.begin() + static_cast<Offset>(first_waiting()),
                                  entries_.end(), [id](const Entry& e) { return e.id == id; });
  if (found == entries_.end()) return std::nullopt;
  bytes_ -= cost(found->message, found->key);
  unwatch(*found);
  Message message = std::move(found->message);
  entries_.erase(found);
  drop_spent();
  return message;
}

std::vector<Unsent> Outbox::take_back_all() {
  std::vector<Unsent> unsent;
  unsent.reserve(entries_.size() - first_waiting());
  for (std::size_t index = first_waiting(); index != entries_.size(); ++index) {
    Entry& entry = entries_[index];
    bytes_ -= cost(entry.message, entry.key);
    unwatch(entry);
    unsent.push_back({entry.id, std::move(entry.message)});
  }
  entries_.erase(entries_.begin() + static_cast<Offset>(first_waiting()), entries_.end());
  drop_spent();
  return unsent;
}

std::size_t Outbox::count() const noexcept {
  return entries_.size() - front_;
}

std::size_t Outbox::cost(const Message& message, const std::string& key) noexcept {
  return message.payload.size() + key.size() + kMessageOverhead;
}

Outbox::Entry* Outbox::find_waiting(const std::string& key) noexcept {
  if (key.empty()) return nullptr;
  const auto found = std::find_if(entries_.begin() + static_cast<Offset>(first_waiting()),
                                  entries_.end(), [&key](const Entry& e) { return e.key == key; });
  return found == entries_.end() ? nullptr : &*found;
}

void Outbox::watch(const Entry& entry) noexcept {
  if (entry.expires == kNever) return;
  ++mortal_;
  expires_first_ = std::min(expires_first_, entry.expires);
}

void Outbox::unwatch(const Entry& entry) noexcept {
  if (entry.expires == kNever) return;
  // Finding the next to expire would cost a search on every take, so the bound stays, early at
  // worst, until the last one leaves or expire() looks.
  if (--mortal_ == 0) expires_first_ = kNever;
}

void Outbox::expire(Instant now) {
  if (mortal_ == 0 || now < expires_first_) return;
  const Instant due = std::exchange(expires_first_, kNever);
  const std::size_t reported_before = expired_.size();
  const auto first = entries_.begin() + static_cast<Offset>(first_waiting());
  mortal_ = 0;
  const auto last = std::remove_if(first, entries_.end(), [this, now](const Entry& entry) {
    if (now < entry.expires) {
      watch(entry);
      return false;
    }
    bytes_ -= cost(entry.message, entry.key);
    expired_.push_back(entry.id);
    return true;
  });
  entries_.erase(last, entries_.end());
  drop_spent();
  if (expired_.size() == reported_before) return;
  // Reported from the back, oldest first.
  std::reverse(expired_.begin() + static_cast<Offset>(reported_before), expired_.end());
  expired_since_ = std::min(expired_since_, due);
}

void Outbox::drop_spent() {
  if (front_ == entries_.size()) {
    if (entries_.capacity() > kSpareEntries) {
      entries_ = std::vector<Entry>{};  // Unlike `= {}`, which keeps the memory.
    } else {
      entries_.clear();
    }
    front_ = 0;
  } else if (front_ > kSpareEntries && front_ > entries_.size() / 2) {
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<Offset>(front_));
    front_ = 0;
  }
}

}  // namespace heartwire::core
