#include "heartwire/net/guarded_dialect.hpp"

#include <exception>
#include <utility>

namespace heartwire::net {
namespace {

class GuardedDialect final : public core::Dialect {
 public:
  GuardedDialect(core::DialectPtr inner, std::function<void(std::string_view)> report)
      : inner_(std::move(inner)), report_(std::move(report)) {}

  std::string_view name() const noexcept override { return inner_->name(); }

  core::ProbeForm write_probe(base::Role role, std::uint32_t sequence,
                              std::string& payload) const override {
    return guarded(core::ProbeForm::none,
                   [&] { return inner_->write_probe(role, sequence, payload); });
  }

  core::Reading read(base::Role role, core::MessageView message,
                     std::string& reply) const override {
    return guarded(core::Reading{}, [&] { return inner_->read(role, message, reply); });
  }

  bool has_answers(base::Role role) const noexcept override { return inner_->has_answers(role); }

  void adapt(base::Role role, core::HeartbeatOptions& options) const noexcept override {
    inner_->adapt(role, options);
  }

 private:
  template <typename Value, typename Work>
  Value guarded(Value otherwise, const Work& work) const {
    try {
      return work();
    } catch (const std::exception& error) {
      report_("the dialect threw: " + std::string{error.what()});
    } catch (...) {
      report_("the dialect threw something that is not a std::exception");
    }
    return otherwise;
  }

  core::DialectPtr inner_;
  std::function<void(std::string_view)> report_;
};

}  // namespace

core::DialectPtr guard_dialect(core::DialectPtr inner,
                               std::function<void(std::string_view)> report) {
  return std::make_shared<const GuardedDialect>(std::move(inner), std::move(report));
}

}  // namespace heartwire::net
