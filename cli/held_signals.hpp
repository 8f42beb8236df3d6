#pragma once
// The end of a command that has taken signals in through net::Console.

namespace heartwire::cli {

/// From here on SIGINT and SIGTERM reach this thread, and those it starts, only through a
/// net::Console. Without this one that comes while the command is already ending would kill it
/// where the console gives them back, and an end in good order would look like a crash.
/// Call it once, before the console is made; nothing undoes it.
void hold_signals() noexcept;

}  // namespace heartwire::cli
