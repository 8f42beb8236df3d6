#pragma once
// The end of a command that has taken signals in through net::Console.

#include <csignal>
#include <initializer_list>

namespace heartwire::cli {

/// From here on `signals` reach this thread, and those it starts, only through a
/// net::Console. Without this one that comes while the command is already ending would kill it
/// where the console gives them back, and an end in good order would look like a crash.
/// Call it once, before the console is made, with what the console catches; nothing undoes it.
void hold_signals(std::initializer_list<int> signals = {SIGINT, SIGTERM}) noexcept;

}  // namespace heartwire::cli
