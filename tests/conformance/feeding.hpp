#pragma once
// The peer's bytes, and the ways to cut them.

#include "tests/conformance/case.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::conformance {

enum class Feeding : std::uint8_t {
  one_piece,
  byte_by_byte,  ///< Of long frames the headers and the ends; see kEveryByteMax.
  random_cuts,
};
/// All of them, but for a peer that writes megabytes: random cuts alone.
std::vector<Feeding> feedings_of(const Case& test);
std::string_view name(Feeding feeding);

/// Of a peer that writes more than this, what is between the edges of its frames comes in larger
/// pieces: an edge is the first 20 bytes and the last 8.
inline constexpr std::size_t kEveryByteMax = 20'000;

/// The peer of a case with much to echo says goodbye only once it has seen it all, in a piece of
/// its own: an endpoint that is told of a Close need not first send what waits (RFC 6455
/// section 5.5.1).
bool says_goodbye_late(const Case& test);

/// From CONFORMANCE_SEED, else new for each run of the program, which prints it.
std::uint64_t seed();

/// All that a peer of that role writes in `test`, its parting Close included, in pieces. The same
/// seed and case make the same cuts.
std::vector<std::string> pieces_of(const Case& test, Role peer, Feeding feeding);

}  // namespace heartwire::conformance
