#pragma once
// One accepted connection of a server host: drives an endpoint::ServerEndpoint as
// net::ServerConnection does, from the request to the end of its transport.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/instant.hpp"
#include "heartwire/core/admission.hpp"
#include "heartwire/endpoint/server_endpoint.hpp"
#include "heartwire/endpoint/server_handshake.hpp"
#include "heartwire/sim/flow.hpp"
#include "heartwire/sim/record.hpp"
#include "heartwire/sim/scenario.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace heartwire::sim {

class ServerHost;
class World;

class ServerConnection {
 public:
  /// All are borrowed. `why_not`: read the request, then refuse it so.
  ServerConnection(World& world, ServerHost& host, Flow& flow,
                   const std::optional<core::Refusal>& why_not);

  /// Reads, writes and ticks, whatever is possible and due.
  void take_turn();
  void send(const Deed& deed);
  void close(std::uint16_t code);
  /// Closes, and says that the client may return after so long.
  void send_away(std::chrono::seconds after);
  /// The process ends. `is_orderly`: its kernel ends the transport; else nobody does.
  void vanish(bool is_orderly);

  bool is_open() const noexcept;
  bool is_over() const noexcept { return stage_ == Stage::gone; }
  std::optional<base::Instant> timer_at{};  ///< World time of a wake-up on its way.

 private:
  enum class Stage : std::uint8_t { reading_request, answering, open, lingering, gone };

  const ServerSetup& setup() const noexcept;
  void tell(const What& what);
  void read_what_is_there();
  void receive(base::MutableByteView bytes);
  void judge(const ws::UpgradeRequest& request);
  void answer();
  void open();
  void refuse(const ws::HttpRefusal& why_not);
  void on_transport_end();
  void on_timer();
  void handle(const endpoint::ServerEvent& event);
  void run();
  bool poll_all();
  void perform(endpoint::ServerAction& action);
  void close(std::uint16_t code, std::string_view reason);
  void receive_message(std::string_view payload);
  void end(const endpoint::server_action::End& end);
  bool flush();
  std::size_t write(base::ByteView fresh);
  void linger();
  void release(bool is_reset);
  void rearm();

  World& world_;
  ServerHost& host_;
  Flow& flow_;
  std::optional<core::Refusal> refusal_;
  endpoint::ServerHandshake handshake_{ws::HeadLimits{}};
  std::optional<ws::UpgradeRequest> request_;
  base::Bytes early_;  ///< What came right behind the request.
  std::optional<endpoint::ServerEndpoint> endpoint_;
  base::Bytes kept_;            ///< What the kernel did not take yet.
  std::size_t http_bytes_ = 0;  ///< At the front of kept_, not the endpoint's.
  base::Instant deadline_{};    ///< Local: of every stage but open.
  base::Instant reads_at_{};    ///< World: a slow reader's next look.
  Stage stage_ = Stage::reading_request;
  bool is_blocked_ = false;
  bool has_ended_writing_ = false;
};

}  // namespace heartwire::sim
