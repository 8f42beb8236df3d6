#pragma once
// One JSON object on one line, written member by member.

#include "heartwire/base/instant.hpp"

#include <concepts>
#include <string>
#include <string_view>

namespace heartwire::cli {

class JsonObject {
 public:
  /// A string. What is not UTF-8 is written as for a log, since JSON cannot say it.
  JsonObject& add(std::string_view name, std::string_view value);
  JsonObject& add(std::string_view name, const char* value) {
    return add(name, std::string_view{value});
  }
  JsonObject& add(std::string_view name, bool value);
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) JsonObject& add(std::string_view name, Number value) {
    return add_raw(name, std::to_string(value));
  }
  /// In milliseconds, with three decimals; name it `..._ms`.
  JsonObject& add(std::string_view name, base::Duration value);

  /// The object and a line end.
  std::string line() const { return text_ + "}\n"; }

 private:
  JsonObject& add_raw(std::string_view name, std::string_view value);

  std::string text_ = "{";
};

}  // namespace heartwire::cli
