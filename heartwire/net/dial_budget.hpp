#pragma once
// A cap on how many dials are under way at once, for programs with very many clients: when a server
// comes back, ten thousand handshakes at the same moment would only make each other time out.

#include "heartwire/net/loop.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace heartwire::net {

/// Shared by any number of dialers on any number of loops. Safe on all threads. Dialers may outlive
/// it.
class DialBudget {
  struct State;

 public:
  /// The right to dial; giving it up, by destruction, lets the next in line begin. Any thread.
  class Permit {
   public:
    Permit() noexcept = default;
    Permit(Permit&&) noexcept;
    Permit& operator=(Permit&&) noexcept;
    ~Permit();

    void give_up() noexcept;

   private:
    friend class DialBudget;
    friend struct DialBudget::State;
    explicit Permit(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}

    std::shared_ptr<State> state_;  // Shared with the budget, which may go first.
  };

  /// A place in the line. Destroying it leaves the line. Belongs to its loop's thread.
  class Place {
   public:
    Place() noexcept = default;
    Place(Place&&) noexcept;
    Place& operator=(Place&&) noexcept;
    ~Place();

    void leave() noexcept;

   private:
    friend class DialBudget;
    friend struct DialBudget::State;
    struct Waiter;
    Place(std::shared_ptr<State> state, std::shared_ptr<Waiter> waiter) noexcept
        : state_(std::move(state)), waiter_(std::move(waiter)) {}

    std::shared_ptr<State> state_;    // As in Permit.
    std::shared_ptr<Waiter> waiter_;  // Shared with the line.
  };

  /// At most `count_max` dials at once, at least one.
  explicit DialBudget(std::size_t count_max);

  /// Gets in line: first come, first served. `on_granted` is called once, later, on the loop's
  /// thread; it may destroy the place.
  Place wait(Loop& loop, std::function<void(Permit)> on_granted);

  /// Dials under way, and waiting.
  std::size_t active_count() const;
  std::size_t waiting_count() const;

 private:
  std::shared_ptr<State> state_;  // Shared with permits and places, which may outlive us.
};

}  // namespace heartwire::net
