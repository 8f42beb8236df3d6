#include "heartwire/judge/verdict.hpp"

#include <utility>

namespace heartwire::judge {

std::string_view name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::pass: return "pass";
    case Verdict::warn: return "warn";
    case Verdict::fail: return "fail";
    case Verdict::not_offered: return "not offered";
    case Verdict::inconclusive: break;
  }
  return "inconclusive";
}

std::string_view lack_of(Ability ability) noexcept {
  switch (ability) {
    case Ability::reconnect: return "it was not seen to reconnect in any case";
    case Ability::heartbeat: return "it was not seen to send a heartbeat in any case";
    case Ability::none: break;
  }
  return "";
}

bool Abilities::has(Ability ability) const noexcept {
  switch (ability) {
    case Ability::reconnect: return reconnect;
    case Ability::heartbeat: return heartbeat;
    case Ability::none: break;
  }
  return true;
}

void Abilities::add(Abilities other) noexcept {
  reconnect = reconnect || other.reconnect;
  heartbeat = heartbeat || other.heartbeat;
}

Finding settle(Finding finding, Abilities seen) {
  if (finding.verdict != Verdict::fail || seen.has(finding.hinges_on)) return finding;
  finding.verdict = Verdict::not_offered;
  finding.note = lack_of(finding.hinges_on);
  return finding;
}

}  // namespace heartwire::judge
