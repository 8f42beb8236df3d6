#pragma once
// A message as the application and the dialects see it: a type and a payload. Framing is not here;
// in a browser the page owns it.

#include "heartwire/base/message_type.hpp"

#include <string>
#include <string_view>

namespace heartwire::core {

using base::MessageType;

/// A borrowed message. Valid for the call that hands it over.
struct MessageView {
  MessageType type = MessageType::text;
  std::string_view payload{};

  bool operator==(const MessageView&) const = default;
};

/// An owned message.
struct Message {
  MessageType type = MessageType::text;
  std::string payload{};

  MessageView view() const noexcept { return {type, payload}; }
  bool operator==(const Message&) const = default;
};

}  // namespace heartwire::core
