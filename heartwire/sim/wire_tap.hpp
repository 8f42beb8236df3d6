#pragma once
// Reads along what a client's kernel took on one connection, and says of which messages it took the
// last byte: what the client then tells its user of them is held against this.

#include "heartwire/base/bytes.hpp"
#include "heartwire/endpoint/compression.hpp"
#include "heartwire/endpoint/workspace.hpp"
#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/message_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace heartwire::sim {

class WireTap {
 public:
  /// `head_bytes` of the upgrade request come first.
  explicit WireTap(std::size_t head_bytes) noexcept : head_bytes_(head_bytes) {}

  /// Messages may be compressed from now on.
  void agree(const ws::DeflateParams& agreed);
  /// The kernel took `bytes`: the numbers of messages whose last byte is among them, in order.
  std::vector<std::uint32_t> take(base::ByteView bytes, endpoint::Workspace& workspace);

 private:
  std::size_t head_bytes_;  ///< Still to come.
  ws::MessageReader reader_{base::Role::server, ws::kRsv1};
  std::optional<endpoint::Compression> compression_;
};

}  // namespace heartwire::sim
