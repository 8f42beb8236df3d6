// Properties of Outbox against the plainest model of one: a list and a table of fates.

#include "heartwire/core/outbox.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace heartwire::core {
namespace {

using base::Duration;
using base::Instant;
using std::chrono::milliseconds;

enum class Fate { here, written, replaced, expired, taken_back };

/// One thing done to an outbox. `pick` chooses a size, a key, a lifetime or a message.
struct Step {
  enum class Kind { push, push_keyed, push_mortal, take, write, lose, expire, take_back, clear };
  Kind kind = Kind::push;
  std::size_t pick = 0;
  int pause_ms = 0;
};

void showValue(const Step& step, std::ostream& out) {
  constexpr const char* kNames[] = {"push", "push_keyed", "push_mortal", "take", "write",
                                    "lose", "expire",     "take_back",   "clear"};
  out << kNames[static_cast<std::size_t>(step.kind)] << ' ' << step.pick << " after "
      << step.pause_ms << " ms";
}

rc::Gen<Step> arbitrary_step() {
  using Kind = Step::Kind;
  return rc::gen::build<Step>(
      rc::gen::set(&Step::kind, rc::gen::weightedElement<Kind>({{6, Kind::push},
                                                                {4, Kind::push_keyed},
                                                                {4, Kind::push_mortal},
                                                                {8, Kind::take},
                                                                {6, Kind::write},
                                                                {1, Kind::lose},
                                                                {2, Kind::expire},
                                                                {2, Kind::take_back},
                                                                {1, Kind::clear}})),
      rc::gen::set(&Step::pick, rc::gen::inRange<std::size_t>(0, 40)),
      rc::gen::set(&Step::pause_ms, rc::gen::inRange(0, 30)));
}

/// Runs an outbox beside its model and compares them after each step.
class Twin {
 public:
  void play(const Step& step) {
    now_ += milliseconds{step.pause_ms};
    using Kind = Step::Kind;
    switch (step.kind) {
      case Kind::push: push(step.pick, {}); break;
      case Kind::push_keyed: push(step.pick, {{}, std::string(1 + step.pick % 3, 'k')}); break;
      case Kind::push_mortal: push(step.pick, {milliseconds{step.pick}, {}}); break;
      case Kind::take: take(); break;
      case Kind::write: write(); break;
      case Kind::lose: lose(); break;
      case Kind::expire: expire(); break;
      case Kind::take_back: take_back(step.pick); break;
      case Kind::clear: clear(); break;
    }
    compare();
  }

  /// Everything still here leaves in order.
  void drain() {
    lose();
    while (take()) write();
    expire();
    compare();
    RC_ASSERT(outbox_.bytes() == 0U);
    RC_ASSERT(outbox_.deadline() == std::nullopt);
    for (const auto& [id, fate] : fates_) RC_ASSERT(fate != Fate::here);
  }

 private:
  struct Kept {
    MessageId id;
    Message message;
    std::string key;
    Instant expires;
  };

  void settle(MessageId id, Fate fate) {
    RC_ASSERT(fates_.at(id) == Fate::here);
    fates_[id] = fate;
  }

  static std::size_t cost(const Kept& kept) {
    return kept.message.payload.size() + kept.key.size() + Outbox::kMessageOverhead;
  }

  std::size_t bytes() const {
    std::size_t sum = 0;
    for (const Kept& kept : kept_) sum += cost(kept);
    return sum;
  }

  /// Settles what has expired while waiting, as the model sees it, and drops it.
  void forget_expired() {
    for (std::size_t index = kept_.size(); index-- > in_flight_;) {
      if (now_ < kept_[index].expires) continue;
      settle(kept_[index].id, Fate::expired);
      untold_.push_back(kept_[index].id);
      kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(index));
    }
  }

