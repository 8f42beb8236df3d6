#include "tests/integration/cases/pace.hpp"

namespace heartwire::cases {

base::Duration Pace::play(base::Duration field) const {
  return (*this)(std::chrono::duration_cast<milliseconds>(field));
}

client::Options Pace::operator()(client::Options options) const {
  core::HeartbeatOptions& heartbeat = options.heartbeat;
  for (base::Duration* each : {&heartbeat.interval, &heartbeat.timeout, &heartbeat.reply_min,
                               &heartbeat.check_timeout, &heartbeat.lateness_max})
    *each = play(*each);
  if (heartbeat.silence_max) heartbeat.silence_max = play(*heartbeat.silence_max);

  core::ReconnectOptions& reconnect = options.reconnect;
  for (base::Duration* each :
       {&reconnect.backoff.delay_min, &reconnect.backoff.delay_max, &reconnect.stable_after,
        &reconnect.restart_delay_min, &reconnect.restart_delay_max, &reconnect.overload_delay_min,
        &reconnect.overload_delay_max})
    *each = play(*each);
  return options;
}

}  // namespace heartwire::cases
