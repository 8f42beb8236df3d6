#pragma once
// A host name whose lookup hangs, as it does for half a minute when the network is gone.

#include <string>

namespace heartwire::client::testing {

/// While one of these lives, the program's lookups of name() do not return. At most one at a time.
class HangingName {
 public:
  HangingName();
  ~HangingName();
  HangingName(const HangingName&) = delete;
  HangingName& operator=(const HangingName&) = delete;

  static std::string name() { return "name.hangs.example"; }
  /// Waits until a lookup has begun to hang. False if that took too long.
  [[nodiscard]] bool is_asked() const;
};

}  // namespace heartwire::client::testing
