#pragma once
// What `heartwire connect` shows: messages on standard output; states on standard error with the
// time of day; or, with --json, all of it on standard output, an object a line (see docs/cli.md).

#include "cli/output.hpp"
#include "cli/state_log.hpp"
#include "heartwire/client/options.hpp"
#include "heartwire/core/message.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace heartwire::cli {

/// How a binary message goes to standard output.
enum class BinaryAs : std::uint8_t {
  hex,  ///< A line of hexadecimal digits, with a word on standard error.
  raw,  ///< The octets and nothing else.
};

struct ConnectStyle {
  bool json = false;
  bool quiet = false;    ///< No states, except what was not sent.
  bool verbose = false;  ///< Heartbeats too.
  BinaryAs binary = BinaryAs::hex;
  bool to_terminal = false;  ///< Messages go to a terminal: without control characters.
};

/// Every method may be called from any thread.
class ConnectReport {
 public:
  /// `output` is borrowed.
  ConnectReport(Output& output, ConnectStyle style)
      : output_(output), style_(style), log_(output, {style.json, style.quiet, false}) {}

  void on_open(const client::OpenInfo& info);
  void on_message(core::MessageView message);
  void on_close(const client::CloseInfo& info);
  void on_attempt_failed(const client::CloseInfo& info);
  void on_retry(const client::RetryInfo& info);
  void on_gave_up(const client::GaveUpInfo& info);
  void on_suspect(std::chrono::nanoseconds silence);
  void on_cleared(std::chrono::nanoseconds silence);
  void on_heartbeat(const client::HeartbeatInfo& info);
  void on_error(std::string_view text);

  /// A state that is no more than its text.
  void say(std::string_view event, std::string_view text) { log_.say(event, text); }
  /// A line of input was not sent.
  void on_refused(std::size_t line, std::string_view why);
  void on_exit(int code, std::size_t unsent_count);

 private:
  void tell_end(std::string_view event, std::string text, const client::CloseInfo& info);

  Output& output_;
  ConnectStyle style_;
  StateLog log_;
};

}  // namespace heartwire::cli
