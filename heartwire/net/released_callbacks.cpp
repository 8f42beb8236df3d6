#include "heartwire/net/released_callbacks.hpp"

#include <memory>
#include <utility>

namespace heartwire::net {
namespace {

class Released {
 public:
  explicit Released(std::mutex& mutex) : mutex_(mutex) { mutex_.unlock(); }
  ~Released() { mutex_.lock(); }
  Released(const Released&) = delete;
  Released& operator=(const Released&) = delete;

 private:
  std::mutex& mutex_;
};

class ReleasedDialect final : public core::Dialect {
 public:
  ReleasedDialect(core::DialectPtr inner, std::mutex& mutex)
      : inner_(std::move(inner)), mutex_(mutex) {}

  std::string_view name() const noexcept override { return inner_->name(); }

  core::ProbeForm write_probe(core::Role role, std::uint32_t sequence,
                              std::string& payload) const override {
    const Released released(mutex_);
    return inner_->write_probe(role, sequence, payload);
  }

  core::Reading read(core::Role role, core::MessageView message,
                     std::string& reply) const override {
    const Released released(mutex_);
    return inner_->read(role, message, reply);
  }

  bool has_answers(core::Role role) const noexcept override { return inner_->has_answers(role); }

  void adapt(core::Role role, core::HeartbeatOptions& options) const noexcept override {
    inner_->adapt(role, options);
  }

 private:
  core::DialectPtr inner_;
  std::mutex& mutex_;
};

}  // namespace

bool has_callbacks(const core::LifecycleOptions& options) noexcept {
  return options.judge != nullptr || options.dialect->has_user_code();
}

void release_in_callbacks(core::LifecycleOptions& options, std::mutex& mutex) {
  options.dialect = std::make_shared<const ReleasedDialect>(std::move(options.dialect), mutex);
  if (!options.judge) return;
  options.judge = [judge = std::move(options.judge), &mutex](const core::Outcome& outcome) {
    const Released released(mutex);
    return judge(outcome);
  };
}

}  // namespace heartwire::net
