#pragma once
// A text asked and a text answered, by either side: what the text and JSON dialects have in common.
//
// Where question and answer cannot be told apart (an echo), two sides that both answer would never
// end. So the client takes what it receives for the answer, the server for the question.

#include "heartwire/core/dialect.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace heartwire::core {

class Exchange {
 public:
  /// What is sent. Empty: not sent. `is_echo`: a received question looks like an answer.
  Exchange(std::string probe, std::string answer, bool is_echo)
      : probe_(std::move(probe)), answer_(std::move(answer)), is_echo_(is_echo) {}

  ProbeForm write_probe(Role role, std::string& payload) const {
    payload.clear();
    if (is_echo_ && role == Role::server) return ProbeForm::protocol_ping;
    if (probe_.empty()) return ProbeForm::none;
    payload = probe_;
    return ProbeForm::text;
  }

  /// What a message is that looks like a probe, like an answer, or like both. Fills in `reply`.
  Reading reading(Role role, bool is_probe, bool is_answer, std::string& reply) const {
    if (is_answer && (!is_probe || role == Role::client)) return {.meaning = Meaning::answer};
    if (!is_probe) return {};
    if (answer_.empty()) return {.meaning = Meaning::beat};
    reply = answer_;
    return {.meaning = Meaning::probe, .reply_type = MessageType::text};
  }

  bool has_answers(Role role) const noexcept {
    return !answer_.empty() || (is_echo_ && role == Role::server);
  }

 private:
  std::string probe_;
  std::string answer_;
  bool is_echo_;
};

}  // namespace heartwire::core
