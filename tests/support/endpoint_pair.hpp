#pragma once
// A ClientEndpoint and ServerEndpoints in virtual time, joined by lanes that the test can throttle,
// cut, freeze and make holes in. Both are driven as docs/driver.md says.
//
//   EndpointPair pair({.client = options});
//   pair.wish(core::lifecycle_event::Start{});
//   pair.run(30s);
//   pair.set_black_hole(true);
//   pair.run(1min);
//   pair.complaints();  // what broke a promise that always holds
//
// A dial takes a round trip. The server keeps what the client sent in `server_got`, and the client
// what the server sent in `client_got`.

#include "heartwire/endpoint/client_endpoint.hpp"
#include "heartwire/endpoint/server_endpoint.hpp"
#include "heartwire/endpoint/server_handshake.hpp"
#include "tests/support/virtual_lane.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace heartwire::support {

struct EndpointPairOptions {
  endpoint::ClientEndpointOptions client{};
  endpoint::ServerEndpointOptions server{};
  LaneOptions up{};    ///< From the client to the server.
  LaneOptions down{};  ///< From the server to the client.
  /// What the client asks for, and the server agrees to.
  std::string subprotocol{};
  std::vector<core::Message> greeting{};
  std::uint64_t seed = 5;
};

/// What a server does with a new connection.
struct Reception {
  enum class Kind : std::uint8_t { accept, refuse_dial, answer, ignore };

  Kind kind = Kind::accept;
  std::string answer{};  ///< answer: these bytes, then the end.
};

class EndpointPair {
 public:
  explicit EndpointPair(EndpointPairOptions options);
  EndpointPair(const EndpointPair&) = delete;
  EndpointPair& operator=(const EndpointPair&) = delete;

  // The users.
  void wish(const endpoint::ClientEvent& event);
  base::Result<core::MessageId, core::SendError> send(core::Message message,
                                                      core::SendOptions options = {});
  /// On the newest open connection; false if there is none or it refused.
  bool server_send(core::MessageView message);
  bool server_close(std::uint16_t code, std::string_view reason = {});
  /// The newest open connection's; null if there is none.
  const endpoint::ServerEndpoint* server() const;
  const endpoint::ClientEndpoint& client() const { return client_; }

  // The world.
  void run(base::Duration time);
  /// Both ends learn at once that the connection is gone, and what was on its way is.
  void cut();
  void set_black_hole(bool is_black_hole);
  void set_server_frozen(bool is_frozen) { is_server_frozen_ = is_frozen; }
  void set_client_frozen(bool is_frozen);
  void set_reception(Reception reception) { reception_ = std::move(reception); }
  base::Instant now() const { return now_; }

  // What happened.
  struct ClientTold {
    base::Instant at{};
    endpoint::ClientAction action;
  };
  struct ServerTold {
    base::Instant at{};
    std::uint32_t generation = 0;
    endpoint::ServerAction action;
  };
  std::vector<ClientTold> client_told;  ///< Deliver is not among them.
  std::vector<ServerTold> server_told;  ///< Deliver is not among them.
  std::vector<core::Message> client_got;
  struct ServerGot {
    std::uint32_t generation = 0;
    core::Message message;
  };
  std::vector<ServerGot> server_got;
  std::uint64_t server_got_bytes = 0;
  /// Off for bulk: server_got stays empty.
  bool keeps_messages = true;

  template <typename Action>
  std::size_t count() const {
    std::size_t count = 0;
    for (const ClientTold& one : client_told) count += std::holds_alternative<Action>(one.action);
    return count;
  }
  /// The last time that the client was told this, and what.
  template <typename Action>
  const ClientTold* last() const {
    const ClientTold* found = nullptr;
    for (const ClientTold& one : client_told)
      if (std::holds_alternative<Action>(one.action)) found = &one;
    return found;
  }
  /// How the server's connections ended, in order.
  std::vector<endpoint::server_action::End> server_ends() const;

  /// Promises of every life: bounds, one transport at a time, time moves on.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  struct Connection {
    Connection(std::uint32_t of, const EndpointPairOptions& options)
        : generation(of), up(options.up), down(options.down) {}

    std::uint32_t generation;
    VirtualLane up;
    VirtualLane down;
    Reception reception{};
    // The client's side.
    std::optional<base::Instant> dialled_at{};  ///< Until then it is being dialled.
    bool has_client = true;
    base::Bytes client_kept{};
    // The server's side.
    bool has_server = true;
    endpoint::ServerHandshake handshake{ws::HeadLimits{}};
    std::optional<endpoint::ServerEndpoint> server{};
    base::Bytes server_kept{};
    std::size_t http_bytes = 0;  ///< At the front of server_kept, not the endpoint's.
    bool is_ending = false;      ///< The end follows server_kept.
  };

  class Keys final : public endpoint::MaskKeySource {
   public:
    explicit Keys(std::uint64_t seed) : rng_(seed) {}
    std::uint32_t next_mask_key() override { return static_cast<std::uint32_t>(rng_.next()); }

   private:
    base::Rng rng_;
  };

  std::optional<base::Instant> next_event() const;
  /// Everything that is possible now; false if nothing was.
  bool step();
  bool step_client();
  bool step_server(Connection& one);

  void drive_client();
  void perform(const endpoint::ClientAction& action);
  void dial(const core::lifecycle_action::Dial& dial);
  bool finish_dial(Connection& one);
  bool read_client(Connection& one);
  bool flush_client();
  void leave(std::uint32_t generation, bool has_last_word);
  void end_client(std::uint32_t generation, core::Cause cause);

  bool read_server(Connection& one);
  void open_server(Connection& one, base::MutableByteView& input);
  void drive_server(Connection& one);
  void perform(Connection& one, endpoint::ServerAction action);
  bool flush_server(Connection& one);
  void end_server(Connection& one);
  void check(const Connection& one);

  Connection* of_client();
  Connection* newest_open();
  void complain(std::string what);

  const EndpointPairOptions options_;
  base::Instant now_;
  base::Rng rng_;
  Keys keys_;
  endpoint::Workspace workspace_{keys_};
  endpoint::ClientEndpoint client_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Reception reception_;
  bool is_black_hole_ = false;
  bool is_server_frozen_ = false;
  bool is_client_frozen_ = false;
  std::vector<std::string> complaints_;
};

}  // namespace heartwire::support
