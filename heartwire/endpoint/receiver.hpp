#pragma once
// Reads what came on one connection, one incoming thing at a time, and answers Pings by itself.

#include "heartwire/base/role.hpp"
#include "heartwire/core/message.hpp"
#include "heartwire/core/outcome.hpp"
#include "heartwire/endpoint/frames.hpp"
#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/message_reader.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace heartwire::endpoint {

/// Something that the endpoint must decide on. Views are valid until the next call.
struct Incoming {
  enum class Kind : std::uint8_t { message, pong, close, fault };

  Kind kind = Kind::message;
  core::MessageView message{};              ///< message.
  std::optional<std::uint32_t> sequence{};  ///< pong: of the probe that it answers, if it does.
  std::optional<std::uint16_t> code{};      ///< close: as received. fault: to answer with.
  std::string_view text{};                  ///< close: the peer's reason. fault: what was wrong.
};

/// How a connection ends by what came.
core::Outcome close_outcome(const Incoming& close);
core::Outcome fault_outcome(const Incoming& fault);

class Receiver {
 public:
  /// How much a peer that asks faster than it reads makes wait, beyond what messages may: then its
  /// probes go unanswered, and its Pings but for the last (RFC 6455 section 5.5.3).
  static constexpr std::size_t kAnswerBytesMax = std::size_t{64} << 10;

  /// `role` is ours. `is_compressed`: messages may come with RSV1 set, and next() is given a sink
  /// with a Compression.
  explicit Receiver(base::Role role, bool is_compressed = false) noexcept
      : reader_(role, is_compressed ? ws::kRsv1 : std::uint8_t{0}) {}

  /// The next thing from the front of the workspace's input, or nothing: all was read. Answers
  /// Pings while less than `unwritten_max` bytes wait to be written; 0: none. Of those that came
  /// meanwhile it answers the last, once there is room. `limits` hold for what comes and, again,
  /// for what is inflated of it.
  std::optional<Incoming> next(FrameSink sink, std::size_t unwritten_max,
                               const ws::ReaderLimits& limits);

 private:
  static Incoming take_message(const ws::Message& message, FrameSink& sink,
                               const ws::ReaderLimits& limits);

  ws::MessageReader reader_;
};

}  // namespace heartwire::endpoint
