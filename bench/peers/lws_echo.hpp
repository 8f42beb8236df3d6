#pragma once
// An echo server on libwebsockets, single-threaded: what bench_echo compares with.

#include "bench/process.hpp"

namespace heartwire::bench {

/// Sends its port, then serves until the parent goes.
void serve_lws_echo(Child::Pipe& pipe);

}  // namespace heartwire::bench
