#pragma once
// For the faces that are asked instead of telling: their hooks in front of the user's.

#include "heartwire/client/options.hpp"
#include "heartwire/core/lifecycle.hpp"
#include "heartwire/core/message.hpp"

#include <functional>

namespace heartwire::client {

/// Puts `on_message` in the place of the user's, and `on_change` before each of his hooks that tell
/// that the connection opened or ended.
void tap(Hooks& hooks, std::function<void(core::MessageView)> on_message,
         const std::function<void()>& on_change);

/// True if nothing will come of a client in this state until the user says so.
constexpr bool is_final(core::State state) noexcept {
  return state == core::State::closed || state == core::State::failed;
}

}  // namespace heartwire::client
