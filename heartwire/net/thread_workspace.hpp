#pragma once
// The workspaces that the endpoints of a thread share.

#include "heartwire/endpoint/workspace.hpp"

namespace heartwire::net {

/// The calling thread's. Its masking keys come from the operating system's generator.
endpoint::Workspace& thread_workspace();

/// A workspace for one endpoint's turn, for where turns nest: while one connection is being read a
/// hook may send on another. It is empty at first; what is left in it at the end is dropped.
/// Belongs to the thread that made it, is never thread_workspace(), and leases end in the reverse
/// order.
class WorkspaceLease {
 public:
  WorkspaceLease();
  ~WorkspaceLease();
  WorkspaceLease(const WorkspaceLease&) = delete;
  WorkspaceLease& operator=(const WorkspaceLease&) = delete;

  endpoint::Workspace& operator*() const noexcept { return *workspace_; }
  endpoint::Workspace* operator->() const noexcept { return workspace_; }

 private:
  endpoint::Workspace* workspace_;
};

}  // namespace heartwire::net
