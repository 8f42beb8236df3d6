#include "heartwire/net/dial_budget.hpp"

#include "heartwire/base/check.hpp"

#include <deque>
#include <mutex>
#include <utility>

namespace heartwire::net {

struct DialBudget::Place::Waiter {
  LoopHandle home;
  std::function<void(Permit)> on_granted;  ///< On the loop's thread only; empty: it has left.
};

struct DialBudget::State {
  using WaiterPtr = std::shared_ptr<Place::Waiter>;

  explicit State(std::size_t most) : count_max(most) {}

  /// Gives permits to those first in line, as long as there are any. A permit that reaches nobody,
  /// because the loop has gone or the waiter has left, comes back by its destructor.
  static void grant(const std::shared_ptr<State>& self) {
    for (;;) {
      WaiterPtr first;
      {
        const std::scoped_lock lock(self->mutex);
        if (self->waiting.empty() || self->active_count >= self->count_max) return;
        first = std::move(self->waiting.front());
        self->waiting.pop_front();
        ++self->active_count;
      }
      const LoopHandle home = first->home;
      const auto permit = std::make_shared<Permit>(Permit{self});  // std::function wants copies.
      home.post([first = std::move(first), permit] {
        if (const auto last = std::exchange(first->on_granted, nullptr)) last(std::move(*permit));
      });
    }
  }

  const std::size_t count_max;
  mutable std::mutex mutex;
  std::size_t active_count = 0;   ///< Under the mutex.
  std::deque<WaiterPtr> waiting;  ///< Under the mutex.
};

DialBudget::Permit::Permit(Permit&&) noexcept = default;

DialBudget::Permit& DialBudget::Permit::operator=(Permit&& other) noexcept {
  if (this != &other) {
    give_up();
    state_ = std::move(other.state_);
  }
  return *this;
}

DialBudget::Permit::~Permit() {
  give_up();
}

void DialBudget::Permit::give_up() noexcept {
  const auto state = std::move(state_);
  if (!state) return;
  {
    const std::scoped_lock lock(state->mutex);
    --state->active_count;
  }
  State::grant(state);
}

DialBudget::Place::Place(Place&&) noexcept = default;

DialBudget::Place& DialBudget::Place::operator=(Place&& other) noexcept {
  if (this != &other) {
    leave();
    state_ = std::move(other.state_);
    waiter_ = std::move(other.waiter_);
  }
  return *this;
}

DialBudget::Place::~Place() {
  leave();
}

void DialBudget::Place::leave() noexcept {
  const auto waiter = std::move(waiter_);
  if (!waiter) return;
  {
    const std::scoped_lock lock(state_->mutex);
    std::erase(state_->waiting, waiter);
  }
  const auto last = std::exchange(waiter->on_granted, nullptr);
}

DialBudget::DialBudget(std::size_t count_max) : state_(std::make_shared<State>(count_max)) {
  HW_CHECK(count_max > 0);
}

DialBudget::Place DialBudget::wait(Loop& loop, std::function<void(Permit)> on_granted) {
  HW_CHECK(on_granted);
  auto waiter =
      std::make_shared<Place::Waiter>(Place::Waiter{loop.handle(), std::move(on_granted)});
  {
    const std::scoped_lock lock(state_->mutex);
    state_->waiting.push_back(waiter);
  }
  State::grant(state_);
  return Place{state_, std::move(waiter)};
}

std::size_t DialBudget::active_count() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->active_count;
}

std::size_t DialBudget::waiting_count() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->waiting.size();
}

}  // namespace heartwire::net
