#include "cli/connect_report.hpp"

#include "cli/ending.hpp"
#include "cli/json_object.hpp"
#include "cli/text.hpp"
#include "heartwire/base/bytes.hpp"
#include "heartwire/base/escape.hpp"
#include "heartwire/ws/base64.hpp"

#include <string>

namespace heartwire::cli {
namespace {

std::string describe_end(const client::CloseInfo& info) {
  return cli::describe_end(info.cause, info.code, info.text, info.reason);
}

/// Whether the name of the cause alone tells that the connection ended.
bool says_it_all(core::Cause cause) {
  return cause == core::Cause::closed || cause == core::Cause::lost;
}

std::string why(const client::GaveUpInfo& info) {
  switch (info.reason) {
    case core::StopReason::disabled: return "reconnecting is off";
    case core::StopReason::refused: return "the peer refuses us";
    case core::StopReason::attempts: return "that was the last attempt allowed";
    case core::StopReason::elapsed: return "the time allowed is over";
    case core::StopReason::user: break;
  }
  return "closed by the user";
}

}  // namespace

void ConnectReport::on_open(const client::OpenInfo& info) {
  const client::TransportInfo& transport = info.transport;
  JsonObject json = StateLog::object("open");
  json.add("first", info.is_first).add("attempts", info.attempts).add("outage_ms", info.outage);
  json.add("generation", transport.generation).add("url", transport.url);
  json.add("local_address", transport.local_address);
  json.add("remote_address", transport.remote_address).add("tls", transport.tls);
  json.add("subprotocol", transport.subprotocol).add("compressed", transport.is_compressed);
  std::string text = info.is_first ? "open" : "open again";
  text +=
      ": " + transport.url + " at " + transport.remote_address + " after " + describe(info.outage);
  if (info.attempts > 0)
    text += " and " + (info.attempts == 1 ? "1 retry" : std::to_string(info.attempts) + " retries");
  if (!transport.tls.empty()) text += ", " + transport.tls;
  if (!transport.subprotocol.empty())
    text += ", subprotocol " + base::escape_for_log(transport.subprotocol);
  if (transport.is_compressed) text += ", compressed";
  log_.show(json, text);
}

void ConnectReport::on_message(core::MessageView message) {
  const bool is_text = message.type == core::MessageType::text;
  if (style_.json) {
    JsonObject json = StateLog::object("message");
    json.add("type", is_text ? "text" : "binary");
    if (is_text) {
      json.add("data", message.payload);
    } else {
      json.add("base64", ws::base64_encode(base::as_bytes(message.payload)));
    }
    return output_.write(Stream::out, json.line());
  }
  if (is_text) {
    const std::string text =
        style_.to_terminal ? for_terminal(message.payload) : std::string{message.payload};
    return output_.write(Stream::out, text + '\n');
  }
  if (style_.binary == BinaryAs::raw)
    return output_.write(Stream::out, std::string{message.payload});
  say("binary", "binary message of " + count_of(message.payload.size(), "byte") + ", as hex");
  output_.write(Stream::out, hex(message.payload) + '\n');
}

void ConnectReport::tell_end(std::string_view event, std::string text,
                             const client::CloseInfo& info) {
  JsonObject json = StateLog::object(event);
  json.add("cause", core::name(info.cause)).add("by", name(info.by)).add("code", info.code);
  json.add("reason", info.reason).add("text", info.text).add("clean", info.is_clean);
  json.add("will_retry", info.will_retry).add("verdict", core::name(info.verdict));
  if (info.will_retry) json.add("retry_in_ms", info.retry_in);
  log_.show(json, text);
}

void ConnectReport::on_close(const client::CloseInfo& info) {
  const bool is_ours = info.cause == core::Cause::user;
  const std::string text =
      !is_ours        ? (says_it_all(info.cause) ? "" : "lost, ") + describe_end(info)
      : info.is_clean ? "closed, as asked"
      : info.was_open ? "closed, as asked; the server did not complete the closing handshake"
                      : "closed, as asked, before it was open";
  tell_end("close", text, info);
}

void ConnectReport::on_attempt_failed(const client::CloseInfo& info) {
  tell_end("attempt_failed", "attempt failed, " + describe_end(info), info);
}

void ConnectReport::on_retry(const client::RetryInfo& info) {
  JsonObject json = StateLog::object("retry");
  json.add("attempt", info.attempt).add("delay_ms", info.delay);
  log_.show(json, "retry " + std::to_string(info.attempt) + " in " + describe(info.delay));
}

void ConnectReport::on_gave_up(const client::GaveUpInfo& info) {
  JsonObject json = StateLog::object("gave_up");
  json.add("reason", core::name(info.reason)).add("attempts", info.attempts);
  json.add("cause", core::name(info.last.cause)).add("text", info.last.text);
  log_.show(json, "gave up: " + why(info));
}

void ConnectReport::on_suspect(std::chrono::nanoseconds silence) {
  log_.show(StateLog::object("suspect").add("silence_ms", silence),
            "suspect: no answer, silent for " + describe(silence) + "; asking again");
}

void ConnectReport::on_cleared(std::chrono::nanoseconds silence) {
  log_.show(StateLog::object("cleared").add("silence_ms", silence),
            "alive after all: it had been silent for " + describe(silence));
}

void ConnectReport::on_heartbeat(const client::HeartbeatInfo& info) {
  JsonObject json = StateLog::object("heartbeat");
  json.add("round_trip_ms", info.round_trip).add("smoothed_ms", info.smoothed);
  json.add("deviation_ms", info.deviation);
  log_.show(json, "heartbeat answered in " + describe(info.round_trip),
            style_.verbose ? Weight::state : Weight::detail);
}

void ConnectReport::on_error(std::string_view text) {
  log_.show(StateLog::object("error").add("text", text), "error: " + base::escape_for_log(text),
            Weight::always);
}

void ConnectReport::on_refused(std::size_t line, std::string_view why) {
  const std::string text = "line " + std::to_string(line) + " was not sent: " + std::string{why};
  log_.show(StateLog::object("not_sent").add("line", line).add("text", why), text, Weight::always);
}

void ConnectReport::on_exit(int code, std::size_t unsent_count) {
  const std::string text =
      count_of(unsent_count, "message") + (unsent_count == 1 ? " was" : " were") + " not sent";
  log_.show(StateLog::object("exit").add("code", code).add("unsent", unsent_count), text,
            unsent_count > 0 ? Weight::always : Weight::detail);
}

}  // namespace heartwire::cli
