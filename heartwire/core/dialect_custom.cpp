#include "heartwire/core/dialect.hpp"

#include <utility>

namespace heartwire::core::dialect {
namespace {

class Custom final : public Dialect {
 public:
  explicit Custom(CustomOptions options) : options_(std::move(options)) {}

  std::string_view name() const noexcept override { return options_.name; }

  ProbeForm write_probe(Role, std::uint32_t sequence, std::string& payload) const override {
    payload.clear();
    if (!options_.probe) return ProbeForm::none;
    std::optional<Message> probe = options_.probe(sequence);
    if (!probe) return ProbeForm::none;
    payload = std::move(probe->payload);
    return probe->type == MessageType::text ? ProbeForm::text : ProbeForm::binary;
  }

  Reading read(Role, MessageView message, std::string& reply) const override {
    reply.clear();
    if (!options_.read) return {};
    Reading reading{.meaning = options_.read(message)};
    if (reading.meaning != Meaning::probe || !options_.reply) return reading;
    if (std::optional<Message> answer = options_.reply(message)) {
      reply = std::move(answer->payload);
      reading.reply_type = answer->type;
    }
    return reading;
  }

  bool has_answers(Role) const noexcept override { return options_.read != nullptr; }

 private:
  CustomOptions options_;
};

}  // namespace

DialectPtr custom(CustomOptions options) {
  return std::make_shared<Custom>(std::move(options));
}

}  // namespace heartwire::core::dialect
