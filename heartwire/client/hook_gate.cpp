#include "heartwire/client/hook_gate.hpp"

namespace heartwire::client {

void HookGate::wait() const noexcept {
  if (running_on_.load() == std::this_thread::get_id()) return;
  for (auto word = word_.load(); word >= kOneHook; word = word_.load()) word_.wait(word);
}

bool HookGate::enter() noexcept {
  const std::uint32_t before = word_.fetch_add(kOneHook);
  if (before < kOneHook) running_on_ = std::this_thread::get_id();
  if ((before & kShut) == 0) return true;
  leave();
  return false;
}

void HookGate::leave() noexcept {
  if (word_.load() < 2 * kOneHook) running_on_ = std::thread::id{};
  if (word_.fetch_sub(kOneHook) == (kOneHook | kShut)) word_.notify_all();
}

}  // namespace heartwire::client
