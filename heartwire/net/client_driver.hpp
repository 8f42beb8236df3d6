#pragma once
// Drives one endpoint::ClientEndpoint on a loop: dials, reads, writes, keeps its deadline, asks and
// tells its observer. See docs/driver.md for what a driver owes.
//
// Threads: send(), the wishes and the queries may be called from any thread. They hold a mutex for
// as long as the endpoint takes; nothing of the user's runs under it, neither a hook nor a callback
// that the endpoint makes. Everything else runs on the loop.

#include "heartwire/endpoint/client_endpoint.hpp"
#include "heartwire/net/dialer.hpp"
#include "heartwire/net/loop.hpp"
#include "heartwire/net/stream.hpp"
#include "heartwire/net/tls_context.hpp"
#include "heartwire/net/write_buffer.hpp"
#include "heartwire/ws/head.hpp"
#include "heartwire/ws/proxy_url.hpp"
#include "heartwire/ws/url.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace heartwire::net {

/// What one attempt dials and asks for.
struct ClientTarget {
  ws::Url url;
  std::vector<ws::Field> headers;
  /// For a wss URL.
  std::shared_ptr<const TlsContext> tls;
  std::optional<ws::ProxyUrl> proxy{};  ///< Default: none.
};

/// The connection that is open.
struct ClientTransport {
  std::uint32_t generation = 0;
  std::string url;
  std::string local_address;
  std::string remote_address;
  std::string tls;
  endpoint::Accepted accepted;  ///< What the upgrade agreed on.
};

/// What the driver asks and tells; called on the loop's thread, never under the driver's mutex. An
/// implementation does not throw.
class ClientObserver {
 public:
  virtual ~ClientObserver() = default;

  virtual bool is_wanted() = 0;
  /// The failure's text becomes the outcome of a failed attempt.
  virtual base::Result<ClientTarget, std::string> make_target(std::uint32_t attempt,
                                                              std::uint32_t url_index) = 0;
  virtual std::vector<core::Message> make_greeting() = 0;

  virtual void on_open(const core::lifecycle_action::NotifyOpen& open,
                       const ClientTransport& transport) = 0;
  virtual void on_message(core::MessageView message) = 0;
  virtual void on_end(const core::lifecycle_action::NotifyEnd& end,
                      const core::Outcome& outcome) = 0;
  virtual void on_retry(const core::lifecycle_action::NotifyRetry& retry) = 0;
  virtual void on_gave_up(const core::lifecycle_action::NotifyGaveUp& gave_up) = 0;
  virtual void on_suspect(base::Duration silence) = 0;
  virtual void on_cleared(base::Duration silence) = 0;
  /// Of this probe, and what is known from all.
  virtual void on_heartbeat(base::Duration round_trip, const core::RoundTrip& estimate) = 0;
  virtual void on_expired(core::MessageId id) = 0;
  virtual void on_writable() = 0;
};

struct ClientDriverOptions {
  endpoint::ClientEndpointOptions endpoint;
  std::vector<std::string> subprotocols;
  DialOptions dial;
  /// Keeps `dial.budget` alive. Default: none.
  std::shared_ptr<DialBudget> dial_budget;
  /// From the transport's opening to the server's answer to the upgrade. Default 10 s.
  base::Duration handshake_timeout = std::chrono::seconds{10};
};

class ClientDriver : public std::enable_shared_from_this<ClientDriver> {
 public:
  /// `loop` must outlive stop(); `options` must have been validated, and its callbacks do not
  /// throw. The observer is shared because a hook may destroy the face that made it; the options,
  /// because ten thousand drivers may have the same.
  ClientDriver(Loop& loop, std::shared_ptr<ClientObserver> observer,
               std::shared_ptr<const ClientDriverOptions> options);
  ~ClientDriver();

  /// Gives the user's wish to the endpoint, on the loop. Any thread.
  void wish(endpoint::ClientEvent wish);
  /// Any thread; never blocks but for the mutex.
  base::Result<core::MessageId, core::SendError> send(core::Message message,
                                                      core::SendOptions options);
  std::optional<core::Message> take_back(core::MessageId id);
  std::vector<core::Unsent> take_back_all();
  core::State state() const;
  std::size_t queued_count() const;
  std::size_t queued_bytes() const;
  core::RoundTrip round_trip() const;
  /// Nothing when not open.
  std::optional<ClientTransport> transport() const;

