#pragma once
// What an examination says about a client or a server: a verdict, the figure behind it, and a note.

#include <cstdint>
#include <string>
#include <string_view>

namespace heartwire::judge {

enum class Verdict : std::uint8_t {
  pass,
  warn,  ///< It works, and costs somebody something: see the note.
  fail,
  not_offered,   ///< The examined does not claim to do this, so it cannot do it wrong.
  inconclusive,  ///< What had to happen first never did.
};

/// `pass`, `warn`, `fail`, `not offered`, `inconclusive`.
std::string_view name(Verdict verdict) noexcept;

/// What only some clients claim to do.
enum class Ability : std::uint8_t { none, reconnect, heartbeat };

/// The same in a sentence: `it never reconnects`, ...
std::string_view lack_of(Ability ability) noexcept;

struct Finding {
  Verdict verdict = Verdict::inconclusive;
  std::string figure{};  ///< `left after 34.2 s`: all of it ours.
  std::string note{};    ///< What to make of it; may be empty, or tell why nothing opened.
  /// A failure for want of this ability is one only if the client showed the ability somewhere.
  Ability hinges_on = Ability::none;

  bool operator==(const Finding&) const = default;
};

/// What a client was seen to do in any case.
struct Abilities {
  bool reconnect = false;
  bool heartbeat = false;

  bool has(Ability ability) const noexcept;
  void add(Abilities other) noexcept;
  bool operator==(const Abilities&) const = default;
};

/// The finding once all cases are known: a failure that hinges on what `seen` lacks becomes
/// `not_offered`.
Finding settle(Finding finding, Abilities seen);

}  // namespace heartwire::judge
