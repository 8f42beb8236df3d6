#pragma once
// Listens in on a hook.

#include "heartwire/net/clock.hpp"
#include "tests/integration/support/witness.hpp"

#include <functional>
#include <utility>

namespace heartwire::integration {

/// `hook` with a note after it, so that who waits for the note finds done what the hook does;
/// `make` makes the sight from the arguments. The time is that of the beginning.
template <typename... Arguments, typename Note, typename Make>
void tap(std::function<void(Arguments...)>& hook, const Note& note, Make make) {
  hook = [inner = std::move(hook), note, make](Arguments... arguments) {
    Sight sight = make(arguments...);
    sight.at = net::steady_now();
    if (inner) inner(arguments...);
    note(std::move(sight));
  };
}

}  // namespace heartwire::integration
