// What framing costs: masking, UTF-8, encoding, and reading messages that arrive whole or cut.
// Figures are per byte or per message; compare rows of one run, not runs.

#include "heartwire/base/bytes.hpp"
#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/mask.hpp"
#include "heartwire/ws/message_reader.hpp"
#include "heartwire/ws/message_writer.hpp"
#include "heartwire/ws/utf8.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace {

using namespace heartwire;

constexpr ws::MaskKey kKey = 0x37fa213d;
constexpr std::size_t kReadBytes = std::size_t{64} << 10;

void count_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

std::size_t size_of(const benchmark::State& state) {
  return static_cast<std::size_t>(state.range(0));
}

void mask(benchmark::State& state) {
  base::Bytes bytes(size_of(state), 'x');
  for (auto _ : state) {
    ws::apply_mask(bytes, kKey, 1);
    benchmark::DoNotOptimize(bytes.data());
    benchmark::ClobberMemory();
  }
  count_bytes(state, bytes.size());
}
BENCHMARK(mask)->Arg(20)->Arg(125)->Arg(1 << 10)->Arg(64 << 10);

/// The plain loop, to compare with.
void mask_octet_by_octet(benchmark::State& state) {
  base::Bytes bytes(size_of(state), 'x');
  const std::uint8_t key[4] = {0x37, 0xfa, 0x21, 0x3d};
  for (auto _ : state) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] ^= key[i % 4];
      benchmark::DoNotOptimize(bytes[i]);
    }
    benchmark::ClobberMemory();
  }
  count_bytes(state, bytes.size());
}
BENCHMARK(mask_octet_by_octet)->Arg(20)->Arg(1 << 10)->Arg(64 << 10);

void utf8(benchmark::State& state, const char* unit) {
  std::string text;
  while (text.size() < size_of(state)) text += unit;
  for (auto _ : state) benchmark::DoNotOptimize(ws::is_utf8(text));
  count_bytes(state, text.size());
}
BENCHMARK_CAPTURE(utf8, ascii, "plain text ")->Arg(20)->Arg(1 << 10)->Arg(64 << 10);
BENCHMARK_CAPTURE(utf8, german, "na\u00efve \u00dcbung ")->Arg(1 << 10);
BENCHMARK_CAPTURE(utf8, chinese, "\u5fc3\u8df3")->Arg(1 << 10);

void parse_header(benchmark::State& state) {
  base::Bytes bytes;
  ws::append_frame(bytes, ws::Opcode::text, true, {}, kKey);
  for (auto _ : state)
    benchmark::DoNotOptimize(ws::parse_header(bytes, {.reader = base::Role::server}));
}
BENCHMARK(parse_header);

void encode(benchmark::State& state, std::optional<ws::MaskKey> key) {
  const base::Bytes payload(size_of(state), 'x');
  base::Bytes out;
  for (auto _ : state) {
    out.clear();
    ws::append_message(out, ws::MessageType::text, payload, key);
    benchmark::DoNotOptimize(out.data());
  }
  count_bytes(state, payload.size());
}
BENCHMARK_CAPTURE(encode, server, std::nullopt)->Arg(20)->Arg(1 << 10)->Arg(64 << 10);
BENCHMARK_CAPTURE(encode, client, kKey)->Arg(20)->Arg(1 << 10)->Arg(64 << 10);

/// One message for many receivers, allocation included.
void encode_fan_out(benchmark::State& state) {
  const base::Bytes payload(size_of(state), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(ws::encode_message(ws::MessageType::text, payload));
  count_bytes(state, payload.size());
}
BENCHMARK(encode_fan_out)->Arg(20)->Arg(1 << 10);

constexpr ws::ReaderLimits kLimits;

/// Reads all steps of `piece`; returns how many messages and control frames there were.
std::int64_t pull(ws::MessageReader& reader, base::MutableByteView piece) {
  std::int64_t steps = 0;
  while (!std::holds_alternative<ws::NeedMore>(reader.next(piece, kLimits))) ++steps;
  return steps;
}

/// A read full of masked text messages of a size, as a busy server sees them. Reading unmasks in
/// place, so the input is copied anew each time; the copy is a small part of the figure.
void read_whole_messages(benchmark::State& state) {
  const base::Bytes payload(size_of(state), 'x');
  base::Bytes sent;
  while (sent.size() + payload.size() + ws::kHeaderBytesMax <= kReadBytes)
    ws::append_message(sent, ws::MessageType::text, payload, kKey);
  base::Bytes bytes = sent;
  ws::MessageReader reader{base::Role::server};
  std::int64_t messages = 0;
  for (auto _ : state) {
    std::copy(sent.begin(), sent.end(), bytes.begin());
    messages += pull(reader, bytes);
  }
  state.SetItemsProcessed(messages);
  count_bytes(state, sent.size());
}
BENCHMARK(read_whole_messages)->Arg(0)->Arg(20)->Arg(125)->Arg(1 << 10)->Arg(60 << 10);

/// A message of 1 MiB that comes in reads of 64 KiB.
void read_cut_message(benchmark::State& state) {
  const base::Bytes payload(std::size_t{1} << 20, 'x');
  base::Bytes sent;
  ws::append_message(sent, ws::MessageType::text, payload, kKey);
  base::Bytes bytes = sent;
  ws::MessageReader reader{base::Role::server};
  for (auto _ : state) {
    std::copy(sent.begin(), sent.end(), bytes.begin());
    base::MutableByteView rest{bytes};
    while (!rest.empty()) {
      const auto piece = rest.first(std::min(kReadBytes, rest.size()));
      rest = rest.subspan(piece.size());
      benchmark::DoNotOptimize(pull(reader, piece));
    }
  }
  count_bytes(state, sent.size());
}
BENCHMARK(read_cut_message);

}  // namespace
