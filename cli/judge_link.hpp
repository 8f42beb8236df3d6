#pragma once
// One connection of the judge, in either role: bytes to events, orders to bytes. It judges nothing,
// and is as ill-behaved on the wire as it is told to be.
//
// On the loop's thread. Bounded: a request, a message and what waits to be written each have a
// limit, after which the link is over.

#include "heartwire/judge/event.hpp"
#include "heartwire/judge/server_event.hpp"
#include "heartwire/net/loop.hpp"
#include "heartwire/net/stream.hpp"
#include "heartwire/ws/handshake_server.hpp"
#include "heartwire/ws/http_head_reader.hpp"
#include "heartwire/ws/mask.hpp"
#include "heartwire/ws/message_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::cli {

class JudgeLink {
 public:
  /// Called from within the loop's callbacks and from within orders; may not destroy the link.
  struct Callbacks {
    /// Once. Answer with accept or refuse, now or later.
    std::function<void(JudgeLink&, const ws::UpgradeRequest&)> on_request;
    /// Everything after it, and Gone also before it.
    std::function<void(JudgeLink&, judge::Event)> on_event;
  };
  /// From connecting until the request is there.
  static constexpr base::Duration kRequestMax = std::chrono::seconds{10};
  /// How long the peer may take to read what is left when we end, and then to end it, too.
  static constexpr base::Duration kLingerMax = std::chrono::seconds{2};
  static constexpr std::size_t kMessageBytesMax = std::size_t{1} << 20;
  static constexpr std::size_t kUnsentBytesMax = std::size_t{8} << 20;

  JudgeLink(net::Loop& loop, net::Stream stream, judge::LinkId id, Callbacks callbacks);
  /// An open WebSocket whose client we are; `unread` came behind the server's answer. Nothing is
  /// read before start().
  JudgeLink(net::Loop& loop, net::Stream stream, judge::LinkId id, Callbacks callbacks,
            base::Bytes unread);
  ~JudgeLink();
  JudgeLink(const JudgeLink&) = delete;
  JudgeLink& operator=(const JudgeLink&) = delete;

  judge::LinkId id() const noexcept { return id_; }
  /// Nothing more happens here: it may be destroyed.
  bool is_over() const noexcept { return !stream_.is_open(); }
  bool has_unsent() const noexcept { return first_unsent_ < unsent_.size(); }

  // Orders. On a link that is over or ending they change nothing.
  void obey(const judge::Accept& order);
  void obey(const judge::Refuse& order);
  void obey(const judge::Send& order);
  void obey(const judge::SendPing& order);
  void obey(const judge::SendPong& order);
  void obey(const judge::SendClose& order);
  void obey(const judge::Pace& order);
  /// For good: neither what comes nor its end is seen.
  void obey(const judge::StopReading& order);
  void obey(const judge::End& order);
  void obey(const judge::Reset& order);

  void refuse(int status, std::vector<ws::Field> fields, std::string text = {});
  void end();
  void reset();
  /// Reads what is there; for the client's role, once its events may come.
  void start();

 private:
  std::optional<ws::MaskKey> mask_key() const;
  void wait_readable();
  void read();
  void take(base::MutableByteView bytes);
  void take_head(base::ByteView bytes);
  void take_frames(base::MutableByteView bytes);
  bool take_step(const ws::ReadStep& step);
  void send_control(ws::Opcode opcode, std::string_view payload);
  void write(base::ByteView bytes);
  void flush();
  std::size_t allowance(base::Instant now, std::size_t wanted);
  void on_all_sent();
  void on_timer();
  void lose(std::string how);

  net::Loop& loop_;
  net::Stream stream_;
  judge::LinkId id_;
  Callbacks callbacks_;
  base::Role role_ = base::Role::server;
  net::Loop::TimerId timer_;
  ws::HeadReader head_{ws::HeadKind::request};
  std::optional<ws::UpgradeRequest> request_;
  ws::MessageReader reader_{base::Role::server};
  base::Bytes unread_;  ///< Until start().
  base::Bytes unsent_;
  std::size_t first_unsent_ = 0;
  std::uint32_t bytes_per_second_ = 0;
  base::Instant paced_until_{};  ///< What has been written is paid for up to here.
  bool is_accepted_ = false;
  bool is_ending_ = false;
  bool is_waiting_writable_ = false;
  bool has_stopped_reading_ = false;
  bool is_closed_ = false;  ///< A Close frame came: what follows is no frame.
};

}  // namespace heartwire::cli