  void push(std::size_t size, const SendOptions& send) {
    forget_expired();
    Kept fresh{0,
               {MessageType::text, std::string(size, 'x')},
               send.key,
               send.time_to_live ? now_ + *send.time_to_live : Instant::max()};
    const auto waiting = kept_.begin() + static_cast<std::ptrdiff_t>(in_flight_);
    const auto older = std::find_if(waiting, kept_.end(), [&](const Kept& kept) {
      return !send.key.empty() && kept.key == send.key;
    });
    const std::size_t freed = older == kept_.end() ? 0 : cost(*older);
    std::optional<MessageId> replaced;

    const auto pushed = outbox_.push(now_, fresh.message, send, &replaced);

    RC_ASSERT(pushed.is_ok() == (bytes() - freed + cost(fresh) <= options_.outbox_bytes_max));
    if (!pushed) return;
    RC_ASSERT(fates_.emplace(*pushed, Fate::here).second);
    fresh.id = *pushed;
    RC_ASSERT(replaced.has_value() == (older != kept_.end()));
    if (replaced) {
      RC_ASSERT(*replaced == older->id);
      settle(*replaced, Fate::replaced);
      *older = fresh;
    } else {
      kept_.push_back(fresh);
    }
  }

  bool take() {
    forget_expired();
    const auto taken = outbox_.take(now_);
    RC_ASSERT(taken.has_value() == (in_flight_ < kept_.size()));
    if (!taken) return false;
    RC_ASSERT(taken->id == kept_[in_flight_].id);
    RC_ASSERT(taken->message == kept_[in_flight_].message.view());
    ++in_flight_;
    return true;
  }

  void write() {
    if (in_flight_ == 0) return;
    settle(kept_.front().id, Fate::written);
    outbox_.on_written(kept_.front().id);
    kept_.erase(kept_.begin());
    --in_flight_;
  }

  void lose() {
    outbox_.on_lost();
    in_flight_ = 0;
  }

  void expire() {
    forget_expired();
    while (const auto id = outbox_.poll_expired(now_)) {
      const auto told = std::find(untold_.begin(), untold_.end(), *id);
      RC_ASSERT(told != untold_.end());
      untold_.erase(told);
    }
    RC_ASSERT(untold_.empty());
  }

  void take_back(std::size_t pick) {
    expire();
    if (kept_.empty()) return;
    const std::size_t index = pick % kept_.size();
    const auto message = outbox_.take_back(kept_[index].id);
    RC_ASSERT(message.has_value() == (index >= in_flight_));
    if (!message) return;
    RC_ASSERT(*message == kept_[index].message);
    settle(kept_[index].id, Fate::taken_back);
    kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(index));
  }

  void clear() {
    expire();
    for (const Unsent& unsent : outbox_.take_back_all()) {
      RC_ASSERT(unsent.id == kept_[in_flight_].id);
      settle(unsent.id, Fate::taken_back);
      kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(in_flight_));
    }
  }

  void compare() {
    forget_expired();
    RC_ASSERT(outbox_.bytes() <= options_.outbox_bytes_max);
    const auto deadline = outbox_.deadline();
    if (!untold_.empty()) RC_ASSERT((deadline && *deadline <= now_));
    Instant first = Instant::max();
    for (std::size_t i = in_flight_; i < kept_.size(); ++i)
      first = std::min(first, kept_[i].expires);
    if (first != Instant::max()) RC_ASSERT((deadline && *deadline <= first));
    if (untold_.empty() && first == Instant::max()) RC_ASSERT(!deadline);
    if (!untold_.empty()) return;  // The outbox itself may not have looked yet.
    RC_ASSERT(outbox_.bytes() == bytes());
    RC_ASSERT(outbox_.count() == kept_.size());
    RC_ASSERT(outbox_.has_waiting() == (in_flight_ < kept_.size()));
  }

  OutboxOptions options_{2000, WhenNotOpen::queue};
  Outbox outbox_{options_};
  std::vector<Kept> kept_;
  std::size_t in_flight_ = 0;
  std::vector<MessageId> untold_;
  std::map<MessageId, Fate> fates_;
  Instant now_ = base::instant(milliseconds{1});
};

RC_GTEST_PROP(OutboxProperty, every_message_keeps_its_place_and_has_exactly_one_fate, ()) {
  const auto steps = *rc::gen::container<std::vector<Step>>(arbitrary_step());
  Twin twin;

  for (const Step& step : steps) twin.play(step);
  twin.drain();
}

}  // namespace
}  // namespace heartwire::core
