#pragma once
// The arithmetic behind the verdicts, and how its results read.

#include "heartwire/base/instant.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::judge {

/// `0.35 s`, `34.2 s`: two decimals under ten seconds, then one.
std::string in_seconds(base::Duration duration);

/// `1 connection`, `3 connections`.
std::string count_of(std::size_t count, std::string_view noun);

/// The times between neighbours of `times`, which ascend.
std::vector<base::Duration> gaps_of(const std::vector<base::Instant>& times);

/// The longest gap in percent of the first; 100 means that delays do not grow. 0 with less than two
/// gaps.
std::size_t growth_percent(const std::vector<base::Duration>& gaps) noexcept;

/// How much the values differ: greatest minus least, in percent of their mean. 0 with less than
/// two.
std::size_t spread_percent(const std::vector<base::Duration>& values) noexcept;

/// The greatest number of `times` within any `window`.
std::size_t busiest(std::vector<base::Instant> times, base::Duration window);

}  // namespace heartwire::judge
