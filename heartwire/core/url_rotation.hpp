#pragma once
// Which of several URLs the next attempt uses. A failed attempt moves to the next one; a URL that
// worked is kept; and after a loss the way back to the first is tried once it has rested. Whether a
// connection that was lost at once had worked is for Lifecycle to say.

#include "heartwire/base/instant.hpp"

#include <cstdint>

namespace heartwire::core {

struct UrlRotationOptions {
  /// How many URLs there are, the preferred one first. Default 1; at least 1.
  std::uint32_t url_count = 1;
  /// When a connection to a later URL is lost, the first is tried again if it last failed at least
  /// this long ago. Default 5 min.
  base::Duration first_again_after = std::chrono::minutes{5};
  bool operator==(const UrlRotationOptions&) const = default;
};

class UrlRotation {
 public:
  /// `options` is borrowed and must outlive this object.
  explicit UrlRotation(const UrlRotationOptions& options) noexcept : options_(&options) {}

  /// Of the URL to use now.
  std::uint32_t index() const noexcept { return index_; }

  /// The attempt on the current URL failed, or its connection was lost too soon to have worked.
  void on_failed(base::Instant now) noexcept;

  /// An open connection to the current URL was lost.
  void on_lost(base::Instant now) noexcept;

 private:
  const UrlRotationOptions* options_;
  std::uint32_t index_ = 0;
  base::Instant first_failed_at_{};
};

}  // namespace heartwire::core
