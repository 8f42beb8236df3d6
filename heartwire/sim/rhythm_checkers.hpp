#pragma once
// A promise about dialects that agree on a rhythm: it takes the place of what each end was
// configured with.

#include "heartwire/sim/checker.hpp"

#include <map>
#include <string_view>

namespace heartwire::sim {

namespace checked {
struct Rhythm {
  bool is_open = false;
  bool is_agreed = false;   ///< The peer's first word has come.
  base::Instant life_at{};  ///< When something was heard, or what excuses that nothing was.
};
}  // namespace checked

/// Whoever has agreed with its peer on a silence that is death declares it by then.
class KeepsRhythm final : public ClientChecker<checked::Rhythm> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "keeps the agreed rhythm"; }
  void see(const Record& record) override;

 private:
  void see_client(const Record& record);
  void see_server(const Record& record);
  void judge_servers(const Record& record);

  std::map<std::uint32_t, checked::Rhythm> connections_;  ///< Of servers, by flow; in world time.
  std::uint32_t server_faults_ = 0;                       ///< In force.
};

}  // namespace heartwire::sim
