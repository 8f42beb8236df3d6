#include "heartwire/client/tapped_hooks.hpp"

#include <utility>

namespace heartwire::client {
namespace {

template <typename Info>
void put_before(std::function<void(const Info&)>& hook, const std::function<void()>& first) {
  hook = [first, then = std::move(hook)](const Info& info) {
    first();
    if (then) then(info);
  };
}

}  // namespace

void tap(Hooks& hooks, std::function<void(core::MessageView)> on_message,
         const std::function<void()>& on_change) {
  hooks.on_message = std::move(on_message);
  put_before(hooks.on_open, on_change);
  put_before(hooks.on_close, on_change);
  put_before(hooks.on_gave_up, on_change);
}

}  // namespace heartwire::client
