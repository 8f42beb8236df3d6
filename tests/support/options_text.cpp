#include "tests/support/options_text.hpp"

#include "tests/support/step.hpp"

#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

namespace heartwire::support {
namespace {

using core::LifecycleOptions;

base::Duration time(const std::string& value) {
  return std::chrono::milliseconds{parse_time(value)};
}

std::uint32_t number(const std::string& value) {
  return static_cast<std::uint32_t>(std::stoul(value));
}

template <typename T>
T choose(const std::string& value, const std::map<std::string, T>& choices) {
  const auto found = choices.find(value);
  if (found == choices.end()) throw std::invalid_argument("no such choice: " + value);
  return found->second;
}

void set_sending(LifecycleOptions& options, const std::string& value) {
  using core::Sending;
  options.heartbeat.sending = choose<Sending>(value, {{"on_silence", Sending::on_silence},
                                                      {"periodic", Sending::periodic},
                                                      {"watchdog", Sending::watchdog},
                                                      {"off", Sending::off}});
}

void set_evidence(LifecycleOptions& options, const std::string& value) {
  using core::Evidence;
  options.heartbeat.evidence = choose<Evidence>(value, {{"any_traffic", Evidence::any_traffic},
                                                        {"round_trip", Evidence::round_trip},
                                                        {"one_way", Evidence::one_way}});
}

void set_jitter(LifecycleOptions& options, const std::string& value) {
  using core::Jitter;
  options.reconnect.backoff.jitter =
      choose<Jitter>(value, {{"none", Jitter::none},
                             {"full", Jitter::full},
                             {"equal", Jitter::equal},
                             {"decorrelated", Jitter::decorrelated}});
}

bool is_on(const std::string& value) {
  return choose<bool>(value, {{"on", true}, {"off", false}});
}

using Setter = void (*)(LifecycleOptions&, const std::string&);
using Text = std::string;
using Options = LifecycleOptions;

const std::map<std::string, Setter>& setters() {
  static const std::map<std::string, Setter> all{
      {"sending", set_sending},
      {"evidence", set_evidence},
      {"jitter", set_jitter},
      {"reply",
       [](Options& o, const Text& v) {
         using core::Reply;
         o.heartbeat.reply =
             choose<Reply>(v, {{"adaptive", Reply::adaptive}, {"fixed", Reply::fixed}});
       }},
      {"interval", [](Options& o, const Text& v) { o.heartbeat.interval = time(v); }},
      {"interval_max", [](Options& o, const Text& v) { o.interval_search.interval_max = time(v); }},
      {"timeout", [](Options& o, const Text& v) { o.heartbeat.timeout = time(v); }},
      {"silence_max", [](Options& o, const Text& v) { o.heartbeat.silence_max = time(v); }},
      {"spread", [](Options& o, const Text& v) { o.heartbeat.first_probe_spread = is_on(v); }},
      {"retry", [](Options& o, const Text& v) { o.reconnect.enabled = is_on(v); }},
      {"delay_min", [](Options& o, const Text& v) { o.reconnect.backoff.delay_min = time(v); }},
      {"delay_max", [](Options& o, const Text& v) { o.reconnect.backoff.delay_max = time(v); }},
      {"attempts_max", [](Options& o, const Text& v) { o.reconnect.attempts_max = number(v); }},
      {"elapsed_max", [](Options& o, const Text& v) { o.reconnect.elapsed_max = time(v); }},
      {"stable_after", [](Options& o, const Text& v) { o.reconnect.stable_after = time(v); }},
      {"attempt_timeout", [](Options& o, const Text& v) { o.attempt_timeout = time(v); }},
      {"condition", [](Options& o, const Text& v) { o.has_condition = is_on(v); }},
      {"wanted_interval", [](Options& o, const Text& v) { o.wanted_interval = time(v); }},
      {"close_timeout", [](Options& o, const Text& v) { o.closing.close_timeout = time(v); }},
      {"outbox_bytes_max",
       [](Options& o, const Text& v) { o.outbox.outbox_bytes_max = number(v); }},
      {"urls", [](Options& o, const Text& v) { o.urls.url_count = number(v); }},
      {"first_again_after", [](Options& o, const Text& v) { o.urls.first_again_after = time(v); }},
      {"when_not_open",
       [](Options& o, const Text& v) {
         using core::WhenNotOpen;
         o.outbox.when_not_open = choose<WhenNotOpen>(
             v, {{"queue", WhenNotOpen::queue}, {"refuse", WhenNotOpen::refuse}});
       }},
  };
  return all;
}

}  // namespace

core::LifecycleOptions parse_options(std::string_view text) {
  core::LifecycleOptions options;
  std::istringstream in{std::string(text)};
  for (std::string word; in >> word;) {
    const std::size_t equals = word.find('=');
    const auto setter = setters().find(word.substr(0, equals));
    if (equals == std::string::npos || setter == setters().end())
      throw std::invalid_argument("unknown option: " + word);
    setter->second(options, word.substr(equals + 1));
  }
  if (const char* wrong = core::validate(options)) throw std::invalid_argument(wrong);
  return options;
}

}  // namespace heartwire::support
