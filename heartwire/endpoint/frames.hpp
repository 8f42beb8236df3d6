#pragma once
// Appending frames to the workspace's output: masked for a client, counted in the ledger. The one
// place where endpoints touch the wire's outgoing form.

#include "heartwire/base/role.hpp"
#include "heartwire/core/dialect.hpp"
#include "heartwire/core/message.hpp"
#include "heartwire/endpoint/compression.hpp"
#include "heartwire/endpoint/workspace.hpp"
#include "heartwire/endpoint/write_ledger.hpp"
#include "heartwire/ws/opcode.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace heartwire::endpoint {

/// Where frames of one connection go.
struct FrameSink {
  base::Role role;  ///< Ours: a client masks.
  WriteLedger& ledger;
  Workspace& workspace;
  Compression* compression = nullptr;  ///< Null where none was agreed.

  void append(ws::Opcode opcode, bool fin, base::ByteView payload, std::uint8_t rsv = 0);
  /// As it is: for heartbeats, which gain nothing.
  void append_message(core::MessageView message);
  /// Compressed where that was agreed and pays.
  void append_compressible(core::MessageView message);
  /// The payload that append() is to be given with RSV1, or nothing; see Compression::deflate.
  std::optional<base::ByteView> deflate(core::MessageView message);
  /// What the message under way was deflated to, if it was: see Compression::keep.
  std::optional<base::ByteView> kept() const noexcept;
  /// A Ping whose payload names the probe.
  void append_ping(std::uint32_t sequence);
  /// `code` must be valid on the wire, or absent; the reason is cut to what fits.
  void append_close(std::optional<std::uint16_t> code, std::string_view reason);
};

/// The probe that a Pong's payload names; nothing for one that we did not ask for.
std::optional<std::uint32_t> pong_sequence(base::ByteView payload) noexcept;

}  // namespace heartwire::endpoint
