#include "cli/option_values.hpp"

#include "cli/text.hpp"
#include "heartwire/base/escape.hpp"
#include "heartwire/net/address.hpp"
#include "heartwire/net/fault_address.hpp"
#include "heartwire/net/fault_command.hpp"

#include <array>
#include <charconv>

namespace heartwire::cli {
namespace {

using base::Failure;

std::string in_quotes(std::string_view text) {
  return '"' + base::escape_for_log(text) + '"';
}

/// Throws what CLI11 turns into a message that names the option.
[[noreturn]] void refuse(const std::string& option, const std::string& why) {
  throw CLI::ValidationError(option, why);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_whole_word(const std::string& text, std::size_t at, std::size_t size) {
  const bool begins = at == 0 || !is_word_character(text[at - 1]);
  return begins && (at + size == text.size() || !is_word_character(text[at + size]));
}

template <typename Duration>
CLI::Option* add_any_duration(CLI::App& app, const std::string& name, Duration& into,
                              const std::string& help) {
  const auto read = [&into, name](const std::string& text) {
    const auto parsed = net::parse_fault_duration(text);
    if (!parsed) refuse(name, parsed.error());
    into = std::chrono::duration_cast<Duration>(*parsed);
  };
  return app.add_option_function<std::string>(name, read, help)
      ->type_name("TIME")
      ->default_str(describe(into));
}

std::string bytes_text(std::size_t bytes) {
  if (bytes % (1 << 20) == 0) return std::to_string(bytes >> 20) + " MiB";
  if (bytes % (1 << 10) == 0) return std::to_string(bytes >> 10) + " KiB";
  return count_of(bytes, "byte");
}

}  // namespace

Parsed<std::size_t> parse_bytes(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::uint64_t factor;
  };
  constexpr std::array<Unit, 9> kUnits{{{"", 1},
                                        {"B", 1},
                                        {"k", 1000},
                                        {"kB", 1000},
                                        {"KiB", 1 << 10},
                                        {"M", 1000 * 1000},
                                        {"MB", 1000 * 1000},
                                        {"MiB", 1 << 20},
                                        {"GiB", 1 << 30}}};
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  const std::string_view suffix(stopped, static_cast<std::size_t>(end - stopped));
  for (const Unit& unit : kUnits) {
    if (error != std::errc{} || unit.name != suffix) continue;
    constexpr std::uint64_t kMax = std::uint64_t{1} << 40;
    if (number == 0 || number > kMax / unit.factor)
      return Failure{in_quotes(text) + " is not within 1 byte and 1024 GiB"};
    return static_cast<std::size_t>(number * unit.factor);
  }
  return Failure{"bad size " + in_quotes(text) + ": expected bytes, as 65536, 64KiB or 1MiB"};
}

Parsed<std::uint64_t> parse_number(std::string_view text, std::uint64_t least) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc{} && stopped == end && number >= least) return number;
  return Failure{"bad number " + in_quotes(text) + ": expected a whole number from " +
                 std::to_string(least) + ", below 2^64"};
}

Parsed<std::pair<std::string, std::string>> parse_header(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0)
    return Failure{in_quotes(text) + " is no header: expected \"Name: value\""};
  return std::pair{std::string{text.substr(0, colon)},
                   std::string{trimmed(text.substr(colon + 1))}};
}

Parsed<ListenAddress> parse_listen_address(std::string_view text) {
  auto parsed = net::parse_fault_address(text);
  if (!parsed) return Failure{parsed.error()};
  if (parsed->host == "localhost") parsed->host = "127.0.0.1";
  if (!net::Address::parse(parsed->host, parsed->port))
    return Failure{in_quotes(text) + ": " + in_quotes(parsed->host) + " is not an IP address"};
  return ListenAddress{std::move(parsed->host), parsed->port};
}

std::string in_option_names(
    std::string text, std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
  for (const auto& [from, to] : names) {
    std::size_t at = 0;
    while ((at = text.find(from, at)) != std::string::npos) {
      const bool is_it = is_whole_word(text, at, from.size());
      if (is_it) text.replace(at, from.size(), to);
      at += is_it ? to.size() : from.size();
    }
  }
  return text;
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, base::Duration& into,
                          const std::string& help) {
  return add_any_duration(app, name, into, help);
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, std::chrono::milliseconds& into,
                          const std::string& help) {
  return add_any_duration(app, name, into, help);
}

CLI::Option* add_number(CLI::App& app, const std::string& name, std::uint64_t& into,
                        std::uint64_t least, const std::string& help) {
  const auto read = [&into, name, least](const std::string& text) {
    const auto parsed = parse_number(text, least);
    if (!parsed) refuse(name, parsed.error());
    into = *parsed;
  };
  return app.add_option_function<std::string>(name, read, help)
      ->type_name("N")
      ->default_str(std::to_string(into));
}

CLI::Option* add_bytes(CLI::App& app, const std::string& name, std::size_t& into,
                       const std::string& help) {
  const auto read = [&into, name](const std::string& text) {
    const auto parsed = parse_bytes(text);
    if (!parsed) refuse(name, parsed.error());
    into = *parsed;
  };
  return app.add_option_function<std::string>(name, read, help)
      ->type_name("BYTES")
      ->default_str(bytes_text(into));
}

CLI::Option* add_repeated(CLI::App& app, const std::string& name, const std::string& type,
                          std::function<Parsed<base::Unit>(const std::string&)> read,
                          const std::string& help) {
  const auto read_all = [read = std::move(read), name](const std::vector<std::string>& values) {
    for (const std::string& value : values)
      if (const auto done = read(value); !done) refuse(name, done.error());
  };
  return app.add_option_function<std::vector<std::string>>(name, read_all, help + " (repeatable)")
      ->type_name(type)
      ->expected(1)
      ->take_all();
}

}  // namespace heartwire::cli
