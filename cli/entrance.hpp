#pragma once
// Who may come in to `heartwire serve`: pages of its own and of named origins, and, with a file of
// tokens, only who bears one.
//
// An Origin keeps foreign pages in a visitor's browser out (RFC 6455 section 10.2), which would
// otherwise act in the visitor's name; it keeps out nobody who is not a browser. A bearer token
// (RFC 6750 section 2.1) does.

#include "heartwire/base/result.hpp"
#include "heartwire/server/options.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::cli {

struct EntranceOptions {
  /// Origins besides our own, as `https://example.org`; `*` is every one. Default: none.
  std::vector<std::string> origins{};
  /// Contents of a file of tokens, if there is one: one a line; empty lines and those that begin
  /// with # do not count.
  std::optional<std::string> tokens{};
};

class Entrance {
 public:
  /// The error is for people: what of `options` cannot be.
  static base::Result<Entrance, std::string> make(EntranceOptions options);

  /// Why `request` may not come in, or nothing.
  std::optional<server::Admit> refusal_of(const server::Request& request) const;

 private:
  bool is_known_origin(std::string_view origin, std::string_view host) const;
  bool is_token(std::string_view offered) const noexcept;

  std::vector<std::string> origins_;
  std::vector<std::string> tokens_;
  bool has_tokens_ = false;
};

}  // namespace heartwire::cli
