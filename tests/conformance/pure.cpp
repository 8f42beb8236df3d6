#include "tests/conformance/pure.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/endpoint/client_endpoint.hpp"
#include "heartwire/endpoint/server_endpoint.hpp"
#include "heartwire/ws/extensions.hpp"
#include "heartwire/ws/url.hpp"
#include "tests/conformance/our_deflate.hpp"
#include "tests/conformance/watcher.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace heartwire::conformance {
namespace {

namespace life = core::lifecycle_action;

constexpr std::uint64_t kSeed = 7;
const base::Instant kNow = base::instant(std::chrono::hours{1});

class SeededKeys final : public endpoint::MaskKeySource {
 public:
  std::uint32_t next_mask_key() override { return static_cast<std::uint32_t>(rng_.next()); }

 private:
  base::Rng rng_{kSeed};
};

ws::ReaderLimits limits_of(const Case& test) {
  ws::ReaderLimits limits;
  limits.message_bytes_max = limits.frame_bytes_max = test.message_bytes_max;
  return limits;
}

/// What both roles have: a kernel that takes everything, and somebody who watches it.
struct Bench {
  Bench(Role role, const Case& test)
      : watcher(role, test.agreed), is_compressed_back(test.is_compressed_back) {}

  SeededKeys keys;
  endpoint::Workspace workspace{keys};
  Watcher watcher;
  std::string told_line;  ///< Once the transport has ended.
  bool is_compressed_back;

  std::size_t flush() {
    const std::size_t count = workspace.output.size();
    watcher.feed(base::as_text(workspace.output));
    workspace.output.clear();
    return count;
  }

  Transcript transcript() const {
    Transcript lines = watcher.lines();
    if (watcher.is_cut_short()) lines.push_back("FAULT: cut short");
    if (told_line.empty()) {
      lines.push_back(kSilence);
    } else {
      lines.push_back(kEnd);
      lines.push_back(told_line);
    }
    if (is_compressed_back && watcher.has_compressed()) lines.push_back(kCompressedBack);
    return lines;
  }
};

class ServerBench : Bench {
 public:
  explicit ServerBench(const Case& test)
      : Bench(Role::server, test),
        options_(make_options(test)),
        machine_(options_, kNow, kSeed, core::DialectSet::kUndecided, agreed(test)) {}

  Transcript run(std::vector<std::string> pieces) {
    for (std::string& piece : pieces) {
      if (!told_line.empty()) break;
      machine_.handle(kNow, endpoint::server_event::Received{bytes_of(piece)}, workspace);
      drive();
    }
    return transcript();
  }

  static base::MutableByteView bytes_of(std::string& piece) {
    return {reinterpret_cast<std::uint8_t*>(piece.data()), piece.size()};
  }

 private:
  static endpoint::ServerEndpointOptions make_options(const Case& test) {
    endpoint::ServerEndpointOptions options;
    options.limits = limits_of(test);
    options.send_buffer_bytes_max = std::size_t{1} << 30;
    options.deflate = server_deflate();
    return options;
  }

  /// What our server makes of the offer.
  static std::optional<ws::DeflateParams> agreed(const Case& test) {
    if (!test.agreed) return std::nullopt;
    std::vector<ws::Extension> offered;
    HW_CHECK(ws::parse_extensions(extensions_text(*test.agreed, Role::client), offered));
    const auto answer = ws::accept_deflate_offer(server_deflate(), offered);
    HW_CHECK(answer.has_value());
    return answer->params;
  }

  void drive() {
    for (;;) {
      while (const auto action = machine_.poll(kNow, workspace)) perform(*action);
      const std::size_t count = flush();
      if (count == 0) return;
      machine_.handle(kNow, endpoint::server_event::Written{count, false}, workspace);
    }
  }

  void perform(const endpoint::ServerAction& action) {
    if (const auto* deliver = std::get_if<endpoint::server_action::Deliver>(&action)) {
      if (!machine_.send(deliver->message, workspace)) told_line = "FAULT: an echo was refused";
    } else if (const auto* end = std::get_if<endpoint::server_action::End>(&action)) {
      told_line = told(end->outcome.cause, end->outcome.code, end->is_clean);
    }
  }

