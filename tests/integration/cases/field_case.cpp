#include "tests/integration/cases/field_case.hpp"

#include "heartwire/core/outcome.hpp"

#include <iostream>
#include <thread>
#include <utility>

namespace heartwire::cases {
namespace {

std::string describe(const client::CloseInfo& info) {
  const std::string code = info.code == 0 ? "" : ' ' + std::to_string(info.code);
  return std::string{core::name(info.cause)} + code;
}

/// `inner` with a line of the journal before it; `tell` makes the line from the arguments.
template <typename... Arguments, typename Tell>
std::function<void(Arguments...)> told(Journal& journal, std::function<void(Arguments...)> inner,
                                       Tell tell) {
  return [&journal, inner = std::move(inner), tell](Arguments... arguments) {
    journal.add("client " + tell(arguments...));
    if (inner) inner(arguments...);
  };
}

}  // namespace

client::Options recorded(client::Options options, Journal& journal) {
  client::Hooks& hooks = options.hooks;
  hooks.on_open = told(journal, std::move(hooks.on_open), [](const client::OpenInfo& info) {
    return std::string{info.is_first ? "open first" : "open again"};
  });
  hooks.on_message = told(journal, std::move(hooks.on_message), [](core::MessageView message) {
    return "message " + std::string{message.payload};
  });
  hooks.on_close = told(journal, std::move(hooks.on_close),
                        [](const client::CloseInfo& info) { return "close " + describe(info); });
  hooks.on_attempt_failed =
      told(journal, std::move(hooks.on_attempt_failed),
           [](const client::CloseInfo& info) { return "failed " + describe(info); });
  hooks.on_reconnect =
      told(journal, std::move(hooks.on_reconnect),
           [](const client::RetryInfo& info) { return "retry " + std::to_string(info.attempt); });
  hooks.on_suspect = told(journal, std::move(hooks.on_suspect),
                          [](std::chrono::nanoseconds) { return std::string{"suspect"}; });
  hooks.on_cleared = told(journal, std::move(hooks.on_cleared),
                          [](std::chrono::nanoseconds) { return std::string{"cleared"}; });
  hooks.on_gave_up = told(journal, std::move(hooks.on_gave_up), [](const client::GaveUpInfo& info) {
    return "gave up " + std::string{core::name(info.reason)};
  });
  hooks.on_error = told(journal, std::move(hooks.on_error),
                        [](std::string_view what) { return "error " + std::string{what}; });
  options.request = [&journal, inner = std::move(options.request),
                     headers = options.headers](const client::AttemptInfo& info) {
    journal.add("client attempt " + std::to_string(info.attempt));
    return inner ? inner(info) : client::Request{info.url, headers};
  };
  return options;
}

FieldCase::FieldCase(server::Options options)
    : server(journal, std::move(options)), proxy({.target = server.address()}) {
  const auto port = proxy.start();
  EXPECT_TRUE(port) << port.error();
}

void FieldCase::TearDown() {
  if (HasFailure()) std::cerr << journal;
}

std::string FieldCase::url(std::string_view target) const {
  return "ws://127.0.0.1:" + std::to_string(proxy.port()) + std::string{target};
}

void FieldCase::expect_attempts_apart(milliseconds delay) const {
  const auto times = journal.times_of("client attempt ");
  for (std::size_t i = 1; i < times.size(); ++i)
    EXPECT_GE(times[i] - times[i - 1], delay) << "attempt " << i;
}

void FieldCase::expect_one_connection_at_a_time() const {
  bool is_open = false;
  for (const std::string& what : journal.rest_of("client ")) {
    const bool opens = what.starts_with("open");
    if (!opens && !what.starts_with("close")) continue;
    EXPECT_NE(opens, is_open) << what;
    is_open = opens;
  }
  EXPECT_LE(server.open_peak(), 1u);
}

bool FieldCase::server_holds(std::size_t count) const {
  const auto until = std::chrono::steady_clock::now() + Journal::kDeadline;
  while (server.open_count() != count && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(5ms);
  return server.open_count() == count;
}

}  // namespace heartwire::cases
