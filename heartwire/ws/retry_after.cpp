#include "heartwire/ws/retry_after.hpp"

#include "heartwire/ws/http_date.hpp"

#include <algorithm>

namespace heartwire::ws {
namespace {

constexpr std::string_view kCloseKey = "retry-after=";

/// `text` is all digits, of any number.
std::optional<std::chrono::seconds> parse_seconds(std::string_view text) noexcept {
  if (text.empty()) return std::nullopt;
  std::chrono::seconds::rep value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = std::min(value * 10 + (c - '0'), kRetryAfterMax.count());
  }
  return std::chrono::seconds{value};
}

}  // namespace

std::optional<std::chrono::seconds> retry_after(const Head& response) {
  const auto value = response.find("Retry-After");
  if (!value) return std::nullopt;
  if (const auto delay = parse_seconds(*value)) return delay;
  const auto now = response.find("Date");
  const auto from = now ? parse_http_date(*now) : std::nullopt;
  const auto until = parse_http_date(*value);
  if (!from || !until) return std::nullopt;
  return std::clamp(*until - *from, std::chrono::seconds::zero(), kRetryAfterMax);
}

std::optional<std::chrono::seconds> close_retry_after(std::string_view reason) noexcept {
  constexpr std::string_view kSeparators = " ;,";
  while (!reason.empty()) {
    const std::string_view word = reason.substr(0, reason.find_first_of(kSeparators));
    if (word.starts_with(kCloseKey)) return parse_seconds(word.substr(kCloseKey.size()));
    reason.remove_prefix(std::min(word.size() + 1, reason.size()));
  }
  return std::nullopt;
}

std::string make_close_reason(std::chrono::seconds retry_after) {
  const auto delay = std::max(retry_after, std::chrono::seconds::zero());
  return std::string{kCloseKey} + std::to_string(delay.count());
}

}  // namespace heartwire::ws
