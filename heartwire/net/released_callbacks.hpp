#pragma once
// Callbacks of the user's that run inside of a machine's call, and so under the mutex that guards
// the machine: wrapped so that they do not hold it. A callback may then take its time, wait for
// another thread that uses the same client, and use the client itself.
//
// The machine is in the middle of a step meanwhile. That is harmless for what other threads may do
// to it: they push to its outbox, take back from it, and ask.

#include "heartwire/core/lifecycle.hpp"

#include <mutex>

namespace heartwire::net {

/// Whether `options` have anything to wrap: a judge, or a dialect with functions of the user's.
bool has_callbacks(const core::LifecycleOptions& options) noexcept;

/// Wraps the dialect and the judge of `options`. Whoever calls the machine holds `mutex`, which
/// must outlive the wrappers.
void release_in_callbacks(core::LifecycleOptions& options, std::mutex& mutex);

}  // namespace heartwire::net
