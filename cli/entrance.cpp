#include "cli/entrance.hpp"

#include "heartwire/ws/head.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace heartwire::cli {
namespace {

constexpr std::string_view kScheme = "bearer ";

/// The values of all headers of this name: more than one is as suspicious as none.
std::vector<std::string_view> values_of(const server::Request& request, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [header, value] : request.headers)
    if (ws::equals_ignoring_case(header, name)) values.push_back(value);
  return values;
}

/// `example.org:8080` of `http://example.org:8080`; nothing for `null` and others without a host.
std::string_view host_of(std::string_view origin) {
  const std::size_t at = origin.find("://");
  return at == origin.npos ? std::string_view{} : origin.substr(at + 3);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    if (!line.empty() && line.front() != '#') lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Takes as long for a wrong guess as for a nearly right one.
bool equals_in_constant_time(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return false;
  unsigned char difference = 0;
  for (std::size_t at = 0; at < left.size(); ++at)
    difference = static_cast<unsigned char>(difference | (left[at] ^ right[at]));
  return difference == 0;
}

server::Admit unauthorized(std::string text) {
  server::Admit admit = server::Admit::refuse(401, std::move(text));
  admit.headers = {{"WWW-Authenticate", "Bearer"}};
  return admit;
}

}  // namespace

base::Result<Entrance, std::string> Entrance::make(EntranceOptions options) {
  Entrance entrance;
  for (std::string& origin : options.origins) {
    const bool has_path = host_of(origin).find('/') != std::string_view::npos;
    if (origin != "*" && origin != "null" && (host_of(origin).empty() || has_path))
      return base::Failure{"an origin is written as https://example.org, not \"" + origin + '"'};
    entrance.origins_.push_back(std::move(origin));
  }
  if (options.tokens) {
    entrance.has_tokens_ = true;
    entrance.tokens_ = lines_of(*options.tokens);
    if (entrance.tokens_.empty()) return base::Failure{std::string{"it holds no token"}};
  }
  return entrance;
}

std::optional<server::Admit> Entrance::refusal_of(const server::Request& request) const {
  const auto origins = values_of(request, "Origin");
  const auto hosts = values_of(request, "Host");
  if (origins.size() > 1) return server::Admit::refuse(400, "More than one Origin.");
  if (!origins.empty() && !is_known_origin(origins[0], hosts.empty() ? "" : hosts[0]))
    return server::Admit::refuse(403, "Pages of this origin may not connect.");
  if (!has_tokens_) return std::nullopt;
  const auto credentials = values_of(request, "Authorization");
  if (credentials.empty()) return unauthorized("A bearer token is needed.");
  const bool is_bearer =
      credentials.size() == 1 && credentials[0].size() > kScheme.size() &&
      ws::equals_ignoring_case(credentials[0].substr(0, kScheme.size()), kScheme);
  if (!is_bearer || !is_token(trimmed(credentials[0].substr(kScheme.size()))))
    return unauthorized("The bearer token is not known.");
  return std::nullopt;
}

bool Entrance::is_known_origin(std::string_view origin, std::string_view host) const {
  if (!host_of(origin).empty() && ws::equals_ignoring_case(host_of(origin), host)) return true;
  return std::any_of(origins_.begin(), origins_.end(), [origin](const std::string& allowed) {
    return allowed == "*" || ws::equals_ignoring_case(allowed, origin);
  });
}

bool Entrance::is_token(std::string_view offered) const noexcept {
  bool is_known = false;
  for (const std::string& token : tokens_) is_known |= equals_in_constant_time(token, offered);
  return is_known;
}

}  // namespace heartwire::cli
