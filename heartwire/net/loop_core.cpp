#include "heartwire/net/loop_core.hpp"

#include "heartwire/base/check.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace heartwire::net {

bool LoopHandle::post(std::function<void()> work) const {
  const std::scoped_lock lock(mailbox_->mutex);
  if (mailbox_->context == nullptr) return false;
  mailbox_->waiting.push_back(std::move(work));
  if (mailbox_->waiting.size() == 1) Mailbox::ask_to_deliver(mailbox_);
  return true;
}

bool LoopHandle::is_current_thread() const {
  const std::scoped_lock lock(mailbox_->mutex);
  return mailbox_->context != nullptr && mailbox_->context->get_executor().running_in_this_thread();
}

void LoopHandle::Mailbox::ask_to_deliver(const std::shared_ptr<Mailbox>& self) {
  boost::asio::post(*self->context, [self] { self->deliver(self); });
}

/// What is posted meanwhile waits for its own turn, after the sockets have had theirs.
void LoopHandle::Mailbox::deliver(const std::shared_ptr<Mailbox>& self) {
  std::unique_lock lock(mutex);
  for (std::size_t left = waiting.size(); left != 0 && context != nullptr; --left) {
    auto work = std::exchange(waiting.front(), nullptr);
    lock.unlock();
    work();
    work = nullptr;  // What it owns may post again.
    lock.lock();
    // Only now: an entry in the queue says that a delivery is under way.
    if (context != nullptr) waiting.pop_front();
  }
  if (context != nullptr && !waiting.empty()) ask_to_deliver(self);
}

LoopCore::LoopCore(boost::asio::io_context* borrowed, LoopOptions options)
    : options_(std::move(options)),
      own_context_(borrowed != nullptr ? std::nullopt : std::make_optional<int>(1)),
      context_(borrowed != nullptr ? borrowed : &*own_context_),
      mailbox_(std::make_shared<LoopHandle::Mailbox>()),
      start_(steady_now()),
      table_(start_),
      system_timer_(*context_),
      jump_detector_(options_.read_clocks()) {
  HW_CHECK(options_.read_buffer_bytes > 0);
  mailbox_->context = context_;
}

base::MutableByteView LoopCore::read_buffer() {
  if (read_buffer_.empty()) read_buffer_.resize(options_.read_buffer_bytes);
  return read_buffer_;
}

void LoopCore::run() {
  thread_id_ = std::this_thread::get_id();
  const auto guard = boost::asio::make_work_guard(*context_);
  context_->run();
}

void LoopCore::close() {
  {
    const std::scoped_lock lock(mailbox_->mutex);
    mailbox_->context = nullptr;
  }
  if (is_own()) context_->stop();
}

void LoopCore::drop_waiting_work() {
  std::deque<std::function<void()>> waiting;
  const std::scoped_lock lock(mailbox_->mutex);
  mailbox_->waiting.swap(waiting);
}

bool LoopCore::is_current_thread() const {
  if (is_own()) return thread_id_ == std::this_thread::get_id();
  return context_->get_executor().running_in_this_thread();
}

bool LoopCore::is_closed() const {
  const std::scoped_lock lock(mailbox_->mutex);
  return mailbox_->context == nullptr;
}

Loop::TimerId LoopCore::add_timer(std::function<void(base::Instant)> callback) {
  HW_CHECK(callback);
  if (free_ids_.empty()) {
    free_ids_.push_back(static_cast<Loop::TimerId>(timers_.size()));
    timers_.emplace_back();
  }
  const Loop::TimerId id = free_ids_.back();
  free_ids_.pop_back();
  timers_[id].callback = std::move(callback);
  timers_[id].is_used = true;
  ++timers_[id].generation;
  return id;
}

/// A deadline that moved later leaves its entry in the table, which then fires early and is put
/// back by fire(); only an earlier one is worth the work.
void LoopCore::schedule(Loop::TimerId timer, std::optional<base::Instant> when) {
  HW_CHECK(timer < timers_.size() && timers_[timer].is_used);
  timers_[timer].due = when;
  if (!when) return;
  table_.schedule(timer, std::max(*when, start_));
  arm();
}

void LoopCore::remove_timer(Loop::TimerId timer) {
  HW_CHECK(timer < timers_.size() && timers_[timer].is_used);
  table_.cancel(timer);
  timers_[timer].is_used = false;
  timers_[timer].due.reset();
  ++timers_[timer].generation;
  free_ids_.push_back(timer);
  // The callback may own what calls us: it goes last, when everything here is in order.
  const auto last = std::exchange(timers_[timer].callback, nullptr);
}

void LoopCore::arm() {
  if (is_waking_) return;
  const auto next = table_.next();
  if (!next) return;
  if (armed_at_ && *armed_at_ <= *next) return;
  armed_at_ = next;
  const auto since =
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(next->time_since_epoch());
  system_timer_.expires_at(std::chrono::steady_clock::time_point{since});
  system_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (self && !error && !self->is_closed()) self->wake();
  });
}

void LoopCore::wake() {
  armed_at_.reset();
  is_waking_ = true;
  // First: whoever is told that the machine slept takes the lateness of its timers differently.
  if (!jumps_.empty()) check_jump();
  const base::Instant now = steady_now();
  while (!is_closed()) {
    const auto id = table_.poll_due(now);
    if (!id) break;
    fire(*id, now);
  }
  is_waking_ = false;
  arm();
}

/// The callback is taken out for the call: it may remove its timer, or add others, and so move the
/// table under its own feet.
void LoopCore::fire(Loop::TimerId id, base::Instant now) {
  if (!timers_[id].due) return;
  if (*timers_[id].due > now) {
    table_.schedule(id, *timers_[id].due);
    return;
  }
  timers_[id].due.reset();
  const std::uint32_t generation = timers_[id].generation;
  auto callback = std::exchange(timers_[id].callback, nullptr);
  callback(now);
  if (timers_[id].generation == generation) timers_[id].callback = std::move(callback);
}

Loop::JumpId LoopCore::add_jump(std::function<void(base::Duration)> callback) {
  HW_CHECK(callback);
  if (jumps_.empty()) {
    jump_detector_.observe(options_.read_clocks());
    jump_timer_ = add_timer(
        [this](base::Instant now) { schedule(*jump_timer_, now + options_.jump_check_interval); });
    schedule(*jump_timer_, steady_now() + options_.jump_check_interval);
  }
  jumps_.push_back({++last_jump_id_, std::move(callback)});
  return last_jump_id_;
}

void LoopCore::remove_jump(Loop::JumpId jump) {
  std::erase_if(jumps_, [jump](const Jump& one) { return one.id == jump; });
  if (jumps_.empty() && jump_timer_) remove_timer(*std::exchange(jump_timer_, std::nullopt));
}

/// A callback may remove any subscription: each is looked up again by its id, and called as a copy.
void LoopCore::check_jump() {
  const auto jump = jump_detector_.observe(options_.read_clocks());
  if (!jump) return;
  std::vector<Loop::JumpId> ids;
  for (const Jump& one : jumps_) ids.push_back(one.id);
  for (const Loop::JumpId id : ids) {
    const auto found =
        std::find_if(jumps_.begin(), jumps_.end(), [id](const Jump& one) { return one.id == id; });
    if (found == jumps_.end() || is_closed()) continue;
    const auto callback = found->callback;
    callback(*jump);
  }
}

}  // namespace heartwire::net
