#include "heartwire/ws/deflate.hpp"

#include "heartwire/base/rng.hpp"
#include "tests/unit/ws/wire.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <string_view>
#include <utility>

namespace heartwire::ws {
namespace {

using base::Bytes;
using test::hex;

constexpr std::size_t kNoLimit = SIZE_MAX;

Bytes deflated(Deflater& deflater, std::string_view message, const DeflateTuning& tuning = {}) {
  Bytes out;
  EXPECT_TRUE(deflater.deflate(tuning, base::as_bytes(message), kNoLimit, out));
  return out;
}

/// The message, or what was wrong.
std::string inflated(Inflater& inflater, const Bytes& payload, std::uint64_t bytes_max = kNoLimit,
                     std::uint8_t window_bits = 15) {
  Bytes out;
  const auto done = inflater.inflate(window_bits, payload, bytes_max, out);
  return done ? std::string{base::as_text(out)} : "fault: " + std::string{describe(done.error())};
}

std::string fault(ProtocolError error) {
  return "fault: " + std::string{describe(error)};
}

std::string noise(std::size_t size, std::uint64_t seed) {
  base::Rng rng(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(rng.below(256));
  return text;
}

/// RFC 7692 section 7.2.3.
struct Example {
  const char* section;
  std::string_view payload;
  std::string_view message;
};

constexpr Example kExamples[] = {
    {"7.2.3.1 one compressed block", "f2 48 cd c9 c9 07 00", "Hello"},
    {"7.2.3.3 a stored block", "00 05 00 fa ff 48 65 6c 6c 6f 00", "Hello"},
    {"7.2.3.4 a final block", "f3 48 cd c9 c9 07 00 00", "Hello"},
    {"7.2.3.5 two blocks", "f2 48 05 00 00 00 ff ff ca c9 c9 07 00", "Hello"},
    {"7.2.3.6 an empty message", "00", ""},
};

TEST(Deflate, inflates_each_example_of_the_rfc) {
  for (const Example& example : kExamples) {
    Inflater inflater;
    // Twice: none may leave the stream where another message could not begin.
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ(inflated(inflater, hex(example.payload)), example.message) << example.section;
  }
}

TEST(Deflate, shares_the_window_as_in_the_rfcs_example) {
  Deflater deflater;
  Inflater inflater;

  // Section 7.2.3.2: the second message refers to the first one.
  for (const std::string_view payload : {"f2 48 cd c9 c9 07 00", "f2 00 11 00 00"}) {
    EXPECT_EQ(deflated(deflater, "Hello"), hex(payload));
    EXPECT_EQ(inflated(inflater, hex(payload)), "Hello");
  }

  deflater.forget();
  EXPECT_EQ(deflated(deflater, "Hello"), hex("f2 48 cd c9 c9 07 00"));
  inflater.forget();
  EXPECT_EQ(inflated(inflater, hex("f2 00 11 00 00")), fault(ProtocolError::deflate_corrupt));
}

TEST(Deflate, writes_an_empty_message_as_the_rfc_says) {
  Deflater deflater;
  Bytes out;

  EXPECT_EQ(deflated(deflater, ""), hex("00"));
  EXPECT_FALSE(deflater.deflate({}, {}, 0, out));
  EXPECT_TRUE(out.empty());
}

TEST(Deflate, history_reaches_across_a_final_block) {
  Inflater inflater;

  EXPECT_EQ(inflated(inflater, hex("f3 48 cd c9 c9 07 00 00")), "Hello");
  EXPECT_EQ(inflated(inflater, hex("f2 00 11 00 00")), "Hello");
}

TEST(Deflate, a_final_block_may_be_the_one_that_the_sender_cut) {
  Inflater inflater;

  // "Hello", stored and not final, then an empty stored block that is.
  EXPECT_EQ(inflated(inflater, hex("00 05 00 fa ff 48 65 6c 6c 6f 01")), "Hello");
  EXPECT_EQ(inflated(inflater, hex("f2 00 11 00 00")), "Hello");
}

TEST(Deflate, text_that_is_not_utf8_stops_while_it_inflates) {
  Deflater deflater;
  const Bytes payload = deflated(deflater, "\xC3\x28" + std::string(10'000'000, 'x'));
  Inflater inflater;
  Utf8Validator text;
  Bytes out;

  const auto done = inflater.inflate(15, payload, kNoLimit, out, &text);

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), ProtocolError::text_not_utf8);
  EXPECT_LT(out.size(), 100'000U);
}

TEST(Deflate, text_may_be_cut_within_a_character_but_not_end_there) {
  std::string message(100'001, ' ');
  for (std::size_t i = 1; i < message.size(); i += 2) message.replace(i, 2, "\xC3\xBC");
  Deflater deflater;
  Inflater inflater;
  for (const bool is_whole : {true, false}) {
    Utf8Validator text;
    Bytes out;
    if (!is_whole) message.pop_back();

    const auto done = inflater.inflate(15, deflated(deflater, message), kNoLimit, out, &text);

    EXPECT_EQ(done.is_ok(), is_whole);
  }
}

TEST(Deflate, round_trips_with_every_window_and_with_and_without_takeover) {
  for (std::uint8_t bits = 8; bits <= 15; ++bits)
    for (const bool takes_over : {true, false}) {
      Deflater deflater;
      Inflater inflater;
      const DeflateTuning tuning{.window_bits = bits};
      // Longer than the window, so that matches as far back as they may reach cross messages.
      const std::string phrase = noise((std::size_t{1} << bits) - 40, bits);
      for (int i = 0; i < 40; ++i) {
        const std::string message =
            phrase.substr(static_cast<std::size_t>(i) * 3) + std::string(100, 'a');
        ASSERT_EQ(inflated(inflater, deflated(deflater, message, tuning), kNoLimit, bits), message)
            << int{bits} << ' ' << takes_over;
        if (takes_over) continue;
        deflater.forget();
        inflater.forget();
      }
    }
}

/// Inflates in steps of one octet, so that only the window can serve a match.
std::string inflated_with_256_octets(const Bytes& payload) {
  z_stream z{};
  EXPECT_EQ(inflateInit2(&z, -8), Z_OK);
  Bytes in = payload;
  const Bytes tail = hex("00 00 ff ff");
  in.insert(in.end(), tail.begin(), tail.end());
  z.next_in = in.data();
  z.avail_in = static_cast<uInt>(in.size());
  std::string out;
  for (int result = Z_OK; result == Z_OK;) {
    Bytef octet = 0;
    z.next_out = &octet;
    z.avail_out = 1;
    result = inflate(&z, Z_SYNC_FLUSH);
    if (z.avail_out == 0) out += static_cast<char>(octet);
    EXPECT_TRUE(result == Z_OK || result == Z_BUF_ERROR) << result;
    if (z.avail_out > 0) break;
  }
  inflateEnd(&z);
  return out;
}

TEST(Deflate, what_is_made_for_8_bits_needs_no_more_than_256_octets_of_window) {
  std::string message = noise(400, 1) + std::string(300, 'x');
  message += message;
  Deflater deflater;

  const Bytes payload = deflated(deflater, message, {.window_bits = 8});

  EXPECT_EQ(inflated_with_256_octets(payload), message);
  EXPECT_LT(payload.size(), message.size() - 400) << "runs of one octet shrink all the same";
}

TEST(Deflate, a_message_that_does_not_fit_leaves_no_trace) {
  Deflater deflater;
  Inflater inflater;
  const std::string text(1000, 't');
  EXPECT_EQ(inflated(inflater, deflated(deflater, text)), text);

  const std::string random = noise(100'000, 2);
  Bytes out = {1, 2, 3};
  EXPECT_FALSE(deflater.deflate({}, base::as_bytes(random), random.size() - 1, out));
  EXPECT_EQ(out, (Bytes{1, 2, 3}));

  // The next message must not lean on what the peer has not seen.
  EXPECT_EQ(inflated(inflater, deflated(deflater, random)), random);
}

TEST(Deflate, fits_to_the_octet) {
  Deflater deflater;
  Bytes out;

  EXPECT_FALSE(deflater.deflate({}, base::as_bytes("Hello"), 6, out));
  EXPECT_TRUE(deflater.deflate({}, base::as_bytes("Hello"), 7, out));
}

TEST(Deflate, a_message_of_exactly_the_limit_passes_and_one_octet_more_does_not) {
  Deflater deflater;
  const std::string message(20'000, 'm');
  const Bytes payload = deflated(deflater, message);
  Inflater inflater;

  EXPECT_EQ(inflated(inflater, payload, message.size()), message);
  inflater.forget();
  EXPECT_EQ(inflated(inflater, payload, message.size() - 1), fault(ProtocolError::message_too_big));
  inflater.forget();
  EXPECT_EQ(inflated(inflater, hex("00"), 0), "");
  EXPECT_EQ(inflated(inflater, hex("f2 48 cd c9 c9 07 00"), 0),
            fault(ProtocolError::message_too_big));
}

TEST(Deflate, a_bomb_stops_while_it_inflates) {
  Deflater deflater;
  const Bytes bomb = deflated(deflater, std::string(std::size_t{64} << 20, '\0'));
  ASSERT_LT(bomb.size(), 100'000U);
  Inflater inflater;
  Bytes out;

  const auto done = inflater.inflate(15, bomb, 100'000, out);

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), ProtocolError::message_too_big);
  EXPECT_LE(out.size(), 100'001U);
  EXPECT_LE(out.capacity(), 100'001U);
}

TEST(Deflate, appends_after_what_is_there_and_counts_only_its_own) {
  Inflater inflater;
  Bytes out(100, 7);

  EXPECT_TRUE(inflater.inflate(15, hex("f2 48 cd c9 c9 07 00"), 5, out));

  EXPECT_EQ(out.size(), 105U);
  EXPECT_EQ(base::as_text(out).substr(100), "Hello");
}

constexpr Example kCorrupt[] = {
    {"a block of no known type", "06", ""},
    {"a stored block whose lengths differ", "00 05 00 fa fe 48 65 6c 6c 6f 00", ""},
    {"a stored block that does not end", "00 ff 00 00 ff 48", ""},
    {"a compressed block that does not end", "f2 48 cd c9", ""},
    {"a match before the beginning", "f2 00 11 00 00", ""},
    {"a final block without a block after it", "f3 48 cd c9 c9 07 00", ""},
    {"nothing at all", "", ""},
    {"a wild tree", "ff ff ff ff ff ff", ""},
};

TEST(Deflate, corrupt_data_is_a_fault) {
  for (const Example& example : kCorrupt) {
    Inflater inflater;
    EXPECT_EQ(inflated(inflater, hex(example.payload)), fault(ProtocolError::deflate_corrupt))
        << example.section;
  }
}

TEST(Deflate, any_octets_end_soon_and_within_the_limit) {
  base::Rng rng(7);
  Inflater inflater;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    Bytes payload(static_cast<std::size_t>(rng.below(60)));
    for (auto& octet : payload) octet = static_cast<std::uint8_t>(rng.below(256));
    Bytes out;
    const auto done = inflater.inflate(15, payload, 1000, out);
    ASSERT_LE(out.size(), 1001U);
    if (!done) inflater.forget();
  }
}

TEST(Deflate, holds_nothing_before_use_and_after_release) {
  Deflater deflater;
  Inflater inflater;
  EXPECT_EQ(deflater.bytes_held() + inflater.bytes_held(), 0U);

  EXPECT_EQ(inflated(inflater, deflated(deflater, "Hello")), "Hello");
  EXPECT_GT(deflater.bytes_held(), 0U);
  EXPECT_GT(inflater.bytes_held(), 0U);

  deflater.release();
  inflater.release();
  EXPECT_EQ(deflater.bytes_held() + inflater.bytes_held(), 0U);
  EXPECT_EQ(inflated(inflater, deflated(deflater, "Hello")), "Hello");
}

TEST(Deflate, holds_no_more_than_is_stated_and_not_much_less) {
  for (std::uint8_t bits = 8; bits <= 15; ++bits)
    for (std::uint8_t memory = 1; memory <= 9; ++memory) {
      const DeflateTuning tuning{.window_bits = bits, .memory_level = memory};
      Deflater deflater;
      Inflater inflater;
      const std::string message = noise(70'000, 3);
      ASSERT_EQ(inflated(inflater, deflated(deflater, message, tuning), kNoLimit, bits), message);
      EXPECT_LE(deflater.bytes_held(), deflater_bytes_max(tuning)) << int{bits} << int{memory};
      EXPECT_GE(deflater.bytes_held() + 4096, deflater_bytes_max(tuning));
      EXPECT_LE(inflater.bytes_held(), inflater_bytes_max(bits));
      EXPECT_GE(inflater.bytes_held() + 4096, inflater_bytes_max(bits));
    }
}

TEST(Deflate, keeps_its_history_when_it_is_moved) {
  Deflater first;
  EXPECT_EQ(deflated(first, "Hello"), hex("f2 48 cd c9 c9 07 00"));

  Deflater second = std::move(first);

  EXPECT_EQ(deflated(second, "Hello"), hex("f2 00 11 00 00"));
}

constexpr std::uint8_t kBits[] = {15, 8, 12, 9};
constexpr std::uint8_t kLevels[] = {1, 9};

TEST(Deflate, one_pair_serves_streams_of_other_tunings_in_turn) {
  Deflater deflater;
  Inflater inflater;
  for (const std::uint8_t bits : kBits)
    for (const std::uint8_t level : kLevels) {
      const DeflateTuning tuning{.window_bits = bits, .level = level};
      const std::string message = std::string(5000, 'z') + noise(100, bits);
      EXPECT_EQ(inflated(inflater, deflated(deflater, message, tuning)), message);
      deflater.forget();
      inflater.forget();
    }
}

}  // namespace
}  // namespace heartwire::ws
