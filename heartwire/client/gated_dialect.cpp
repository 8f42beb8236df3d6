#include "heartwire/client/gated_dialect.hpp"

#include <memory>
#include <utility>

namespace heartwire::client {
namespace {

class GatedDialect final : public core::Dialect {
 public:
  GatedDialect(core::DialectPtr inner, HookGate& gate) : inner_(std::move(inner)), gate_(gate) {}

  std::string_view name() const noexcept override { return inner_->name(); }

  core::ProbeForm write_probe(core::Role role, std::uint32_t sequence,
                              std::string& payload) const override {
    auto form = core::ProbeForm::none;
    gate_.pass([&] { form = inner_->write_probe(role, sequence, payload); });
    return form;
  }

  core::Reading read(core::Role role, core::MessageView message,
                     std::string& reply) const override {
    core::Reading reading{.meaning = core::Meaning::beat};
    gate_.pass([&] { reading = inner_->read(role, message, reply); });
    return reading;
  }

  bool has_answers(core::Role role) const noexcept override { return inner_->has_answers(role); }

  void adapt(core::Role role, core::HeartbeatOptions& options) const noexcept override {
    inner_->adapt(role, options);
  }

 private:
  core::DialectPtr inner_;
  HookGate& gate_;
};

}  // namespace

core::DialectPtr gate_dialect(core::DialectPtr inner, HookGate& gate) {
  return std::make_shared<const GatedDialect>(std::move(inner), gate);
}

}  // namespace heartwire::client
