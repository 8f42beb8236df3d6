#include "heartwire/sim/storm_tally.hpp"

#include <algorithm>

namespace heartwire::sim {

using base::Duration;
using base::Instant;
using std::chrono::seconds;

namespace {

/// The least number that is `percent` in 100 of `clients`.
std::uint32_t share_of(std::uint32_t clients, std::uint32_t percent) {
  return static_cast<std::uint32_t>((std::uint64_t{clients} * percent + 99) / 100);
}

/// The least value that 99 in 100 do not exceed.
std::uint32_t p99(std::vector<std::uint32_t> values) {
  const auto rank = share_of(static_cast<std::uint32_t>(values.size()), 99) - 1;
  std::ranges::nth_element(values, values.begin() + rank);
  return values[rank];
}

}  // namespace

StormTally::StormTally(std::uint32_t clients, Instant gone_at, Instant back_at)
    : back_at_(back_at), open_(clients) {
  result_.clients = clients;
  result_.seconds_away =
      static_cast<std::uint32_t>(std::chrono::ceil<seconds>(back_at - gone_at).count());
  result_.seconds.push_back({clients, 0});
}

void StormTally::on_lost(Instant now) {
  StormSecond& second = second_of(now);  // First: it fills those that went by with what was open.
  second.open = --open_;
}

void StormTally::on_attempt(Instant now) {
  ++result_.attempts;
  ++second_of(now).attempts;
}

void StormTally::on_failed(Failure how) {
  switch (how) {
    case Failure::refused: ++result_.refused; break;
    case Failure::reset: ++result_.reset; break;
    case Failure::turned_away: ++result_.turned_away; break;
    case Failure::overdue: ++result_.overdue; break;
    case Failure::timed_out: ++result_.timed_out; break;
  }
}

void StormTally::on_opened(Instant now) {
  StormSecond& second = second_of(now);
  second.open = ++open_;
  ++result_.opened;
  const Duration since = now - back_at_;
  if (result_.opened == share_of(result_.clients, 50)) result_.half_back = since;
  if (result_.opened == share_of(result_.clients, 99)) result_.most_back = since;
  if (are_all_back()) result_.all_back = since;
}

StormResult StormTally::result(Instant now, std::span<const std::uint32_t> attempts) {
  second_of(now);
  StormResult result = result_;
  result.unfinished = result.attempts - result.opened - result.refused - result.reset -
                      result.turned_away - result.overdue - result.timed_out;
  result.attempts_p99 = p99({attempts.begin(), attempts.end()});
  result.attempts_max = *std::ranges::max_element(attempts);
  for (std::size_t index = result.seconds_away; index < result.seconds.size(); ++index)
    result.attempts_peak = std::max(result.attempts_peak, result.seconds[index].attempts);
  return result;
}

/// Seconds are told so that one begins when the server is back.
StormSecond& StormTally::second_of(Instant now) {
  const auto after = std::chrono::floor<seconds>(now - back_at_).count();
  const auto index = static_cast<std::size_t>(
      std::max<std::int64_t>(0, after + std::int64_t{result_.seconds_away}));
  while (result_.seconds.size() <= index) result_.seconds.push_back({open_, 0});
  return result_.seconds[index];
}

}  // namespace heartwire::sim
