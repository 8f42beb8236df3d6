#include "heartwire/core/dialect.hpp"

namespace heartwire::core::dialect {
namespace {

class Protocol final : public Dialect {
 public:
  std::string_view name() const noexcept override { return "ping"; }

  ProbeForm write_probe(Role, std::uint32_t, std::string& payload) const override {
    payload.clear();
    return ProbeForm::protocol_ping;
  }

  Reading read(Role, MessageView, std::string& reply) const override {
    reply.clear();
    return {};
  }

  bool has_answers(Role) const noexcept override { return true; }

  bool has_user_code() const noexcept override { return false; }
};

}  // namespace

DialectPtr protocol() {
  return std::make_shared<Protocol>();
}

}  // namespace heartwire::core::dialect
