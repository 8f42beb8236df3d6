#pragma once
// What each fault did to a client, a row each, printed when the program ends.

#include "tests/integration/network/numbered.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace heartwire::integration {

/// A measured time beside its bound.
struct Measured {
  std::chrono::milliseconds took{};
  std::chrono::milliseconds bound{};
};

struct FaultRow {
  std::string fault;
  std::optional<Measured> detected{};  ///< Nothing: there was nothing to detect.
  std::string cause{};
  std::optional<Measured> recovered{};
  Numbered::Account account{};
};

/// Adds a row to the table of this program.
void tabulate(FaultRow row);

}  // namespace heartwire::integration
