#pragma once
// Options of the command line whose values are more than words: times, sizes, names of a kind.
// Whatever cannot be read is refused with the option's name and what was expected.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/result.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heartwire::cli {

/// Exit codes that all commands share.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

/// A program that ends us may signal us and our whole group: a repetition sooner than this is the
/// same wish told twice, and no second one.
inline constexpr std::chrono::milliseconds kOneInterrupt{200};

template <typename T>
using Parsed = base::Result<T, std::string>;

/// `64KiB`, `1MB`, `4096`: at least 1 byte.
Parsed<std::size_t> parse_bytes(std::string_view text);

/// `1000`: a whole number, at least `least`.
Parsed<std::uint64_t> parse_number(std::string_view text, std::uint64_t least);

/// `Name: value`.
Parsed<std::pair<std::string, std::string>> parse_header(std::string_view text);

/// Where to listen.
struct ListenAddress {
  std::string address;  ///< Numeric.
  std::uint16_t port = 0;
};
/// `127.0.0.1:8080`, `[::]:8080`, or a bare `8080` on 127.0.0.1.
Parsed<ListenAddress> parse_listen_address(std::string_view text);

/// `text` with the library's option names in it replaced by those of the command line.
std::string in_option_names(
    std::string text, std::initializer_list<std::pair<std::string_view, std::string_view>> names);

/// `500ms`, `25s`, `2m`, `1h`. `into` holds the default and must outlive the parsing, as in all
/// that follow.
CLI::Option* add_duration(CLI::App& app, const std::string& name, base::Duration& into,
                          const std::string& help);
CLI::Option* add_duration(CLI::App& app, const std::string& name, std::chrono::milliseconds& into,
                          const std::string& help);
CLI::Option* add_number(CLI::App& app, const std::string& name, std::uint64_t& into,
                        std::uint64_t least, const std::string& help);
CLI::Option* add_bytes(CLI::App& app, const std::string& name, std::size_t& into,
                       const std::string& help);

template <typename Value>
using Choices = std::vector<std::pair<std::string, Value>>;

/// One of the named values.
template <typename Value>
CLI::Option* add_choice(CLI::App& app, const std::string& name, Value& into, Choices<Value> choices,
                        const std::string& help) {
  std::string names;
  std::string initial;
  for (const auto& [word, value] : choices) {
    names += (names.empty() ? "" : "|") + word;
    if (value == into) initial = word;
  }
  const auto read = [&into, choices = std::move(choices), name, names](const std::string& text) {
    for (const auto& [word, value] : choices) {
      if (word != text) continue;
      into = value;
      return;
    }
    throw CLI::ValidationError(name, "\"" + text + "\" is none of " + names);
  };
  return app.add_option_function<std::string>(name, read, help)
      ->type_name(names)
      ->default_str(initial);
}

/// Adds `name`, which may be given often; `read` takes each value and says what is wrong with it.
CLI::Option* add_repeated(CLI::App& app, const std::string& name, const std::string& type,
                          std::function<Parsed<base::Unit>(const std::string&)> read,
                          const std::string& help);

}  // namespace heartwire::cli
