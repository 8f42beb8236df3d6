#pragma once
// The user's own client as a program: a shell command that is started with a URL in it, and ended
// with all that it has started.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace heartwire::cli {

/// `command` with each `{url}` in it replaced.
std::string with_url(std::string_view command, std::string_view url);

class JudgeProgram {
 public:
  /// Starts `command` with /bin/sh in a process group of its own, without input. Its output goes to
  /// standard error if `is_shown`, else nowhere. The error is for people.
  static base::Result<JudgeProgram, std::string> start(const std::string& command, bool is_shown);

  /// Kills the group if it still runs.
  ~JudgeProgram();
  JudgeProgram(JudgeProgram&& other) noexcept;
  JudgeProgram& operator=(JudgeProgram&& other) noexcept;

  /// Whether the command has ended by now. Never blocks.
  bool has_ended();
  /// Asks the group to end; if it has not after a second, the next call kills it. Call until
  /// has_ended().
  void end(base::Instant now);

 private:
  explicit JudgeProgram(pid_t pid) noexcept : pid_(pid) {}
  void kill_group(int signal) noexcept;

  pid_t pid_ = -1;
  bool has_ended_ = false;
  std::optional<base::Instant> asked_at_;
};

}  // namespace heartwire::cli
