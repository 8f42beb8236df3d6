#pragma once
// permessage-deflate on one open connection: which messages are worth it, and what the connection
// keeps for it. A direction in which context is not taken over keeps nothing: it borrows zlib's
// state from the thread's Workspace for the length of one message.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/base/role.hpp"
#include "heartwire/endpoint/workspace.hpp"
#include "heartwire/ws/deflate.hpp"
#include "heartwire/ws/deflate_params.hpp"
#include "heartwire/ws/error.hpp"
#include "heartwire/ws/message_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace heartwire::endpoint {

class Compression {
 public:
  /// `role` is ours. `options` must be valid; nothing of it is kept but what is needed.
  Compression(const ws::DeflateOptions& options, const ws::DeflateParams& agreed,
              base::Role role) noexcept;

  /// The payload to send with RSV1 set, in the workspace until its next use; nothing: `message` is
  /// too short or does not shrink, and goes as it is.
  std::optional<base::ByteView> deflate(base::ByteView message, Workspace& workspace);

  /// Holds what deflate() made while it leaves in fragments; empty: no longer. It is as long as the
  /// message at most, and here since a connection that does not compress has no use for it.
  void keep(base::ByteView payload);
  base::ByteView kept() const noexcept { return kept_; }

  /// What a message that came with RSV1 set says, in the workspace until its next use; text is
  /// UTF-8 then. A fault is the connection's end.
  base::Result<base::ByteView, ws::ProtocolError> inflate(const ws::Message& message,
                                                          std::uint64_t bytes_max,
                                                          Workspace& workspace);

  /// A probe left or came, or an answer to one: if that is all that happens, memory goes.
  void on_heartbeat() noexcept;

  const ws::DeflateParams& agreed() const noexcept { return agreed_; }
  /// Of zlib's, beside this object and what it keeps.
  std::size_t bytes_held() const noexcept;

 private:
  static constexpr std::uint8_t kIdleHeartbeats = 2;

  std::size_t bytes_min_;
  ws::DeflateParams agreed_;
  ws::DeflateTuning tuning_;
  std::uint8_t peer_window_bits_;
  bool own_takes_over_ : 1;
  bool peer_takes_over_ : 1;
  bool is_released_when_idle_ : 1;
  std::uint8_t heartbeats_ = 0;  ///< Since we compressed last, up to kIdleHeartbeats.
  ws::Deflater deflater_;        ///< In use if own_takes_over_.
  ws::Inflater inflater_;        ///< In use if peer_takes_over_.
  base::Bytes kept_;
};

}  // namespace heartwire::endpoint
