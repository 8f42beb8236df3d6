// permessage-deflate's codec. Any payload: never more than the bound comes out, whatever is in it,
// and memory stays within what is stated. Any messages: they come back the same, also from zlib
// itself, with and without history, and after one that was given up.

#include "fuzz/input.hpp"
#include "heartwire/ws/deflate.hpp"

#define ZLIB_CONST
#include <zlib.h>

#include <array>

namespace heartwire::fuzz {
namespace {

constexpr std::size_t kMessageMax = 5000;
/// The inflater looks one step past the bound.
constexpr std::size_t kStepMax = std::size_t{16} << 10;

/// As anybody would inflate one message that leans on none before it (RFC 7692 section 7.2.2).
base::Bytes inflate_plainly(base::Bytes payload, std::size_t size) {
  const std::array<std::uint8_t, 4> tail = {0x00, 0x00, 0xFF, 0xFF};
  payload.insert(payload.end(), tail.begin(), tail.end());
  base::Bytes out(size + 1);
  z_stream z{};
  HW_CHECK(inflateInit2(&z, -15) == Z_OK);
  z.next_in = payload.data();
  z.avail_in = static_cast<uInt>(payload.size());
  z.next_out = out.data();
  z.avail_out = static_cast<uInt>(out.size());
  const int result = ::inflate(&z, Z_SYNC_FLUSH);
  HW_CHECK(result == Z_OK || result == Z_BUF_ERROR);
  out.resize(out.size() - z.avail_out);
  inflateEnd(&z);
  return out;
}

ws::DeflateTuning take_tuning(Input& input) {
  const std::uint8_t octet = input.octet();
  return {static_cast<std::uint8_t>(8 + (octet & 7U)),
          static_cast<std::uint8_t>(1 + (octet >> 3U) % 9),
          static_cast<std::uint8_t>(1 + (octet >> 5U))};
}

/// A message of the input's octets, some of them many times.
base::Bytes take_message(Input& input) {
  const std::size_t times = 1 + input.octet() % 32;
  const base::ByteView piece = input.piece();
  base::Bytes message;
  for (std::size_t i = 0; i < times && message.size() < kMessageMax; ++i)
    message.insert(message.end(), piece.begin(), piece.end());
  return message;
}

void check_messages(Input& input) {
  const ws::DeflateTuning tuning = take_tuning(input);
  const bool takes_over = (input.octet() & 1U) != 0;
  ws::Deflater deflater;
  ws::Inflater inflater;
  for (std::size_t count = 1 + input.octet() % 4; count > 0; --count) {
    const base::Bytes message = take_message(input);
    const std::size_t bytes_max = input.octet() % 2 == 0 ? SIZE_MAX : input.octet();
    base::Bytes payload = {0xAB};
    const bool is_done = deflater.deflate(tuning, message, bytes_max, payload);
    HW_CHECK(payload.size() - 1 <= bytes_max && payload[0] == 0xAB);
    HW_CHECK(deflater.bytes_held() <= ws::deflater_bytes_max(tuning));
    if (!is_done) {
      HW_CHECK(payload.size() == 1);
      continue;
    }
    payload.erase(payload.begin());
    base::Bytes back;
    const auto done = inflater.inflate(tuning.window_bits, payload, message.size(), back);
    HW_CHECK(done.is_ok() && back == message);
    if (takes_over) continue;
    HW_CHECK(inflate_plainly(payload, message.size()) == message);
    deflater.forget();
    inflater.forget();
  }
}

void check_payload(Input& input) {
  const auto window_bits = static_cast<std::uint8_t>(8 + input.octet() % 8);
  const std::size_t bytes_max = input.number();
  const base::Bytes payload = copy(input.rest());
  ws::Inflater inflater;
  base::Bytes out;
  const auto first = inflater.inflate(window_bits, payload, bytes_max, out);
  HW_CHECK(inflater.bytes_held() <= ws::inflater_bytes_max(window_bits));
  HW_CHECK(out.size() <= bytes_max + kStepMax);
  if (first) HW_CHECK(out.size() <= bytes_max);

  // A bound decides only whether, not what; and a fault leaves nothing behind.
  inflater.forget();
  base::Bytes again;
  const auto second = inflater.inflate(window_bits, payload, bytes_max + kStepMax, again);
  if (first) HW_CHECK(second.is_ok() && again == out);
  if (second && again.size() <= bytes_max) HW_CHECK(first.is_ok());
  inflater.forget();
  ws::Deflater deflater;
  base::Bytes hello;
  HW_CHECK(deflater.deflate({.window_bits = window_bits}, payload, SIZE_MAX, hello));
  base::Bytes back;
  HW_CHECK(inflater.inflate(window_bits, hello, payload.size(), back).is_ok() && back == payload);
}

void run(Input input) {
  if (input.octet() % 2 == 0)
    check_messages(input);
  else
    check_payload(input);
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
