#include "tests/conformance/feeding.hpp"

#include "heartwire/base/rng.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>

namespace heartwire::conformance {
namespace {

constexpr std::size_t kHeadEdge = 20;
constexpr std::size_t kTailEdge = 8;
constexpr std::size_t kMiddlePiece = 4093;

struct Wire {
  std::string bytes;
  std::vector<std::size_t> ends;  ///< Of each frame.
};

std::size_t bytes_sent(const Case& test) {
  std::size_t bytes = 0;
  for (const Frame& frame : test.sent) bytes += frame.payload.size();
  return bytes;
}

void append_goodbye(std::string& out, Role peer) {
  append_wire(out, peer, close(1000));
}

Wire write(const Case& test, Role peer) {
  Wire wire;
  for (const Frame& frame : test.sent) {
    append_wire(wire.bytes, peer, frame);
    wire.ends.push_back(wire.bytes.size());
  }
  if (test.ends.kind == Ending::Kind::goodbye && !says_goodbye_late(test)) {
    append_goodbye(wire.bytes, peer);
    wire.ends.push_back(wire.bytes.size());
  }
  return wire;
}

std::vector<std::string> cut_at_edges(const Wire& wire) {
  const bool is_short = wire.bytes.size() <= kEveryByteMax;
  std::vector<std::string> pieces;
  std::size_t begin = 0;
  for (const std::size_t end : wire.ends) {
    for (std::size_t at = begin; at < end;) {
      const bool is_edge = is_short || at - begin < kHeadEdge || end - at <= kTailEdge;
      const std::size_t size = is_edge ? 1 : std::min(kMiddlePiece, end - kTailEdge - at);
      pieces.push_back(wire.bytes.substr(at, size));
      at += size;
    }
    begin = end;
  }
  return pieces;
}

std::vector<std::string> cut_at_random(const std::string& bytes, base::Rng rng) {
  std::vector<std::string> pieces;
  const std::size_t most = std::max<std::size_t>(4, bytes.size() / 4);
  for (std::size_t at = 0; at < bytes.size();) {
    // Small pieces as often as large ones, so that headers are cut, too.
    const std::size_t bound = rng.below(2) == 0 ? 12 : most;
    pieces.push_back(bytes.substr(at, 1 + rng.below(bound)));
    at += pieces.back().size();
  }
  return pieces;
}

std::vector<std::string> cut(const Wire& wire, Feeding feeding, const std::string& name) {
  switch (feeding) {
    case Feeding::one_piece: return {wire.bytes};
    case Feeding::byte_by_byte: return cut_at_edges(wire);
    case Feeding::random_cuts: break;
  }
  return cut_at_random(wire.bytes, base::Rng{seed() + std::hash<std::string>{}(name)});
}

std::uint64_t choose_seed() {
  const char* const given = std::getenv("CONFORMANCE_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::printf("random cuts: CONFORMANCE_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

}  // namespace

std::string_view name(Feeding feeding) {
  switch (feeding) {
    case Feeding::one_piece: return "in one piece";
    case Feeding::byte_by_byte: return "byte by byte";
    case Feeding::random_cuts: break;
  }
  return "at random cuts";
}

std::vector<Feeding> feedings_of(const Case& test) {
  constexpr std::size_t kMegabytes = std::size_t{3} << 20;
  if (bytes_sent(test) > kMegabytes) return {Feeding::random_cuts};
  return {Feeding::one_piece, Feeding::byte_by_byte, Feeding::random_cuts};
}

bool says_goodbye_late(const Case& test) {
  constexpr std::size_t kMuch = std::size_t{48} << 10;
  return test.ends.kind == Ending::Kind::goodbye && bytes_sent(test) > kMuch;
}

std::uint64_t seed() {
  static const std::uint64_t chosen = choose_seed();
  return chosen;
}

std::vector<std::string> pieces_of(const Case& test, Role peer, Feeding feeding) {
  std::vector<std::string> pieces = cut(write(test, peer), feeding, test.name);
  if (says_goodbye_late(test)) append_goodbye(pieces.emplace_back(), peer);
  return pieces;
}

}  // namespace heartwire::conformance
