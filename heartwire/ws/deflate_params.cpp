#include "heartwire/ws/deflate_params.hpp"

#include "heartwire/base/escape.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace heartwire::ws {
namespace {

constexpr std::string_view kName = "permessage-deflate";
constexpr std::string_view kServerNoTakeover = "server_no_context_takeover";
constexpr std::string_view kClientNoTakeover = "client_no_context_takeover";
constexpr std::string_view kServerBits = "server_max_window_bits";
constexpr std::string_view kClientBits = "client_max_window_bits";
constexpr std::uint8_t kBitsMin = 8;
constexpr std::uint8_t kBitsMax = 15;

/// What one offer or answer says. Absent bits were not named.
struct Said {
  bool server_no_takeover = false;
  bool client_no_takeover = false;
  std::optional<std::uint8_t> server_bits;
  std::optional<std::uint8_t> client_bits;
  bool names_client_bits = false;  ///< Perhaps without a value.
};

/// Decimal, without leading zeros, in range (RFC 7692 section 7.1.2.1).
std::optional<std::uint8_t> parse_bits(const std::optional<std::string>& value) {
  if (!value) return std::nullopt;
  for (std::uint8_t bits = kBitsMin; bits <= kBitsMax; ++bits)
    if (*value == std::to_string(bits)) return bits;
  return std::nullopt;
}

bool set_once(bool& flag, const ExtensionParameter& parameter) {
  if (flag || parameter.value) return false;
  return flag = true;
}

/// False: unknown, there twice, or with a value that it may not have.
bool take(Said& said, const ExtensionParameter& parameter, bool is_offer) {
  if (parameter.name == kServerNoTakeover) return set_once(said.server_no_takeover, parameter);
  if (parameter.name == kClientNoTakeover) return set_once(said.client_no_takeover, parameter);
  if (parameter.name == kServerBits) {
    if (said.server_bits) return false;
    said.server_bits = parse_bits(parameter.value);
    return said.server_bits.has_value();
  }
  if (parameter.name != kClientBits || said.names_client_bits) return false;
  said.names_client_bits = true;
  // Only an offer may leave the value out: then it says no more than "I am able to".
  if (is_offer && !parameter.value) return true;
  said.client_bits = parse_bits(parameter.value);
  return said.client_bits.has_value();
}

std::optional<Said> parse(const Extension& extension, bool is_offer) {
  Said said;
  for (const ExtensionParameter& parameter : extension.parameters)
    if (!take(said, parameter, is_offer)) return std::nullopt;
  return said;
}

std::string text_of(const Said& said) {
  std::string text{kName};
  const auto add = [&](std::string_view name) { text.append("; ").append(name); };
  const auto add_bits = [&](std::string_view name, std::uint8_t bits) {
    add(name);
    text.append("=").append(std::to_string(bits));
  };
  if (said.server_no_takeover) add(kServerNoTakeover);
  if (said.client_no_takeover) add(kClientNoTakeover);
  if (said.server_bits) add_bits(kServerBits, *said.server_bits);
  if (said.client_bits) {
    add_bits(kClientBits, *said.client_bits);
  } else if (said.names_client_bits) {
    add(kClientBits);
  }
  return text;
}

DeflateParams params_of(const Said& said) {
  return {said.server_no_takeover, said.client_no_takeover, said.server_bits.value_or(kBitsMax),
          said.client_bits.value_or(kBitsMax)};
}

/// What we offer first.
Said wanted(const DeflateOptions& options) {
  Said said;
  said.server_no_takeover = !options.peer_context_takeover;
  said.client_no_takeover = !options.own_context_takeover;
  if (options.peer_window_bits < kBitsMax) said.server_bits = options.peer_window_bits;
  said.names_client_bits = true;
  if (options.own_window_bits < kBitsMax) said.client_bits = options.own_window_bits;
  return said;
}

/// An offer with parameters that we can keep to is never declined.
Said answer_to(const Said& offer, const DeflateOptions& options) {
  Said answer;
  answer.server_no_takeover = offer.server_no_takeover || !options.own_context_takeover;
  // A client that hints that it takes no context over is held to it, for our memory.
  answer.client_no_takeover = offer.client_no_takeover || !options.peer_context_takeover;
  const std::uint8_t own = std::min(options.own_window_bits, offer.server_bits.value_or(kBitsMax));
  if (own < kBitsMax || offer.server_bits) answer.server_bits = own;
  // Only a client that named it may be limited (RFC 7692 section 7.1.2.2).
  const std::uint8_t peer =
      std::min(options.peer_window_bits, offer.client_bits.value_or(kBitsMax));
  if (offer.names_client_bits && (peer < kBitsMax || offer.client_bits)) {
    answer.names_client_bits = true;
    answer.client_bits = peer;
  }
  return answer;
}

base::Failure<std::string> refuse(std::string_view what, std::string_view peers_words) {
  return {std::string{what} + ": \"" + base::escape_for_log(peers_words, 60) + '"'};
}

}  // namespace

std::optional<std::string> validate(const DeflateOptions& options) {
  const auto fault = [](std::string_view name, std::uint8_t value, int least, int most) {
    return std::string{name} + " is " + std::to_string(value) + ", must be from " +
           std::to_string(least) + " to " + std::to_string(most);
  };
  for (const auto& [name, bits] : {std::pair{"own_window_bits", options.own_window_bits},
                                   std::pair{"peer_window_bits", options.peer_window_bits}})
    if (bits < kBitsMin || bits > kBitsMax) return fault(name, bits, kBitsMin, kBitsMax);
  for (const auto& [name, level] :
       {std::pair{"level", options.level}, std::pair{"memory_level", options.memory_level}})
    if (level < 1 || level > 9) return fault(name, level, 1, 9);
  return std::nullopt;
}

std::string make_deflate_offer(const DeflateOptions& options) {
  Said offer = wanted(options);
  std::string text = text_of(offer);
  if (!offer.server_bits) return text;
  offer.server_bits.reset();
  return text += ", " + text_of(offer);
}

std::optional<DeflateAnswer> accept_deflate_offer(const DeflateOptions& options,
                                                  std::span<const Extension> offered) {
  for (const Extension& extension : offered) {
    if (extension.name != kName) continue;
    const auto offer = parse(extension, true);
    if (!offer) continue;
    const Said answer = answer_to(*offer, options);
    return DeflateAnswer{params_of(answer), text_of(answer)};
  }
  return std::nullopt;
}

base::Result<std::optional<DeflateParams>, std::string> check_deflate_answer(
    const std::optional<DeflateOptions>& options, std::span<const Extension> answer) {
  if (answer.empty()) return std::optional<DeflateParams>{};
  const Extension& first = answer.front();
  if (!options || first.name != kName)
    return refuse("the server uses an extension that was not offered", first.name);
  if (answer.size() > 1) return refuse("the server uses a second extension", answer[1].name);
  const auto said = parse(first, false);
  if (!said) return refuse("the server's answer has a bad parameter", first.name);
  if (!options->peer_context_takeover && !said->server_no_takeover)
    return refuse("the server takes context over though asked not to", first.name);
  // The server's window may be of any size, as the second offer leaves it open. Ours may: a larger
  // limit than we named is a server that ignores the hint, as it may (section 7.1.2.2).
  DeflateParams params = params_of(*said);
  params.client_no_context_takeover |= !options->own_context_takeover;
  params.client_max_window_bits = std::min(params.client_max_window_bits, options->own_window_bits);
  return std::optional<DeflateParams>{params};
}

}  // namespace heartwire::ws
