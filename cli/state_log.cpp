#include "cli/state_log.hpp"

#include "cli/text.hpp"

#include <chrono>
#include <string>

namespace heartwire::cli {

using std::chrono::system_clock;

JsonObject StateLog::object(std::string_view event) {
  JsonObject object;
  object.add("event", event).add("time", utc(system_clock::now()));
  return object;
}

void StateLog::show(const JsonObject& object, std::string_view text, Weight weight) {
  if (options_.may_leave_out && weight < Weight::milestone && output_.is_crowded()) {
    ++left_out_;
    return;
  }
  if (const std::uint64_t count = left_out_.exchange(0); count > 0) {
    JsonObject note = StateLog::object("left_out");
    write(note.add("count", count),
          std::to_string(count) + " lines were left out: nobody read them", Weight::always);
  }
  write(object, text, weight);
}

void StateLog::say(std::string_view event, std::string_view text, Weight weight) {
  show(object(event).add("text", text), text, weight);
}

void StateLog::write(const JsonObject& object, std::string_view text, Weight weight) {
  if (options_.json) return output_.write(Stream::out, object.line());
  const bool is_shown = weight == Weight::always || (weight >= Weight::state && !options_.quiet);
  if (!is_shown) return;
  std::string line = wall_clock(system_clock::now()) + "  ";
  line += text;
  line += '\n';
  output_.write(Stream::err, std::move(line));
}

}  // namespace heartwire::cli
