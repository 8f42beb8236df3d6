#include "cli/conformance.hpp"

#include "cli/option_values.hpp"
#include "heartwire/base/escape.hpp"
#include "heartwire/client/client.hpp"
#include "heartwire/ws/deflate_params.hpp"
#include "heartwire/ws/url.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace heartwire::cli {
namespace {

/// Cases by number, from 1.
struct CaseRange {
  std::uint32_t first = 1;
  std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
};

struct ConformanceOptions {
  std::string url{};
  std::string agent = "heartwire";
  CaseRange cases{};
  std::size_t message_bytes_max = std::size_t{64} << 20;
  /// The longest cases of the field's suite give an endpoint eight minutes.
  base::Duration case_timeout = std::chrono::minutes{10};
  bool takes_over = false;
  bool is_quiet = false;
};

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// `7`, `1-50`, `300-`.
Parsed<CaseRange> parse_cases(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = parse_number(text.substr(0, dash));
  CaseRange range{first.value_or(0), first.value_or(0)};
  if (dash != std::string_view::npos) {
    const std::string_view rest = text.substr(dash + 1);
    range.last = rest.empty() ? CaseRange{}.last : parse_number(rest).value_or(0);
  }
  if (range.first == 0 || range.last < range.first)
    return base::Failure{'"' + std::string{text} + "\" is no range of cases, like 7, 1-50 or 300-"};
  return range;
}

std::string percent_encoded(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~";
  std::string encoded;
  for (const char c : text) {
    const auto octet = static_cast<std::uint8_t>(c);
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_letter || (c >= '0' && c <= '9') || kPlain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += {'%', kDigits[octet >> 4], kDigits[octet & 0xF]};
    }
  }
  return encoded;
}

/// One connection, from its opening to its end.
struct Visit {
  bool was_open = false;
  bool has_ended = false;  ///< Within the time that it had.
  std::string ending{};    ///< For people.
  std::string message{};   ///< The last text that came.
};

/// Echoes that may wait while the suite sends and does not read, as messages of the greatest size.
constexpr std::size_t kEchoesMax = 2;

/// Connects, echoes what comes if `is_echo`, and waits for the other side to end it.
class Visitor {
 public:
  Visitor(const ConformanceOptions& options, const std::string& target, bool is_echo)
      : is_echo_(is_echo), timeout_(options.case_timeout), client_(with_hooks(options, target)) {}

  Visit run() {
    client_.start();
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, timeout_, [this] { return visit_.has_ended; }))
      visit_.ending = "it did not end in its time";
    return visit_;
  }

 private:
  client::Options with_hooks(const ConformanceOptions& options, const std::string& target) {
    client::Options client;
    client.urls = {options.url + target};
    // A suite counts every frame, and an echo is as long as the message.
    client.heartbeat.sending = core::Sending::off;
    client.reconnect.enabled = false;
    client.message_bytes_max = options.message_bytes_max;
    client.outbox.outbox_bytes_max = kEchoesMax * options.message_bytes_max;
    client.compression = deflate_of(options);
    client.hooks.on_open = [this](const client::OpenInfo&) {
      const std::lock_guard lock(mutex_);
      visit_.was_open = true;
    };
    client.hooks.on_message = [this](core::MessageView message) { take(message); };
    client.hooks.on_close = [this](const client::CloseInfo& info) { end(info); };
    client.hooks.on_attempt_failed = [this](const client::CloseInfo& info) { end(info); };
    return client;
  }

  /// A suite says which parameters it wants to see, and finds us ready for all of them.
  static ws::DeflateOptions deflate_of(const ConformanceOptions& options) {
    ws::DeflateOptions deflate;
    deflate.own_window_bits = deflate.peer_window_bits = 15;
    deflate.own_context_takeover = options.takes_over;
    deflate.bytes_min = 0;
    return deflate;
  }

  void take(core::MessageView message) {
    core::Message echo{message.type, std::string{message.payload}};
    if (is_echo_) {
      if (!client_.send(std::move(echo)))
        std::fputs("heartwire conformance: an echo had no room\n", stderr);
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      visit_.message = std::move(echo.payload);
    }
    client_.close();  // All is said, whether or not the suite says goodbye, too.
  }

  void end(const client::CloseInfo& info) {
    const std::lock_guard lock(mutex_);
    visit_.ending = info.text;
    visit_.has_ended = true;
    changed_.notify_one();
  }

  const bool is_echo_;
  const base::Duration timeout_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Visit visit_;
  client::Client client_;  ///< Last: its hooks use all of the above.
};

