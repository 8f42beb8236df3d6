#pragma once
// Result<T, E>: a value or the reason why there is none. The pure layers' way to report a peer's
// fault, since they know no exceptions. Reading the wrong side is a bug and stops the program.

#include "heartwire/base/check.hpp"

#include <utility>
#include <variant>

namespace heartwire::base {

/// Wraps an error so that `return Failure{e};` converts to any Result with that error type.
template <typename E>
struct Failure {
  E error;
};
template <typename E>
Failure(E) -> Failure<E>;

/// The value of a Result that carries none.
struct Unit {
  bool operator==(const Unit&) const = default;
};

template <typename T, typename E>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Failure<E> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

  bool is_ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return is_ok(); }

  const T& value() const& {
    HW_CHECK(is_ok());
    return *std::get_if<0>(&state_);
  }
  T& value() & {
    HW_CHECK(is_ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    HW_CHECK(is_ok());
    return std::move(*std::get_if<0>(&state_));
  }
  const E& error() const& {
    HW_CHECK(!is_ok());
    return *std::get_if<1>(&state_);
  }

  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  bool operator==(const Result&) const = default;

 private:
  std::variant<T, E> state_;
};

}  // namespace heartwire::base
