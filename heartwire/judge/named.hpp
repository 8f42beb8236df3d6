#pragma once
// How the cases of a catalogue are found.

#include <algorithm>
#include <span>
#include <string_view>

namespace heartwire::judge {

/// The entry of `table` with this name; nullptr: there is none. Valid as long as the table.
template <typename Info>
const Info* find_named(std::span<const Info> table, std::string_view name) noexcept {
  const auto found =
      std::find_if(table.begin(), table.end(), [name](const Info& it) { return it.name == name; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace heartwire::judge
