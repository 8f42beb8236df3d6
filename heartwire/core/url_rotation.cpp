#include "heartwire/core/url_rotation.hpp"

namespace heartwire::core {

void UrlRotation::on_failed(base::Instant now) noexcept {
  if (index_ == 0) first_failed_at_ = now;
  index_ = (index_ + 1) % options_->url_count;
}

void UrlRotation::on_lost(base::Instant now) noexcept {
  if (index_ != 0 && now - first_failed_at_ >= options_->first_again_after) index_ = 0;
}

}  // namespace heartwire::core
