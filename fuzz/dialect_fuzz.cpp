// Every dialect reading any message, in both roles. What it says holds together and depends on
// nothing but the message; no answer of ours is a question to the peer, or the two would never end;
// and a probe is known on the other side.

#include "fuzz/input.hpp"
#include "heartwire/core/dialect.hpp"
#include "heartwire/core/dialect_set.hpp"

#include <optional>

namespace heartwire::fuzz {
namespace {

using base::Role;
using core::Meaning;

constexpr const char* kNames[] = {"ping",          "text",          "json",
                                  "engine.io",     "sockjs",        "stomp",
                                  "mqtt",          "phoenix",       "stomp:0,0",
                                  "stomp:1,1",     "text:ping",     "text:a/a",
                                  "json:op=11",    "json:t=1/1",    "text:a/b/c",
                                  "json:op=1/{\"", "stomp:10000,0", "graphql-transport-ws"};

/// Longer than any heartbeat.
constexpr std::size_t kTooLong = 20'000;

Role other(Role role) {
  return role == Role::client ? Role::server : Role::client;
}

void check_reading(const core::Reading& reading, const std::string& reply) {
  HW_CHECK(reply.empty() || reading.meaning == Meaning::probe);
  HW_CHECK(reading.rhythm.has_value() == (reading.meaning == Meaning::notice));
  HW_CHECK(!reading.sequence || reading.meaning == Meaning::answer);
  if (!reading.rhythm) return;
  HW_CHECK(reading.rhythm->interval > base::Duration::zero());
  HW_CHECK(reading.rhythm->timeout > base::Duration::zero());
  if (const auto silence = reading.rhythm->silence_max) HW_CHECK(*silence > base::Duration::zero());
}

void check_reply_ends_it(const core::Dialect& dialect, Role replier, core::MessageType type,
                         const std::string& reply) {
  std::string again;
  const core::Reading reading = dialect.read(other(replier), {type, reply}, again);
  HW_CHECK(reading.meaning != Meaning::probe && again.empty());
}

void check_probe(const core::Dialect& dialect, Role prober, std::uint32_t sequence) {
  std::string probe = "left over";
  const core::ProbeForm form = dialect.write_probe(prober, sequence, probe);
  if (form == core::ProbeForm::none || form == core::ProbeForm::protocol_ping) {
    HW_CHECK(probe.empty());
    return;
  }
  const auto type =
      form == core::ProbeForm::text ? core::MessageType::text : core::MessageType::binary;
  std::string reply;
  const core::Reading heard = dialect.read(other(prober), {type, probe}, reply);
  HW_CHECK(heard.meaning == Meaning::probe || heard.meaning == Meaning::beat);
  if (reply.empty() || !dialect.has_answers(prober)) return;

  std::string none;
  const core::Reading answer = dialect.read(prober, {heard.reply_type, reply}, none);
  HW_CHECK(answer.meaning == Meaning::answer);
  HW_CHECK(!answer.sequence || *answer.sequence == sequence);
}

/// A set of two reads as the first of them that knows the message.
void check_set(const core::DialectPtr& dialect, Role role, core::MessageView message) {
  const auto sockjs = core::dialect::sockjs();
  const auto set = core::DialectSet::make({sockjs, dialect});
  std::string reply;
  std::string expected_reply;
  std::uint8_t chosen = core::DialectSet::kUndecided;
  const core::Reading reading = set->read(role, chosen, message, reply);

  core::Reading expected = sockjs->read(role, message, expected_reply);
  std::uint8_t expected_choice = 0;
  if (expected.meaning == Meaning::application) {
    expected = dialect->read(role, message, expected_reply);
    expected_choice = 1;
  }
  HW_CHECK(reading == expected && reply == expected_reply);
  const bool is_known = reading.meaning != Meaning::application;
  HW_CHECK(chosen == (is_known ? expected_choice : core::DialectSet::kUndecided));
}

void run(Input input) {
  const auto made = core::dialect::by_name(input.one_of(kNames));
  HW_CHECK(made.is_ok());
  const core::Dialect& dialect = **made;
  const std::uint8_t flags = input.octet();
  const Role role = (flags & 1U) != 0 ? Role::client : Role::server;
  const auto type = (flags & 2U) != 0 ? core::MessageType::binary : core::MessageType::text;
  std::string payload{input.rest_text()};
  if ((flags & 4U) != 0) payload.resize(kTooLong, (flags & 8U) != 0 ? '\n' : ' ');

  std::string reply;
  std::string again = "left over";
  const core::Reading reading = dialect.read(role, {type, payload}, reply);
  HW_CHECK(dialect.read(role, {type, payload}, again) == reading && again == reply);
  if (payload.size() >= kTooLong)
    HW_CHECK(reading.meaning == Meaning::application || reading.meaning == Meaning::notice);
  check_reading(reading, reply);
  if (!reply.empty()) check_reply_ends_it(dialect, role, reading.reply_type, reply);
  check_set(*made, role, {type, payload});
  check_probe(dialect, role, static_cast<std::uint32_t>(payload.size() * 0x9E3779B9U));
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
