#pragma once
// One case of the examination of a server: a machine that plays one or more clients, each with the
// fault that the case demands, and ends with a finding. The contract is that of Case.
//
// This base answers pings, and a Close, on each link that is not muted.

#include "heartwire/base/instant.hpp"
#include "heartwire/judge/server_event.hpp"
#include "heartwire/judge/timeline.hpp"
#include "heartwire/judge/verdict.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::judge {

class ServerCase {
 public:
  /// How long opening the connections of a case may take.
  static constexpr base::Duration kOpeningMax = std::chrono::seconds{30};

  /// `links` connections are dialled; times are multiplied by `time_scale`.
  ServerCase(std::uint32_t links, double time_scale) noexcept
      : links_wanted_(links), time_scale_(time_scale) {}
  virtual ~ServerCase() = default;
  ServerCase(const ServerCase&) = delete;
  ServerCase& operator=(const ServerCase&) = delete;

  /// Once, before any event.
  void begin(base::Instant now);
  /// After the finding events change nothing.
  void handle(base::Instant now, const ServerEvent& event);
  std::optional<ServerAction> poll();
  std::optional<base::Instant> deadline() const noexcept;

  const std::optional<Finding>& finding() const noexcept { return finding_; }
  const Timeline& timeline() const noexcept { return timeline_; }
  base::Instant began_at() const noexcept { return began_at_; }
  base::Instant ended_at() const noexcept { return now_; }

 protected:
  struct Link {
    LinkId id = 0;
    bool is_open = false;
    bool is_mute = false;  ///< We answer nothing.
    bool is_over = false;
    bool has_our_close = false;
    bool has_close = false;  ///< The server's Close came.
    std::size_t pings = 0;
    std::optional<std::uint16_t> close_code{};  ///< Of the server's Close.
    std::string close_reason{};
    std::optional<base::Instant> closed_at{};  ///< When the Close, or else the end, came.
  };

  // What a case is told.

  /// All links are open.
  virtual void on_all_open(base::Instant now) = 0;
  virtual void on_message(base::Instant, Link&) {}
  virtual void on_pong(base::Instant, Link&, const PongCame&) {}
  /// A Close came.
  virtual void on_close(base::Instant, Link&) {}
  /// The transport has ended, by the server's doing.
  virtual void on_gone(base::Instant, Link&) {}
  virtual void on_wake(base::Instant now) = 0;

  // What it does.

  void send_text(Link& link, std::string text);
  void send_ping(Link& link, std::string payload);
  void send_close(Link& link, std::uint16_t code);
  void stop_reading(Link& link);
  void ask_to_drain();
  void wake_at(base::Instant when) noexcept { wake_at_ = when; }
  void phase(std::string_view what);
  void finish(Verdict verdict, std::string figure, std::string note = {});

  base::Duration scaled(base::Duration duration) const noexcept;
  std::deque<Link>& links() noexcept { return links_; }

 private:
  void take(const Opened& event);
  void take(const NotOpened& event);
  void take(const MessageCame& event);
  void take(const PingCame& event);
  void take(const PongCame& event);
  void take(const CloseCame& event);
  void take(const Gone& event);
  void take(const Tick& event);
  void take(const Interrupted& event);
  Link* find(LinkId id) noexcept;
  void note(const Link& link, Side side, std::string_view what, std::string said = {});

  std::uint32_t links_wanted_;
  double time_scale_;
  std::deque<Link> links_;
  std::deque<ServerAction> actions_;
  Timeline timeline_;
  std::optional<Finding> finding_;
  std::optional<base::Instant> wake_at_;
  std::size_t open_count_ = 0;
  base::Instant began_at_{};
  base::Instant now_{};
};

}  // namespace heartwire::judge
