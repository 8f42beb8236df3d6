// Messages under every set of parameters (RFC 7692 section 7.1), and windows used to their ends.

#include "tests/conformance/case.hpp"
#include "tests/conformance/deflated.hpp"

namespace heartwire::conformance {
namespace {

std::string set_text(const Agreement& agreed) {
  const std::string who = agreed.peer_takes_over && agreed.endpoint_takes_over ? "both"
                          : agreed.peer_takes_over                             ? "the peer"
                          : agreed.endpoint_takes_over                         ? "the endpoint"
                                                                               : "nobody";
  return "context taken over by " + who + ", windows of " +
         std::to_string(agreed.peer_window_bits) + " and " +
         std::to_string(agreed.endpoint_window_bits) + " bits (RFC 7692 7.1)";
}

/// Messages that lean on one another where they may, and one that shrinks in any window.
Case under(const Agreement& agreed) {
  Case test{set_text(agreed)};
  test.agreed = agreed;
  test.is_compressed_back = true;
  test.seen = {text(prose(600)), text(prose(600)),    binary(std::string(400, 'x')),
               text(),           binary(octets(300)), text(prose(700))};
  PeerDeflater deflater(agreed);
  for (const Frame& message : test.seen) test.sent.push_back(deflater.frame(message));
  return test;
}

void add_every_set(Cases& cases) {
  for (std::uint8_t peer_bits = 8; peer_bits <= 15; ++peer_bits)
    for (std::uint8_t endpoint_bits = 8; endpoint_bits <= 15; ++endpoint_bits)
      for (const bool peer : {true, false})
        for (const bool endpoint : {true, false})
          cases.push_back(under({peer, endpoint, peer_bits, endpoint_bits}));
}

/// What the peer sends leans on the very first octet that its window still holds.
void add_farthest_matches(Cases& cases) {
  for (std::uint8_t bits = 8; bits <= 15; ++bits) {
    const int window = 1 << bits;
    const std::string first = noise(static_cast<std::size_t>(window));
    Case test{"a match as far back as the peer's window of " + std::to_string(bits) +
              " bits goes (RFC 7692 7.1.2)"};
    test.agreed = Agreement{.peer_window_bits = bits};
    test.sent = {
        binary(stored_block(first) + '\0').reserved(kCompressed),
        binary(FixedBlock().match(10, window).flushed()).reserved(kCompressed),
        binary(FixedBlock().match(258, window - 10).literals("!").flushed()).reserved(kCompressed)};
    const std::string all = first + first.substr(0, 10);
    std::string last;
    for (std::size_t i = 0; i < 258; ++i) {
      const std::size_t from = all.size() - static_cast<std::size_t>(window) + 10 + i;
      last += from < all.size() ? all[from] : last[from - all.size()];
    }
    test.seen = {binary(first), binary(all.substr(first.size())), binary(last + '!')};
    cases.push_back(test);
  }
}

/// What the endpoint sends back keeps to its window though more would pay.
void add_own_windows(Cases& cases) {
  for (std::uint8_t bits = 8; bits <= 15; ++bits) {
    const std::size_t window = std::size_t{1} << bits;
    Case test{"the endpoint keeps to its window of " + std::to_string(bits) +
              " bits (RFC 7692 7.1.2)"};
    test.agreed = Agreement{.endpoint_window_bits = bits};
    test.is_compressed_back = true;
    const std::string within = noise(window / 2, 2);
    const std::string beyond = noise(window * 2, 3);
    test.seen = {binary(within + within), binary(beyond + beyond), binary(within),
                 binary(std::string(500, '-'))};
    test.sent = test.seen;
    cases.push_back(test);
  }
}

}  // namespace

Cases deflate_parameter_cases() {
  Cases cases;
  add_every_set(cases);
  add_farthest_matches(cases);
  add_own_windows(cases);
  return cases;
}

}  // namespace heartwire::conformance
