#pragma once
// Runs cases over real sockets against heartwire::Server and heartwire::Client, many at a time.

#include "tests/conformance/feeding.hpp"
#include "tests/conformance/transcript.hpp"

#include <vector>

namespace heartwire::conformance {

/// One case, fed in one way.
struct Job {
  const Case* test = nullptr;
  Feeding feeding = Feeding::one_piece;
};

/// What came of each, in the same order. All must bear messages of the same size.
std::vector<Transcript> run_on_server(const std::vector<Job>& jobs);
/// Against whatever echoes on every path of that port of the loopback. Nothing is told.
std::vector<Transcript> run_on_port(const std::vector<Job>& jobs, int port);
std::vector<Transcript> run_on_clients(const std::vector<Job>& jobs);

}  // namespace heartwire::conformance
