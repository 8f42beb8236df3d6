// Whatever is sent with whatever tuning comes back, message after message.

#include "heartwire/base/rng.hpp"
#include "heartwire/ws/deflate.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace heartwire::ws {
namespace {

/// Something between prose and noise: pieces of what came before, runs, and fresh octets.
base::Bytes random_message(base::Rng& rng, const base::Bytes& past) {
  base::Bytes message;
  for (auto parts = rng.below(8); parts > 0; --parts) {
    const auto size = static_cast<std::size_t>(rng.below(600));
    switch (rng.below(3)) {
      case 0: message.insert(message.end(), size, static_cast<std::uint8_t>(rng.below(256))); break;
      case 1:
        for (std::size_t i = 0; i < size; ++i)
          message.push_back(static_cast<std::uint8_t>(rng.below(256)));
        break;
      default: {
        if (past.empty()) break;
        const auto from = static_cast<std::size_t>(rng.below(past.size()));
        const std::size_t length = std::min(size, past.size() - from);
        message.insert(message.end(), past.begin() + static_cast<std::ptrdiff_t>(from),
                       past.begin() + static_cast<std::ptrdiff_t>(from + length));
      }
    }
  }
  return message;
}

RC_GTEST_PROP(DeflateProperty, what_is_sent_comes_back, ()) {
  const DeflateTuning tuning{.window_bits = *rc::gen::inRange<std::uint8_t>(8, 16),
                             .level = *rc::gen::inRange<std::uint8_t>(1, 10),
                             .memory_level = *rc::gen::inRange<std::uint8_t>(1, 10)};
  const bool takes_over = *rc::gen::arbitrary<bool>();
  base::Rng rng(*rc::gen::arbitrary<std::uint64_t>());
  const auto count = *rc::gen::inRange(1, 30);
  Deflater deflater;
  Inflater inflater;
  base::Bytes past;
  for (int i = 0; i < count; ++i) {
    const base::Bytes message = random_message(rng, past);
    past.insert(past.end(), message.begin(), message.end());
    base::Bytes payload;
    base::Bytes back;
    // The sender's side may forget whenever it likes.
    if (!takes_over || rng.below(10) == 0) deflater.forget();
    if (rng.below(20) == 0) deflater.release();
    if (!takes_over) inflater.forget();

    if (!deflater.deflate(tuning, message, message.size(), payload)) continue;

    RC_ASSERT(payload.size() <= message.size());
    RC_ASSERT(inflater.inflate(tuning.window_bits, payload, message.size(), back).is_ok());
    RC_ASSERT(back == message);
  }
}

RC_GTEST_PROP(DeflateProperty, a_changed_octet_is_never_worse_than_another_message, ()) {
  base::Rng rng(*rc::gen::arbitrary<std::uint64_t>());
  Deflater deflater;
  Inflater inflater;
  for (int i = 0; i < 20; ++i) {
    base::Bytes payload;
    const base::Bytes message = random_message(rng, {});
    RC_ASSERT(deflater.deflate({}, message, SIZE_MAX, payload));
    deflater.forget();
    payload[static_cast<std::size_t>(rng.below(payload.size()))] ^=
        static_cast<std::uint8_t>(1 + rng.below(255));
    base::Bytes out;

    inflater.inflate(15, payload, 10'000, out).is_ok();

    RC_ASSERT(out.size() <= 10'001U);
    inflater.forget();
  }
}

}  // namespace
}  // namespace heartwire::ws
