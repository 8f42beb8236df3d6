// Sec-WebSocket-Extensions, from any peer. What is parsed reads back when it is written again, and
// in fields of their own; what a server answers to any offer is within it; and a client and a
// server of ours, whatever each wants, agree on the same parameters.

#include "fuzz/input.hpp"
#include "heartwire/ws/deflate_params.hpp"
#include "heartwire/ws/extensions.hpp"
#include "heartwire/ws/head.hpp"

#include <algorithm>
#include <optional>

namespace heartwire::fuzz {
namespace {

std::string written(const ws::Extension& extension) {
  std::string text = extension.name;
  for (const ws::ExtensionParameter& parameter : extension.parameters) {
    text += ";" + parameter.name;
    if (parameter.value) text += "=\"" + *parameter.value + '"';
  }
  return text;
}

void check_parsed(const std::vector<ws::Extension>& extensions) {
  HW_CHECK(extensions.size() <= ws::kExtensionsMax);
  ws::Head head;
  for (const ws::Extension& extension : extensions) {
    HW_CHECK(ws::is_token(extension.name));
    HW_CHECK(extension.parameters.size() <= ws::kExtensionParametersMax);
    for (const auto& [name, value] : extension.parameters)
      HW_CHECK(ws::is_token(name) && (!value || ws::is_token(*value)));
    head.fields.push_back({"sec-websocket-extensions", written(extension)});
  }
  HW_CHECK(ws::extensions_of(head) == extensions);
}

ws::DeflateOptions take_options(Input& input) {
  ws::DeflateOptions options;
  const std::uint8_t flags = input.octet();
  options.own_window_bits = static_cast<std::uint8_t>(8 + (flags & 7U));
  options.peer_window_bits = static_cast<std::uint8_t>(8 + (flags >> 3U & 7U));
  options.own_context_takeover = (flags & 64U) != 0;
  options.peer_context_takeover = (flags & 128U) != 0;
  HW_CHECK(!ws::validate(options));
  return options;
}

std::vector<ws::Extension> parsed(const std::string& text) {
  std::vector<ws::Extension> extensions;
  HW_CHECK(ws::parse_extensions(text, extensions));
  return extensions;
}

bool is_in_range(const ws::DeflateParams& params) {
  const auto is_window = [](std::uint8_t bits) { return bits >= 8 && bits <= 15; };
  return is_window(params.server_max_window_bits) && is_window(params.client_max_window_bits);
}

/// What the server compresses with fits what it was asked for.
void check_server(const ws::DeflateOptions& options, const std::vector<ws::Extension>& offered) {
  const auto answer = ws::accept_deflate_offer(options, offered);
  if (!answer) return;
  HW_CHECK(is_in_range(answer->params));
  HW_CHECK(answer->params.server_max_window_bits <= options.own_window_bits);
  const auto said = parsed(answer->text);
  HW_CHECK(said.size() == 1 && said[0].name == "permessage-deflate");
  // The answer repeats no parameter that asks for a hint the client did not give.
  const auto names_client_bits = [](const ws::Extension& extension) {
    return std::any_of(extension.parameters.begin(), extension.parameters.end(),
                       [](const auto& one) { return one.name == "client_max_window_bits"; });
  };
  if (names_client_bits(said[0]))
    HW_CHECK(std::any_of(offered.begin(), offered.end(), names_client_bits));
}

void check_client(const ws::DeflateOptions& options, const std::vector<ws::Extension>& answer) {
  HW_CHECK(answer.empty() || !ws::check_deflate_answer(std::nullopt, answer));
  const auto agreed = ws::check_deflate_answer(options, answer);
  if (!agreed) {
    HW_CHECK(!agreed.error().empty());
    return;
  }
  HW_CHECK(agreed->has_value() == !answer.empty());
  if (!*agreed) return;
  HW_CHECK(is_in_range(**agreed) && (*agreed)->client_max_window_bits <= options.own_window_bits);
}

void check_both(const ws::DeflateOptions& client, const ws::DeflateOptions& server) {
  const auto answer = ws::accept_deflate_offer(server, parsed(ws::make_deflate_offer(client)));
  HW_CHECK(answer.has_value());
  const auto agreed = ws::check_deflate_answer(client, parsed(answer->text));
  HW_CHECK(agreed.is_ok() && agreed->has_value());
  const ws::DeflateParams& ours = **agreed;
  const ws::DeflateParams& theirs = answer->params;
  // Each side compresses for a window that the other holds, and forgets where the other does.
  HW_CHECK(ours.server_max_window_bits == theirs.server_max_window_bits);
  HW_CHECK(ours.client_max_window_bits <= theirs.client_max_window_bits);
  HW_CHECK(ours.server_no_context_takeover == theirs.server_no_context_takeover);
  HW_CHECK(ours.client_no_context_takeover || !theirs.client_no_context_takeover);
}

void run(Input input) {
  const ws::DeflateOptions client = take_options(input);
  const ws::DeflateOptions server = take_options(input);
  check_both(client, server);

  std::vector<ws::Extension> extensions;
  const std::string text{input.rest_text()};
  ws::Head head;
  head.fields.push_back({"Sec-WebSocket-Extensions", text});
  const bool is_good = ws::parse_extensions(text, extensions);
  HW_CHECK(ws::extensions_of(head).has_value() == is_good);
  if (!is_good) return;
  check_parsed(extensions);
  check_server(server, extensions);
  check_client(client, extensions);
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
