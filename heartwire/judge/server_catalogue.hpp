#pragma once
// The cases of the examination of a server, as a table.

#include "heartwire/base/instant.hpp"
#include "heartwire/judge/server_case.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace heartwire::judge {

struct ServerCaseInfo {
  std::string_view name;
  std::string_view title;  ///< What the clients do.
  std::string_view why;    ///< Why it matters, in a sentence.
  base::Duration longest{};
  bool ends_server = false;  ///< It must come last.
  std::unique_ptr<ServerCase> (*make)(double time_scale) = nullptr;
};

/// All cases, in the order in which they are run.
std::span<const ServerCaseInfo> server_catalogue() noexcept;

}  // namespace heartwire::judge
