#include "heartwire/net/thread_workspace.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/net/entropy.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace heartwire::net {
namespace {

/// What a workspace keeps for the next turn; a rare large output is not worth holding on to.
constexpr std::size_t kKeptBytesMax = std::size_t{256} << 10;

class SystemMaskKeys final : public endpoint::MaskKeySource {
 public:
  std::uint32_t next_mask_key() override { return pool_.next_u32(); }

 private:
  EntropyPool pool_;
};

SystemMaskKeys& thread_mask_keys() {
  thread_local SystemMaskKeys mask_keys;
  return mask_keys;
}

/// As many workspaces as turns have ever nested on the thread: seldom more than two.
struct LeaseStack {
  std::vector<std::unique_ptr<endpoint::Workspace>> workspaces;
  std::size_t leased = 0;
};

LeaseStack& lease_stack() {
  thread_mask_keys();  // Made first, so that it is destroyed after the workspaces that use it.
  thread_local LeaseStack stack;
  return stack;
}

}  // namespace

endpoint::Workspace& thread_workspace() {
  thread_local endpoint::Workspace workspace(thread_mask_keys());
  return workspace;
}

WorkspaceLease::WorkspaceLease() {
  LeaseStack& stack = lease_stack();
  if (stack.leased == stack.workspaces.size())
    stack.workspaces.push_back(std::make_unique<endpoint::Workspace>(thread_mask_keys()));
  workspace_ = stack.workspaces[stack.leased++].get();
}

WorkspaceLease::~WorkspaceLease() {
  LeaseStack& stack = lease_stack();
  HW_CHECK(stack.leased > 0 && stack.workspaces[stack.leased - 1].get() == workspace_);
  --stack.leased;
  workspace_->input = {};
  workspace_->output.clear();
  // Unlike `= {}`, which keeps the memory.
  if (workspace_->output.capacity() > kKeptBytesMax) workspace_->output = base::Bytes{};
}

}  // namespace heartwire::net
