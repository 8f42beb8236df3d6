#include "heartwire/sim/message_checkers.hpp"

#include <string>
#include <utility>

namespace heartwire::sim {

using core::State;
using Fate = checked::Outgoing::Fate;

namespace {

std::string message_text(std::uint32_t number) {
  return "message " + std::to_string(number);
}

}  // namespace

// From clients.

void NothingIsLost::see(const Record& record) {
  if (as<record::Finished>(record)) return finish(record);
  if (record.client == kNobody) return;
  checked::Messages& one = state(record);
  if (as<record::Booted>(record)) {
    one.numbers.clear();
    one.closed_by_server.clear();
    one.owed = 0;
    one.left_last = 0;
    ++one.process;
  } else if (as<record::Stopped>(record)) {
    one.is_stopped = true;
  } else if (const auto* sent = as<record::Sent>(record)) {
    one.sent[sent->number] = {.id = sent->id, .process = one.process, .is_mortal = sent->is_mortal};
    one.numbers[sent->id] = sent->number;
    ++one.owed;
  } else if (const auto* left = as<record::Left>(record)) {
    leave(record, *left);
  } else if (const auto* expired = as<record::Expired>(record)) {
    expire(record, *expired);
  } else if (const auto* received = as<record::ServerReceived>(record)) {
    receive(record, *received);
  } else if (const auto* closing = as<record::ServerClosing>(record)) {
    one.closed_by_server.insert(one.generation);
    flows_.try_emplace(closing->flow, Flow{.process = one.process}).first->second.is_closing = true;
  } else if (const auto* ended = as<record::Ended>(record)) {
    end(record, *ended);
  } else if (const auto* turned = as<record::Turned>(record)) {
    one.state = turned->state;
    one.generation = turned->generation;
    if (turned->queued != one.owed)
      complain(record, "the outbox holds " + std::to_string(turned->queued) + " messages, but " +
                           std::to_string(one.owed) + " are owed");
  }
}

void NothingIsLost::leave(const Record& record, const record::Left& left) {
  checked::Messages& one = state(record);
  const auto found = one.numbers.find(left.id);
  if (found == one.numbers.end()) return complain(record, "something left that nobody sent");
  checked::Outgoing& message = one.sent[found->second];
  if (message.fate != Fate::queued)
    complain(record, message_text(found->second) + " left twice, or after it expired");
  if (left.id <= one.left_last)
    complain(record, message_text(found->second) + " left out of order");
  message.fate = Fate::left;
  message.generation = left.generation;
  one.left_last = left.id;
  if (one.owed > 0) --one.owed;
}

void NothingIsLost::expire(const Record& record, const record::Expired& expired) {
  checked::Messages& one = state(record);
  const auto found = one.numbers.find(expired.id);
  if (found == one.numbers.end()) return complain(record, "something expired that nobody sent");
  checked::Outgoing& message = one.sent[found->second];
  if (!message.is_mortal) complain(record, message_text(found->second) + " may not expire");
  if (message.fate != Fate::queued)
    complain(record, message_text(found->second) + " expired, but had left");
  message.fate = Fate::expired;
  if (one.owed > 0) --one.owed;
}

void NothingIsLost::receive(const Record& record, const record::ServerReceived& received) {
  checked::Messages& one = state(record);
  Flow& flow = flows_.try_emplace(received.flow, Flow{.process = one.process}).first->second;
  if (flow.is_closing) complain(record, "a message was delivered after the server's close");
  const bool is_greeting = received.number == 0;
  if (is_greeting == flow.is_greeted)
    complain(record, is_greeting ? "a second greeting" : "a message before the greeting");
  flow.is_greeted = true;
  if (is_greeting) return;
  const auto found = one.sent.find(received.number);
  if (found == one.sent.end()) return complain(record, "a message came that nobody sent");
  checked::Outgoing& message = found->second;
  if (message.is_delivered) complain(record, message_text(received.number) + " came twice");
  if (message.process == one.process && message.fate != Fate::left)
    complain(record, message_text(received.number) + " came, but never left");
  if (message.id <= flow.last)
    complain(record, message_text(received.number) + " came out of order");
  flow.last = message.id;
  message.is_delivered = true;
}

void NothingIsLost::end(const Record& record, const record::Ended& ended) {
  if (!ended.was_open || !ended.is_clean || ended.by != core::EndedBy::us) return;
  // A server that had begun to close as well reads nothing any more.
  if (state(record).closed_by_server.count(ended.generation) != 0) return;
  require_delivered(record, record.client, ended.generation);
}

void NothingIsLost::require_delivered(const Record& record, std::uint32_t client,
                                      std::uint32_t generation) {
  const checked::Messages& one = states()[client];
  for (const auto& [number, message] : one.sent)
    if (message.process == one.process && message.fate == Fate::left && !message.is_delivered &&
        message.generation == generation)
      complain(record, client, message_text(number) + " left, but never came");
}

void NothingIsLost::finish(const Record& record) {
  for (std::uint32_t client = 0; client < states().size(); ++client) {
    const checked::Messages& one = states()[client];
    if (one.state != State::open || one.is_stopped) continue;
    if (one.owed > 0)
      complain(record, client, std::to_string(one.owed) + " messages wait on an open connection");
    require_delivered(record, client, one.generation);
  }
}

void LeftHasLeft::see(const Record& record) {
  if (record.client == kNobody) return;
  checked::Departures& one = state(record);
  if (as<record::Booted>(record)) {
    one = {};
  } else if (const auto* sent = as<record::Sent>(record)) {
    one.numbers[sent->id] = sent->number;
  } else if (const auto* carried = as<record::Carried>(record)) {
    one.carried[carried->number] = carried->generation;
  } else if (const auto* left = as<record::Left>(record)) {
    const std::uint32_t number = one.numbers[left->id];
    const auto found = one.carried.find(number);
    if (found == one.carried.end() || found->second != left->generation)
      return complain(record, message_text(number) + " is said to have left, but its end has not");
    one.carried.erase(found);
  } else if (as<record::Turned>(record)) {
    for (const auto& [number, generation] : std::exchange(one.carried, {}))
      complain(record, message_text(number) + " has left, and nobody says so");
  }
}

// From servers.

void StreamsAreWhole::see(const Record& record) {
  if (as<record::Finished>(record)) return finish(record);
  if (record.client == kNobody) return;
  checked::Streams& one = state(record);
  if (as<record::Booted>(record)) {
    one = {};
  } else if (as<record::Stopped>(record)) {
    one.is_stopped = true;
  } else if (const auto* wished = as<record::Wished>(record)) {
    one.is_leaving |= wished->kind == record::Wished::Kind::close ||
                      wished->kind == record::Wished::Kind::reconnect;
  } else if (as<record::Opened>(record)) {
    one.is_leaving = false;
  } else if (const auto* sent = as<record::ServerSent>(record)) {
    one.sent[sent->generation].push_back(sent->number);
  } else if (const auto* received = as<record::Received>(record)) {
    if (one.is_leaving) complain(record, "a message was delivered after the user's close");
    const auto& expected = one.sent[received->generation];
    std::size_t& count = one.received[received->generation];
    if (count >= expected.size() || expected[count] != received->number)
      complain(record, message_text(received->number) + " came out of order");
    ++count;
  } else if (const auto* turned = as<record::Turned>(record)) {
    one.state = turned->state;
    one.generation = turned->generation;
  }
}

void StreamsAreWhole::finish(const Record& record) {
  for (std::uint32_t client = 0; client < states().size(); ++client) {
    checked::Streams& one = states()[client];
    if (one.state != State::open || one.is_stopped) continue;
    const std::size_t missing = one.sent[one.generation].size() - one.received[one.generation];
    if (missing > 0)
      complain(record, client, std::to_string(missing) + " messages of the server never came");
  }
}

}  // namespace heartwire::sim
