#include "cli/serve_report.hpp"

#include "cli/ending.hpp"
#include "cli/text.hpp"
#include "heartwire/base/escape.hpp"

#include <string>

namespace heartwire::cli {
namespace {

JsonObject object(std::string_view event, const server::Connection& connection) {
  JsonObject json = StateLog::object(event);
  json.add("id", connection.id());
  return json;
}

std::string line(const server::Connection& connection, std::string_view text) {
  return '#' + std::to_string(connection.id()) + ' ' + std::string{text};
}

}  // namespace

void ServeReport::on_listening(std::string_view url, std::string_view text) {
  log_.show(StateLog::object("listening").add("url", url), text, Weight::milestone);
}

void ServeReport::on_open(const server::Connection& connection, const server::Request& request,
                          std::size_t company) {
  JsonObject json = object("open", connection);
  json.add("remote_address", request.remote_address).add("path", request.path);
  json.add("query", request.query).add("company", company);
  json.add("compressed", connection.is_compressed());
  log_.show(json, line(connection, "open: " + request.remote_address + " on " +
                                       base::escape_for_log(request.path) + ", " +
                                       std::to_string(company) + " there" +
                                       (connection.is_compressed() ? ", compressed" : "")));
}

void ServeReport::on_close(const server::Connection& connection, const server::CloseInfo& info) {
  JsonObject json = object("close", connection);
  json.add("cause", core::name(info.cause)).add("by", name(info.by)).add("code", info.code);
  json.add("reason", info.reason).add("text", info.text).add("clean", info.is_clean);
  const bool is_ours = info.cause == core::Cause::user;
  const std::string text =
      is_ours ? "sent away, " + std::to_string(info.code) + (info.is_clean ? "" : ", not cleanly")
              : (info.cause == core::Cause::heartbeat ? "reaped, " : "gone, ") +
                    describe_end(info.cause, info.code, info.text, info.reason);
  log_.show(json, line(connection, text));
}

void ServeReport::on_suspect(const server::Connection& connection,
                             std::chrono::nanoseconds silence) {
  log_.show(object("suspect", connection).add("silence_ms", silence),
            line(connection, "suspect: no answer, silent for " + describe(silence)));
}

void ServeReport::on_cleared(const server::Connection& connection,
                             std::chrono::nanoseconds silence) {
  log_.show(object("cleared", connection).add("silence_ms", silence),
            line(connection, "alive after all: it had been silent for " + describe(silence)));
}

void ServeReport::on_heartbeat(const server::Connection& connection,
                               std::chrono::nanoseconds round_trip) {
  log_.show(object("heartbeat", connection).add("round_trip_ms", round_trip),
            line(connection, "heartbeat answered in " + describe(round_trip)),
            is_verbose_ ? Weight::state : Weight::detail);
}

void ServeReport::on_missed(const server::Connection& connection, std::size_t count) {
  log_.show(object("missed", connection).add("count", count),
            line(connection, "a message did not reach " + count_of(count, "connection") +
                                 " that had no room for it, or was going"));
}

void ServeReport::on_error(std::string_view text) {
  log_.say("error", base::escape_for_log(text, 400));
}

void ServeReport::on_reloaded(std::string_view text) {
  log_.say("reloaded", text);
}

void ServeReport::on_draining(std::size_t open, std::chrono::nanoseconds window) {
  JsonObject json = StateLog::object("draining");
  json.add("open", open).add("close_window_ms", window);
  log_.show(json,
            "draining: sending " + count_of(open, "connection") + " away within " +
                describe(window) + "; interrupt again to stop at once",
            Weight::milestone);
}

void ServeReport::on_exit(const server::Stats& stats) {
  JsonObject json = StateLog::object("exit");
  json.add("accepted", stats.accepted).add("refused", stats.refused).add("reaped", stats.reaped);
  json.add("open", stats.open);
  std::string text = "stopped: " + std::to_string(stats.accepted) + " came, " +
                     std::to_string(stats.refused) + " were refused, " +
                     std::to_string(stats.reaped) + " were reaped";
  if (stats.open > 0) text += ", " + std::to_string(stats.open) + " were cut off";
  log_.show(json, text, Weight::milestone);
}

}  // namespace heartwire::cli
