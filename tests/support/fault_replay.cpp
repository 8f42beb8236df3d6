#include "tests/support/fault_replay.hpp"

#include "tests/support/lifecycle_world.hpp"

namespace heartwire::support {

using core::State;

const Script& faults() {
  static const Script all = parse_script(
      "peer drops\n"
      "peer closes 1000\n"
      "peer closes 1008\n"
      "peer refuses\n"
      "peer ignores\n"
      "peer silent\n"
      "link stuck\n"
      "stall 2m\n"
      "late opened\n"
      "late ended\n"
      "late closing\n"
      "late answered\n"
      "start\n"
      "close 1000\n"
      "reconnect\n"
      "suspend\n"
      "condition later\n"
      "condition no\n");
  return all;
}

std::string final_complaint(const core::LifecycleOptions& options, const Script& script) {
  LifecycleWorld world(options);
  world.play(script).settle();
  if (!world.complaints().empty()) return world.complaints().front();
  const State state = world.machine().state();
  const std::string found = world.standing();
  if (world.is_wanted() && state != State::open && state != State::failed)
    return "wanted, but in the end " + found;
  if (!world.is_wanted() && state != State::closed && state != State::idle)
    return "not wanted, but in the end " + found;
  return {};
}

std::vector<std::string> replay_with_faults(const core::LifecycleOptions& options,
                                            const Script& script) {
  std::vector<std::string> wrong;
  const auto judge = [&](const Script& life) {
    const std::string complaint = final_complaint(options, life);
    if (!complaint.empty()) wrong.push_back(complaint + "\n" + to_text(life));
  };
  judge(script);
  for (std::size_t place = 0; place <= script.size(); ++place) {
    const auto here = script.begin() + static_cast<std::ptrdiff_t>(place);
    for (const Step& fault : faults()) {
      Script life(script.begin(), here);
      life.push_back(fault);
      judge(life);
      life.insert(life.end(), here, script.end());
      judge(life);
    }
  }
  return wrong;
}

}  // namespace heartwire::support
