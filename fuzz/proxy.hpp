#pragma once
// The handshakes with proxies, fed with whatever a proxy may say.

#include "fuzz/input.hpp"
#include "heartwire/ws/authority.hpp"
#include "heartwire/ws/proxy_step.hpp"
#include "heartwire/ws/retry_after.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::fuzz {

/// Which nothing that people read may hold.
inline constexpr std::string_view kSecret = "Tr0ub4dor";

/// A target: any name that may stand in a URL, or an address.
inline std::string take_host(Input& input) {
  const auto named = ws::parse_authority(input.text());
  return named ? named->host : "2001:db8::1";
}

inline std::optional<ws::UserInfo> take_user(std::uint8_t flags) {
  if ((flags & 1U) == 0) return std::nullopt;
  return ws::UserInfo{"me", std::string{kSecret}};
}

/// What came of a proxy's words.
struct ProxyTalk {
  base::Bytes sent{};
  bool is_done = false;
  std::size_t taken = 0;  ///< Of what it said, when all was done.
  std::optional<ws::ProxyFailure> failure{};

  bool operator==(const ProxyTalk&) const = default;
};

template <typename Machine>
ProxyTalk talk(Machine machine, base::ByteView said, std::uint8_t how) {
  ProxyTalk came{.sent = machine.start()};
  for (const base::Bytes& piece : cut(said, how)) {
    const auto step = machine.receive(piece);
    if (!step) {
      came.failure = step.error();
      return came;
    }
    came.taken += piece.size();
    came.sent.insert(came.sent.end(), step->to_send.begin(), step->to_send.end());
    came.is_done = step->is_done;
    if (came.is_done) return came;
  }
  return came;
}

/// Told in printable words, without what is secret unless the proxy itself says it.
inline void check_failure(const ws::ProxyFailure& failure, base::ByteView said) {
  HW_CHECK(!failure.text.empty());
  HW_CHECK(std::all_of(failure.text.begin(), failure.text.end(),
                       [](char c) { return c >= 0x20 && c < 0x7F; }));
  if (base::as_text(said).find(kSecret) == std::string_view::npos)
    HW_CHECK(failure.text.find(kSecret) == std::string::npos);
  if (!failure.retry_after) return;
  HW_CHECK(*failure.retry_after >= std::chrono::seconds{0});
  HW_CHECK(*failure.retry_after <= ws::kRetryAfterMax);
}

}  // namespace heartwire::fuzz
