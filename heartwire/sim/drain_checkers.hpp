#pragma once
// A promise about servers that go in good order.

#include "heartwire/sim/checker.hpp"

#include <map>
#include <optional>
#include <string_view>

namespace heartwire::sim {

namespace checked {
struct Farewell {
  std::uint32_t flow = 0;
  base::Instant at{};  ///< World: when it was said.
  base::Duration after{};
  bool is_cut = false;  ///< The server went before its word was answered.
};
struct Farewells {
  std::map<std::uint32_t, Farewell> told{};  ///< By generation.
  std::optional<base::Instant> earliest{};   ///< Local: the client may not dial before.
  std::uint32_t flows_end = 0;               ///< One more than the last flow that opened.
  std::uint32_t own_flows_begin = 0;         ///< Earlier ones were of a process of it that crashed.
};
}  // namespace checked

/// Whoever is sent away by a draining server learns that, and not of a death; it is told to return
/// when the server is back, and does so then, not before.
class DrainsKindly final : public ClientChecker<checked::Farewells> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "a drain is no death"; }
  void see(const Record& record) override;

 private:
  void send_away(const Record& record, const record::ServerSentAway& away);
  void cut(const Record& record, std::uint32_t flow);
  void end(const Record& record, const record::Ended& ended);
};

}  // namespace heartwire::sim
