#pragma once
// The cases of the examination of a client, as a table.

#include "heartwire/base/instant.hpp"
#include "heartwire/judge/case.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace heartwire::judge {

struct CaseInfo {
  std::string_view name;        ///< Also its path, behind a slash.
  std::string_view title;       ///< What the server does.
  std::string_view demand;      ///< What the client must do, beyond connecting.
  std::string_view why;         ///< Why it matters, in a sentence.
  base::Duration longest{};     ///< From the first connection to the verdict, at most.
  std::uint32_t clients = 1;    ///< How many are examined together when they can be started.
  bool needs_own_port = false;  ///< It stops listening for a while.
  std::unique_ptr<Case> (*make)(CaseSettings) = nullptr;
};

/// All cases, in the order in which they are told.
std::span<const CaseInfo> catalogue() noexcept;

}  // namespace heartwire::judge