  endpoint::ServerEndpointOptions options_;
  endpoint::ServerEndpoint machine_;
};

class ClientBench : Bench {
 public:
  explicit ClientBench(const Case& test)
      : Bench(Role::client, test),
        test_(test),
        options_(make_options(test)),
        machine_(options_, kSeed) {}

  /// In one piece means that even the head of the server's answer is in it.
  Transcript run(std::vector<std::string> pieces) {
    connect();
    pieces.front().insert(0,
                          "HTTP/1.1 101 Switching Protocols\r\n"
                          "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n" +
                              extensions_field(test_.agreed, Role::server) + "\r\n");
    for (std::string& piece : pieces) {
      if (!told_line.empty()) break;
      handle(endpoint::client_event::Received{1, ServerBench::bytes_of(piece)});
    }
    // The server ends the transport first (RFC 6455 section 7.1.1).
    if (watcher.has_close() && told_line.empty()) {
      core::Outcome outcome;
      outcome.cause = core::Cause::lost;
      handle(endpoint::client_event::Ended{1, outcome});
    }
    return transcript();
  }

 private:
  static endpoint::ClientEndpointOptions make_options(const Case& test) {
    endpoint::ClientEndpointOptions options;
    options.limits = limits_of(test);
    options.lifecycle.outbox.outbox_bytes_max = std::size_t{1} << 30;
    options.lifecycle.reconnect.enabled = false;
    if (test.agreed) options.deflate = client_deflate(*test.agreed);
    return options;
  }

  void connect() {
    machine_.handle(kNow, core::lifecycle_event::Start{}, workspace);
    drive();
    ws::HandshakeRequestOptions wanted;
    wanted.deflate = options_.deflate;
    auto handshake =
        endpoint::ClientHandshake::make(*ws::parse_url("ws://example.com/"), wanted, {});
    machine_.handle(kNow, endpoint::client_event::Connected{1, std::move(handshake).value()},
                    workspace);
    const std::size_t head = workspace.output.size();
    workspace.output.clear();
    handle(endpoint::client_event::Written{1, head, false});
  }

  void handle(const endpoint::ClientEvent& event) {
    machine_.handle(kNow, event, workspace);
    drive();
  }

  void drive() {
    for (;;) {
      while (const auto action = machine_.poll(kNow, workspace)) perform(*action);
      const std::size_t count = flush();
      if (count == 0) return;
      machine_.handle(kNow, endpoint::client_event::Written{1, count, false}, workspace);
    }
  }

  void perform(const endpoint::ClientAction& action) {
    if (const auto* deliver = std::get_if<endpoint::client_action::Deliver>(&action)) {
      const auto& message = deliver->message;
      if (!machine_.send(kNow, {message.type, std::string{message.payload}}, {}))
        told_line = "FAULT: an echo was refused";
    } else if (std::holds_alternative<endpoint::client_action::AskGreeting>(action)) {
      machine_.handle(kNow, endpoint::client_event::Greeting{1, {}}, workspace);
    } else if (std::holds_alternative<life::DropTransport>(action)) {
      flush();  // A last word.
    } else if (const auto* end = std::get_if<life::NotifyEnd>(&action)) {
      const core::Outcome& outcome = machine_.lifecycle().last_outcome();
      told_line = told(outcome.cause, outcome.code, end->is_clean);
    }
  }

  const Case& test_;
  endpoint::ClientEndpointOptions options_;
  endpoint::ClientEndpoint machine_;
};

}  // namespace

Transcript run_pure(const Case& test, Role role, Feeding feeding) {
  const Role peer = role == Role::server ? Role::client : Role::server;
  std::vector<std::string> pieces = pieces_of(test, peer, feeding);
  if (role == Role::server) return ServerBench(test).run(std::move(pieces));
  return ClientBench(test).run(std::move(pieces));
}

}  // namespace heartwire::conformance
