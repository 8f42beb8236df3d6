// Compressed messages of every size and every willingness to shrink, and the bound on what they
// grow to (RFC 7692 sections 7.2 and 8).

#include "tests/conformance/case.hpp"
#include "tests/conformance/deflated.hpp"

#include <algorithm>

namespace heartwire::conformance {
namespace {

constexpr std::size_t kMi = std::size_t{1} << 20;

struct Kind {
  const char* name;
  Frame (*message)(std::size_t size);
  bool shrinks;
};
constexpr Kind kKinds[] = {
    {"a run", [](std::size_t size) { return text(std::string(size, 'x')); }, true},
    {"prose", [](std::size_t size) { return text(prose(size)); }, true},
    {"noise", [](std::size_t size) { return binary(noise(size)); }, false},
    {"half noise, half prose",
     [](std::size_t size) { return binary(noise(size / 2) + prose(size - size / 2)); }, true},
};

void add_sizes(Cases& cases) {
  for (const Kind& kind : kKinds)
    for (const bool takes_over : {true, false})
      for (const std::size_t size : Sizes{0, 1, 2, 16, 64, 125, 126, 256, 1000, 4096, 8192, 16384,
                                          32767, 32768, 32769, 65535, 65536, 131072, 200'000}) {
        Case test{std::string{kind.name} + " of " + std::to_string(size) + " bytes" +
                  (takes_over ? "" : ", each message for itself") + " (RFC 7692 7.2)"};
        test.agreed = Agreement{takes_over, takes_over};
        test.is_compressed_back = kind.shrinks && size >= 1000;
        test.seen.assign(size < 20'000 ? 3 : 1, kind.message(size));
        PeerDeflater deflater(*test.agreed);
        for (const Frame& message : test.seen) test.sent.push_back(deflater.frame(message));
        cases.push_back(std::move(test));
      }
}

void add_streams(Cases& cases) {
  for (const bool takes_over : {true, false}) {
    Case test{std::string{"two hundred messages of growing size"} +
              (takes_over ? "" : ", each for itself") + " (RFC 7692 7.2)"};
    test.agreed = Agreement{takes_over, takes_over};
    test.is_compressed_back = true;
    PeerDeflater deflater(*test.agreed);
    for (std::size_t i = 0; i < 200; ++i) {
      test.seen.push_back(text(prose(i * 5)));
      test.sent.push_back(deflater.frame(test.seen.back()));
    }
    cases.push_back(std::move(test));
  }
}

void add_large(Cases& cases) {
  for (const std::size_t size : {kMi, 2 * kMi})
    for (const auto& [what, message] :
         {std::pair{"text", text(prose(size))}, std::pair{"binary noise", binary(noise(size))}}) {
      Case test{std::string{what} + " of " + std::to_string(size / kMi) +
                " MiB, compressed (RFC 7692 7.2)"};
      test.agreed = Agreement{};
      test.sent = {PeerDeflater({}, 1).frame(message)};
      test.seen = {message};
      cases.push_back(std::move(test));
    }
  Case bomb{"a bomb of more than 64 MiB in 64 KiB (RFC 7692 8)", {}, {}, failed(1009)};
  bomb.agreed = Agreement{};
  bomb.sent = {PeerDeflater().frame(binary(std::string(64 * kMi + 1, '\0')))};
  cases.push_back(std::move(bomb));
}

Frame first_of(Frame frame, std::size_t size) {
  frame.payload.resize(size);
  return frame.more();
}

}  // namespace

Cases deflate_size_cases() {
  Cases cases;
  add_sizes(cases);
  add_streams(cases);
  add_large(cases);
  return cases;
}

Cases deflate_limit_cases() {
  Cases cases;
  const auto add = [&cases](const char* name, std::vector<Frame> sent, std::vector<Frame> seen,
                            Ending ends = failed(1009)) {
    Case test{std::string{name} + " (RFC 7692 8)", std::move(sent), std::move(seen), ends, 1000};
    test.agreed = Agreement{};
    cases.push_back(std::move(test));
  };
  const auto run = [](std::size_t size) {
    return PeerDeflater().frame(text(std::string(size, 'x')));
  };
  const Frame most = text(std::string(1000, 'x'));
  add("the most bytes that are borne, inflated", {run(1000)}, {most}, {});
  add("the most bytes, ten times", std::vector<Frame>(10, run(1000)), std::vector<Frame>(10, most),
      {});
  add("one byte too many, inflated", {run(1001)}, {});
  add("a bomb", {run(kMi / 2)}, {});
  add("a bomb after a good message, before a ping", {run(1000), run(kMi / 2), ping()}, {most});
  const Frame bomb = run(kMi / 2);
  add("a bomb in fragments, a ping between",
      {first_of(bomb, 100), ping("p"), then(bomb.payload.substr(100))}, {pong("p")});
  add("a bomb that is corrupt past the bound",
      {text(run(5000).payload + '\x06').reserved(kCompressed)}, {});
  add("too many by the last byte of a second block",
      {binary(stored_block(std::string(900, 'a')) +
              FixedBlock().literals("a").match(100, 1).flushed())
           .reserved(kCompressed)},
      {});
  add("too many by matches into an earlier message",
      {binary(FixedBlock().literals("ab").match(258, 2).flushed()).reserved(kCompressed),
       binary(FixedBlock().match(258, 2).match(258, 2).match(258, 2).match(258, 2).flushed())
           .reserved(kCompressed)},
      {binary([] {
        std::string all;
        while (all.size() < 260) all += "ab";
        return all;
      }())});
  add("a compressed payload of more bytes than are borne",
      {PeerDeflater().frame(binary(noise(1100)))}, {});
  add("a compressed payload of 2^62 bytes, told by the header alone",
      {binary().reserved(kCompressed).claiming(std::uint64_t{1} << 62)}, {});
  add("text that is no UTF-8, within the bound",
      {PeerDeflater().frame(text("\xFF" + std::string(900, 'x')))}, {}, failed(1007));
  return cases;
}

}  // namespace heartwire::conformance
