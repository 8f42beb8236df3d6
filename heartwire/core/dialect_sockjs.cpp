// SockJS: the server's frames are "o", "h", "a[...]", "c[...]"; "h" is its heartbeat, answered by
// nobody. A client sends JSON arrays of strings, and no heartbeat of its own.
// Source: sockjs-protocol 0.3.3, sections "Frames accepted by the client" and "Heartbeat".

#include "heartwire/core/dialect.hpp"
#include "heartwire/core/dialect_modes.hpp"

namespace heartwire::core::dialect {
namespace {

// The longest that options take, in place of never.
constexpr base::Duration kSilenceMax = std::chrono::hours{24 * 7};

class SockJs final : public Dialect {
 public:
  std::string_view name() const noexcept override { return "sockjs"; }

  ProbeForm write_probe(Role role, std::uint32_t, std::string& payload) const override {
    payload.clear();
    if (role == Role::client) return ProbeForm::none;
    payload += 'h';
    return ProbeForm::text;
  }

  Reading read(Role role, MessageView message, std::string& reply) const override {
    reply.clear();
    const bool is_beat =
        role == Role::client && message.type == MessageType::text && message.payload == "h";
    return {.meaning = is_beat ? Meaning::beat : Meaning::application};
  }

  bool has_answers(Role) const noexcept override { return false; }

  bool has_user_code() const noexcept override { return false; }

  // A client that has nothing to say is silent for as long as it likes, so its silence proves
  // nothing; what the server sends, and the kernel fails to deliver, does.
  void adapt(Role role, HeartbeatOptions& options) const noexcept override {
    if (role == Role::client) {
      set_modes(options, Sending::watchdog, Evidence::any_traffic);
    } else {
      set_modes(options, Sending::on_silence, Evidence::one_way, kSilenceMax);
    }
  }
};

}  // namespace

DialectPtr sockjs() {
  return std::make_shared<SockJs>();
}

}  // namespace heartwire::core::dialect
