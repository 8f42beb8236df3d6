#pragma once
// The peer's half of permessage-deflate: zlib itself, used as RFC 7692 section 7.2 says. Nothing of
// ws/ is used here, so that a fault there cannot hide itself.

#include "tests/conformance/agreement.hpp"
#include "tests/conformance/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::conformance {

/// Compresses what a peer sends.
class PeerDeflater {
 public:
  /// With a window of 8 bits, which zlib has none for, only runs are found.
  explicit PeerDeflater(const Agreement& agreed = {}, int level = 6);
  ~PeerDeflater();
  PeerDeflater(const PeerDeflater&) = delete;
  PeerDeflater& operator=(const PeerDeflater&) = delete;

  /// The payload that stands for `message`.
  std::string payload(std::string_view message);
  /// A whole message in one frame, with RSV1.
  Frame frame(const Frame& message);
  /// A piece of a message in blocks of its own, of which the next is byte-aligned.
  std::string flushed(std::string_view piece);
  /// All of a message in a last block.
  std::string finished(std::string_view message);

 private:
  struct Stream;
  std::string run(std::string_view input, int flush);

  bool takes_over_;
  std::unique_ptr<Stream> stream_;
};

/// Reads what an endpoint sends, within the window that it agreed to and no more.
class PeerInflater {
 public:
  explicit PeerInflater(const Agreement& agreed);
  ~PeerInflater();
  PeerInflater(PeerInflater&&) noexcept;
  PeerInflater& operator=(PeerInflater&&) noexcept;

  /// Nothing: that is no compressed message, or it leans on what it may not.
  std::optional<std::string> message(std::string payload);

 private:
  struct Stream;
  bool takes_over_;
  bool is_whole_window_;
  std::unique_ptr<Stream> stream_;
};

/// RSV1 alone.
inline constexpr std::uint8_t kCompressed = 4;

/// A raw deflate stream written bit by bit (RFC 1951 section 3.2.6), for what zlib would not write.
class FixedBlock {
 public:
  explicit FixedBlock(bool is_final = false);
  FixedBlock& literals(std::string_view octets);
  /// `length` octets from 3 to 258, from 1 to 32768 back.
  FixedBlock& match(int length, int distance);
  /// Ends the block and aligns what follows, as a flush does.
  std::string flushed();

 private:
  void add(std::uint32_t value, int bits);
  /// Huffman codes are packed with their first bit first.
  void add_code(std::uint32_t code, int bits);
  void add_symbol(int symbol);

  std::string octets_;
  int bits_used_ = 8;  ///< Of the last octet.
};

/// A stored block, whatever length it tells.
std::string stored_block(std::string_view octets, bool is_final = false);

/// Octets of that size that do not shrink; the same for the same seed.
std::string noise(std::size_t size, std::uint64_t seed = 1);
/// Text of that size that shrinks to a third or so, as prose and JSON do.
std::string prose(std::size_t size);

}  // namespace heartwire::conformance
