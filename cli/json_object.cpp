#include "cli/json_object.hpp"

#include "heartwire/base/escape.hpp"
#include "heartwire/core/json_field.hpp"
#include "heartwire/ws/utf8.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace heartwire::cli {

JsonObject& JsonObject::add(std::string_view name, std::string_view value) {
  std::string quoted;
  core::append_json_string(quoted, ws::is_utf8(value)
                                       ? std::string{value}
                                       : base::escape_for_log(value, value.size() * 4 + 3));
  return add_raw(name, quoted);
}

JsonObject& JsonObject::add(std::string_view name, bool value) {
  return add_raw(name, value ? "true" : "false");
}

JsonObject& JsonObject::add(std::string_view name, base::Duration value) {
  const std::chrono::duration<double, std::milli> milliseconds = value;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", milliseconds.count());
  return add_raw(name, text.data());
}

JsonObject& JsonObject::add_raw(std::string_view name, std::string_view value) {
  if (text_.size() > 1) text_ += ',';
  core::append_json_string(text_, name);
  text_ += ':';
  text_ += value;
  return *this;
}

}  // namespace heartwire::cli
