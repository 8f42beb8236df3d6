#include "heartwire/core/url_rotation.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace heartwire::core {
namespace {

using std::chrono::minutes;

base::Instant at(int minute) {
  return base::instant(minutes{1'000 + minute});
}

TEST(UrlRotation, begins_with_the_preferred_one) {
  const UrlRotationOptions options{.url_count = 3};

  EXPECT_EQ(UrlRotation(options).index(), 0u);
}

TEST(UrlRotation, a_failure_moves_to_the_next_in_a_ring) {
  const UrlRotationOptions options{.url_count = 3};
  UrlRotation urls(options);

  urls.on_failed(at(0));
  EXPECT_EQ(urls.index(), 1u);
  urls.on_failed(at(0));
  EXPECT_EQ(urls.index(), 2u);
  urls.on_failed(at(0));
  EXPECT_EQ(urls.index(), 0u);
}

TEST(UrlRotation, the_only_one_is_always_it) {
  const UrlRotationOptions options;
  UrlRotation urls(options);

  urls.on_failed(at(0));
  urls.on_lost(at(10));

  EXPECT_EQ(urls.index(), 0u);
}

TEST(UrlRotation, one_that_worked_is_kept_while_the_first_rests) {
  const UrlRotationOptions options{.url_count = 2};
  UrlRotation urls(options);
  urls.on_failed(at(0));

  urls.on_lost(at(4));

  EXPECT_EQ(urls.index(), 1u);
}

TEST(UrlRotation, after_a_loss_the_first_is_tried_once_it_has_rested) {
  const UrlRotationOptions options{.url_count = 3};
  UrlRotation urls(options);
  urls.on_failed(at(0));
  urls.on_failed(at(1));

  urls.on_lost(at(5));

  EXPECT_EQ(urls.index(), 0u);
}

TEST(UrlRotation, the_rest_begins_anew_with_each_failure_of_the_first) {
  const UrlRotationOptions options{.url_count = 2};
  UrlRotation urls(options);
  urls.on_failed(at(0));
  urls.on_lost(at(6));
  urls.on_failed(at(6));

  urls.on_lost(at(10));
  EXPECT_EQ(urls.index(), 1u);
  urls.on_lost(at(11));
  EXPECT_EQ(urls.index(), 0u);
}

TEST(UrlRotation, a_loss_of_the_first_keeps_it) {
  const UrlRotationOptions options{.url_count = 2};
  UrlRotation urls(options);

  urls.on_lost(at(10));

  EXPECT_EQ(urls.index(), 0u);
}

TEST(UrlRotation, a_rest_of_zero_returns_at_every_loss) {
  const UrlRotationOptions options{.url_count = 2, .first_again_after = minutes{0}};
  UrlRotation urls(options);
  urls.on_failed(at(0));

  urls.on_lost(at(0));

  EXPECT_EQ(urls.index(), 0u);
}

}  // namespace
}  // namespace heartwire::core
