#pragma once
// An echo server on Boost.Beast, single-threaded, as its own examples build one: what
// bench_echo compares with.

#include "bench/process.hpp"

namespace heartwire::bench {

/// Sends its port, then serves until the parent goes.
void serve_beast_echo(Child::Pipe& pipe);

}  // namespace heartwire::bench
