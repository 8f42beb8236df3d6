#include "heartwire/judge/engine_io.hpp"

#include <algorithm>

namespace heartwire::judge::engine_io {

namespace {

std::string milliseconds(base::Duration duration) {
  return std::to_string(duration / std::chrono::milliseconds{1});
}

}  // namespace

bool is_asked_for(std::string_view query) noexcept {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    if (query.substr(0, end) == "EIO=4") return true;
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return false;
}

std::string opening(base::Duration ping_interval, base::Duration ping_timeout) {
  return R"(0{"sid":"judge","upgrades":[],"pingInterval":)" + milliseconds(ping_interval) +
         R"(,"pingTimeout":)" + milliseconds(ping_timeout) + R"(,"maxPayload":1000000})";
}

std::string event(std::size_t size) {
  std::string text = R"(42["judge",""])";
  if (size > text.size()) text.insert(text.size() - 2, size - text.size(), '.');
  return text;
}

bool is_connect(std::string_view text) noexcept {
  return text.starts_with("40");
}

std::string answer_to_connect(std::string_view text) {
  // Behind the types comes a namespace, if it is not the usual one, with a slash and a comma.
  const std::size_t comma = text.starts_with("40/") ? text.find(',') : std::string_view::npos;
  const std::size_t size = comma == std::string_view::npos ? 2 : comma + 1;
  return std::string{text.substr(0, size)} + R"({"sid":"judge"})";
}

bool is_message(std::string_view text) noexcept {
  return text.starts_with("42") || text.starts_with("43");
}

}  // namespace heartwire::judge::engine_io
