// What permessage-deflate costs and saves: a message like those before it (a tick of JSON), with
// and without context taken over. `ratio` is octets on the wire to octets of the message, `held`
// what a stream keeps. Compare rows of one run.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/ws/deflate.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace heartwire;

/// Ticks of several symbols, `size` octets in each message, none twice the same.
std::vector<std::string> messages(std::size_t size) {
  base::Rng rng(1);
  std::vector<std::string> all(64);
  for (std::string& message : all)
    while (message.size() < size)
      message += R"({"type":"tick","symbol":"HW)" + std::to_string(rng.below(50)) +
                 R"(","price":)" + std::to_string(rng.below(100'000)) + R"(,"size":)" +
                 std::to_string(rng.below(500)) + "}";
  return all;
}

void report(benchmark::State& state, std::size_t in, std::size_t wire, std::size_t held) {
  state.SetBytesProcessed(static_cast<std::int64_t>(in));
  state.counters["ratio"] = static_cast<double>(wire) / static_cast<double>(in);
  state.counters["held"] = static_cast<double>(held);
}

void deflate(benchmark::State& state, bool takes_over) {
  const auto all = messages(static_cast<std::size_t>(state.range(0)));
  const ws::DeflateTuning tuning{.window_bits = static_cast<std::uint8_t>(state.range(1)),
                                 .level = static_cast<std::uint8_t>(state.range(2))};
  ws::Deflater deflater;
  base::Bytes out;
  std::size_t in = 0;
  std::size_t wire = 0;
  std::size_t next = 0;
  for (auto _ : state) {
    const std::string& message = all[next++ % all.size()];
    out.clear();
    deflater.deflate(tuning, base::as_bytes(message), SIZE_MAX, out);
    if (!takes_over) deflater.forget();
    in += message.size();
    wire += out.size();
  }
  report(state, in, wire, deflater.bytes_held());
}
BENCHMARK_CAPTURE(deflate, taking_over, true)
    ->ArgNames({"bytes", "window_bits", "level"})
    ->Args({256, 12, 6})
    ->Args({1024, 12, 6})
    ->Args({1024, 15, 6})
    ->Args({1024, 12, 1})
    ->Args({1024, 12, 9})
    ->Args({16 << 10, 12, 6});
BENCHMARK_CAPTURE(deflate, alone, false)
    ->ArgNames({"bytes", "window_bits", "level"})
    ->Args({256, 12, 6})
    ->Args({1024, 12, 6})
    ->Args({16 << 10, 12, 6});

void inflate(benchmark::State& state, bool takes_over) {
  const auto all = messages(static_cast<std::size_t>(state.range(0)));
  const auto window_bits = static_cast<std::uint8_t>(state.range(1));
  ws::Deflater deflater;
  std::vector<base::Bytes> payloads;
  for (const std::string& message : all) {
    deflater.deflate({.window_bits = window_bits}, base::as_bytes(message), SIZE_MAX,
                     payloads.emplace_back());
    if (!takes_over) deflater.forget();
  }
  ws::Inflater inflater;
  base::Bytes out;
  std::size_t inflated = 0;
  std::size_t wire = 0;
  std::size_t next = 0;
  for (auto _ : state) {
    // The first message leans on none, so the round may begin again with it.
    const base::Bytes& payload = payloads[next++ % payloads.size()];
    out.clear();
    const bool is_done = inflater.inflate(window_bits, payload, SIZE_MAX, out).is_ok();
    if (!is_done) return state.SkipWithError("corrupt");
    if (!takes_over) inflater.forget();
    inflated += out.size();
    wire += payload.size();
  }
  report(state, inflated, wire, inflater.bytes_held());
}
BENCHMARK_CAPTURE(inflate, taking_over, true)
    ->ArgNames({"bytes", "window_bits"})
    ->Args({256, 12})
    ->Args({1024, 12})
    ->Args({1024, 15})
    ->Args({16 << 10, 12});
BENCHMARK_CAPTURE(inflate, alone, false)
    ->ArgNames({"bytes", "window_bits"})
    ->Args({256, 12})
    ->Args({1024, 12})
    ->Args({16 << 10, 12});

}  // namespace
