#pragma once
// One WebSocket opened to an examined server, as far as the server's answer.

#include "cli/judge_link.hpp"
#include "heartwire/net/dialer.hpp"
#include "heartwire/net/tls_context.hpp"
#include "heartwire/ws/handshake_client.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace heartwire::cli {

/// On the loop's thread.
class JudgeDial {
 public:
  using Result = base::Result<std::unique_ptr<JudgeLink>, std::string>;
  /// Called once, later. The error is for people, and escaped. It may not destroy the dial.
  using Handler = std::function<void(Result)>;
  static constexpr base::Duration kAnswerMax = std::chrono::seconds{10};

  JudgeDial(net::Loop& loop, const ws::Url& url, const std::optional<net::TlsContext>& tls,
            judge::LinkId id, JudgeLink::Callbacks callbacks, Handler handler);
  ~JudgeDial();
  JudgeDial(const JudgeDial&) = delete;
  JudgeDial& operator=(const JudgeDial&) = delete;

  bool is_over() const noexcept { return !handler_; }

 private:
  void ask(net::Stream stream);
  void read();
  void take(base::ByteView bytes);
  void finish(Result result);

  net::Loop& loop_;
  ws::Url url_;
  judge::LinkId id_;
  JudgeLink::Callbacks callbacks_;
  Handler handler_;
  ws::HandshakeKey key_;
  ws::HeadReader head_{ws::HeadKind::response};
  net::Stream stream_;
  net::Loop::TimerId timer_;
  net::Dialer dialer_;
};

}  // namespace heartwire::cli