  /// While off, messages stay in the kernel; those of a read that is under way still come. What an
  /// opening or a closing handshake needs is read all the same. Any thread.
  void set_reading(bool is_reading);

  /// Drops everything. Once it has returned nothing new begins, neither an attempt nor a call of
  /// the observer's, but for one that another thread is about to make; the transport goes at once
  /// on the loop's thread, else as soon as the loop comes to it. Any thread.
  void stop();

 private:
  /// Of the transport, what a ClientTransport is made of when somebody asks.
  struct TransportNote {
    std::optional<Address> local_address;
    std::optional<Address> remote_address;
    std::string url;
    std::string tls;
  };

  /// Needs the mutex: one turn on the loop serves all that was asked before it.
  void ask_for_turn();

  // Everything below runs on the loop's thread.
  void take_turn();
  void feed(const endpoint::ClientEvent& event);
  void handle(base::Instant now, const endpoint::ClientEvent& event);
  std::optional<endpoint::ClientAction> poll(base::Instant now);
  void run(base::Instant now);
  /// False: nothing more to do, or stopped.
  bool carry_out(base::Instant now);

  void perform(base::Instant now, const core::lifecycle_action::AskWanted& ask);
  void perform(base::Instant now, const core::lifecycle_action::Dial& dial);
  void perform(base::Instant now, const core::lifecycle_action::AbortDial& abort);
  void perform(base::Instant now, const core::lifecycle_action::DropTransport& drop);
  void perform(base::Instant now, const core::lifecycle_action::NotifyOpen& open);
  void perform(base::Instant now, const core::lifecycle_action::NotifyEnd& end);
  void perform(base::Instant now, const core::lifecycle_action::NotifyRetry& retry);
  void perform(base::Instant now, const core::lifecycle_action::NotifyGaveUp& gave_up);
  void perform(base::Instant now, const core::lifecycle_action::NotifySuspect& suspect);
  void perform(base::Instant now, const core::lifecycle_action::NotifyCleared& cleared);
  void perform(base::Instant now, const core::lifecycle_action::NotifyHeartbeat& heartbeat);
  void perform(base::Instant now, const core::lifecycle_action::NotifyExpired& expired);
  void perform(base::Instant now, const endpoint::client_action::AskGreeting& ask);
  void perform(base::Instant now, const endpoint::client_action::Deliver& deliver);
  void perform(base::Instant now, const endpoint::client_action::NotifyWritable& writable);

  void on_dialled(DialResult result);
  void note_transport(const ws::Url& url);
  ClientTransport described_transport() const;
  bool is_to_read() const;
  void await_readable();
  void on_readable();
  void read_what_is_there();
  /// True if there may be more to read at once.
  bool read_once();
  /// Writes what waits; true if bytes left.
  bool flush(base::Instant now);
  void await_writable();
  void on_timer(base::Instant now);
  /// Tells the endpoint what is here already: an answer must count before a verdict falls.
  void look_before_tick();
  void rearm();
  bool is_awaiting_answer() const;
  void end_transport(core::Outcome outcome);
  void drop_transport();
  void set_up();
  void tear_down();

  Loop& loop_;
  const std::shared_ptr<ClientObserver> observer_;
  mutable std::mutex mutex_;  ///< Guards endpoint_, transport_ and is_turn_posted_.
  /// Shared with other drivers, unless it has callbacks: those release our mutex.
  const std::shared_ptr<const ClientDriverOptions> options_;
  endpoint::ClientEndpoint endpoint_;
  TransportNote transport_;
  bool is_turn_posted_ = false;
  std::atomic<bool> is_reading_ = true;
  std::atomic<bool> is_stopped_ = false;

  std::unique_ptr<Dialer> dialer_;        ///< While an attempt is under way.
  std::unique_ptr<ClientTarget> target_;  ///< As dialer_.
  Stream stream_;
  WriteBuffer unwritten_;
  std::uint32_t generation_ = 0;  ///< Of dialer_ or stream_.
  std::optional<base::Instant> handshake_ends_at_;
  std::optional<Loop::TimerId> timer_;
  std::optional<Loop::JumpId> jump_;
  bool has_bulk_ = false;  ///< The last read was full: read with the large buffer.
  bool is_awaiting_readable_ = false;
  bool is_awaiting_writable_ = false;
};

}  // namespace heartwire::net
