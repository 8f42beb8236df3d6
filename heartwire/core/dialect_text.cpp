#include "heartwire/core/dialect.hpp"
#include "heartwire/core/dialect_exchange.hpp"

#include <utility>

namespace heartwire::core::dialect {
namespace {

class Text final : public Dialect {
 public:
  Text(std::string probe, std::string answer)
      : probe_(std::move(probe)),
        answer_(std::move(answer)),
        exchange_(probe_, answer_, !probe_.empty() && probe_ == answer_) {}

  std::string_view name() const noexcept override { return "text"; }

  ProbeForm write_probe(Role role, std::uint32_t, std::string& payload) const override {
    return exchange_.write_probe(role, payload);
  }

  Reading read(Role role, MessageView message, std::string& reply) const override {
    reply.clear();
    // An empty message equals an empty (absent) probe or answer, but is the application's.
    if (message.type != MessageType::text || message.payload.empty()) return {};
    return exchange_.reading(role, message.payload == probe_, message.payload == answer_, reply);
  }

  bool has_answers(Role role) const noexcept override { return exchange_.has_answers(role); }

  bool has_user_code() const noexcept override { return false; }

 private:
  std::string probe_;
  std::string answer_;
  Exchange exchange_;
};

}  // namespace

DialectPtr text(std::string probe, std::string answer) {
  return std::make_shared<Text>(std::move(probe), std::move(answer));
}

}  // namespace heartwire::core::dialect
