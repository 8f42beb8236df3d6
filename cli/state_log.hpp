#pragma once
// States as lines: for people on standard error, with the time of day; or as JSON objects on
// standard output (see docs/cli.md).

#include "cli/json_object.hpp"
#include "cli/output.hpp"

#include <atomic>
#include <cstdint>
#include <string_view>

namespace heartwire::cli {

struct StateLogOptions {
  bool json = false;
  bool quiet = false;  ///< Only what is worth it. Without meaning for JSON.
  /// While nobody reads, leave lines out and say how many, instead of letting them wait. For those
  /// who cannot slow down what they report on.
  bool may_leave_out = false;
};

/// How much a line matters.
enum class Weight : std::uint8_t {
  detail,     ///< JSON only.
  state,      ///< Not when quiet.
  milestone,  ///< Not when quiet; never left out, since there are only a few.
  always,
};

/// Every method may be called from any thread.
class StateLog {
 public:
  /// `output` is borrowed.
  StateLog(Output& output, StateLogOptions options) : output_(output), options_(options) {}

  /// An object with the members `event` and `time`.
  static JsonObject object(std::string_view event);

  /// Shows one of the two forms.
  void show(const JsonObject& object, std::string_view text, Weight weight = Weight::state);
  /// A state that is no more than its text.
  void say(std::string_view event, std::string_view text, Weight weight = Weight::state);

  bool is_json() const noexcept { return options_.json; }

 private:
  void write(const JsonObject& object, std::string_view text, Weight weight);

  Output& output_;
  StateLogOptions options_;
  std::atomic<std::uint64_t> left_out_ = 0;
};

}  // namespace heartwire::cli