class Examination {
 public:
  explicit Examination(const ConformanceOptions& options)
      : options_(options), agent_("agent=" + percent_encoded(options.agent)) {}

  int run() {
    const Visit counted = Visitor(options_, "/getCaseCount", false).run();
    const auto count = parse_number(counted.message);
    if (!count) return fail("the suite did not say how many cases it has", counted);
    const std::uint32_t last = std::min(*count, options_.cases.last);
    if (options_.cases.first > last) {
      std::fprintf(stderr, "heartwire conformance: the suite has only %u cases\n", *count);
      return kExitFailed;
    }
    for (std::uint32_t number = options_.cases.first; number <= last; ++number)
      run_case(number, *count);
    const Visit reported = Visitor(options_, "/updateReports?" + agent_, false).run();
    if (!reported.was_open) return fail("the suite did not take the wish for its report", reported);
    std::printf("%u cases run, %u of them in vain; the suite has written its report\n",
                last - options_.cases.first + 1, in_vain_);
    return in_vain_ == 0 ? kExitOk : kExitFailed;
  }

 private:
  void run_case(std::uint32_t number, std::uint32_t count) {
    const auto began = std::chrono::steady_clock::now();
    const Visit visit =
        Visitor(options_, "/runCase?case=" + std::to_string(number) + '&' + agent_, true).run();
    const bool is_done = visit.was_open && visit.has_ended;
    if (!is_done) ++in_vain_;
    if (options_.is_quiet && is_done) return;
    const auto took = std::chrono::steady_clock::now() - began;
    std::fprintf(stderr, "case %u of %u: %s (%lld ms)\n", number, count,
                 base::escape_for_log(visit.ending).c_str(),
                 static_cast<long long>(
                     std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
  }

  static int fail(const char* what, const Visit& visit) {
    std::fprintf(stderr, "heartwire conformance: %s: %s\n", what,
                 base::escape_for_log(visit.ending).c_str());
    return kExitFailed;
  }

  const ConformanceOptions& options_;
  const std::string agent_;
  std::uint32_t in_vain_ = 0;  ///< Cases that did not open, or did not end in time.
};

int run_conformance(ConformanceOptions options) {
  while (options.url.ends_with('/')) options.url.pop_back();
  if (!ws::parse_url(options.url + '/')) {
    std::fprintf(stderr, "heartwire conformance: \"%s\" is no ws:// or wss:// URL\n",
                 base::escape_for_log(options.url).c_str());
    return kExitUsage;
  }
  try {
    return Examination(options).run();
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "heartwire conformance: %s\n", error.what());
    return kExitUsage;
  }
}

}  // namespace

void add_conformance_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ConformanceOptions>();  // Lives as long as the parser does.
  CLI::App* command =
      app.add_subcommand("conformance", "Let an outside suite's server examine our client");
  command->add_option("URL", options->url, "The suite's server, ws:// or wss://, without a path")
      ->required();
  command->add_option("--agent", options->agent, "The name under which the suite reports")
      ->type_name("NAME")
      ->capture_default_str();
  command
      ->add_option_function<std::string>(
          "--cases",
          [options](const std::string& text) {
            const auto range = parse_cases(text);
            if (!range) throw CLI::ValidationError("--cases", range.error());
            options->cases = *range;
          },
          "Only these: 7, 1-50, 300-; default all")
      ->type_name("RANGE");
  add_bytes(*command, "--message-bytes-max", options->message_bytes_max,
            "A longer message ends its case");
  add_duration(*command, "--case-timeout", options->case_timeout, "What a case may take");
  command->add_flag("--context-takeover", options->takes_over,
                    "Offer compressed messages that lean on those before them");
  command->add_flag("-q,--quiet", options->is_quiet, "Name only cases that could not be run");
  command->footer(
      "Asks /getCaseCount, echoes in each /runCase?case=N&agent=NAME, then asks\n"
      "/updateReports?agent=NAME. What each case was worth is in the suite's report.\n"
      "Exit status: 0 every case was run; 1 the suite or a case could not be reached, or did not "
      "end in\ntime; 2 bad usage.");
  command->callback([options, &exit_code] { exit_code = run_conformance(*options); });
}

}  // namespace heartwire::cli
