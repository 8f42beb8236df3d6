#include "heartwire/net/fault_flow.hpp"

#include "heartwire/net/clock.hpp"
#include "heartwire/net/fault_pipe.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace heartwire::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

/// How long a cut connection may take to close from the other side before it is closed by force.
constexpr std::chrono::seconds kDrainTime{5};
/// Reads of one direction in a row, before other connections have their turn.
constexpr int kReadsPerTurn = 8;
constexpr std::size_t kReadBytes = 16 * 1024;

constexpr std::size_t kClient = FaultRules::kUp;    ///< The side that the way up reads from.
constexpr std::size_t kTarget = FaultRules::kDown;  ///< The side that the way down reads from.

constexpr std::size_t opposite(std::size_t side) noexcept {
  return 1 - side;
}

FaultBytes moved(std::size_t way, std::size_t count) {
  return way == FaultRules::kUp ? FaultBytes{count, 0, 0, 0} : FaultBytes{0, count, 0, 0};
}

FaultBytes dropped(std::size_t way, std::size_t count) {
  return way == FaultRules::kUp ? FaultBytes{0, 0, count, 0} : FaultBytes{0, 0, 0, count};
}

/// A way (up, down) and the side it reads from share an index.
class AsioFlow final : public FaultFlow, public std::enable_shared_from_this<AsioFlow> {
 public:
  AsioFlow(FaultFlowHost& host, std::uint64_t id, int native_socket, bool is_v6)
      : host_(host),
        id_(id),
        sockets_{tcp::socket{host.loop, is_v6 ? tcp::v6() : tcp::v4(), native_socket},
                 tcp::socket{host.loop}},
        timer_(host.loop),
        resolver_(host.loop),
        pipes_{FaultPipe{host.pipe_bytes_max}, FaultPipe{host.pipe_bytes_max}} {}

  void begin() override {
    prepare(sockets_[kClient]);
    if (host_.rules.accept == FaultAccept::close_at_once) return cut();
    if (host_.rules.accept == FaultAccept::black_hole) {
      is_black_hole_ = true;
      stage_ = Stage::flowing;
      return pump();
    }
    rules_changed();
  }

  void rules_changed() override {
    const auto& ways = host_.rules.ways;
    const bool may_dial = !ways[FaultRules::kUp].frozen && !ways[FaultRules::kDown].frozen;
    if (stage_ == Stage::held && may_dial) return dial();
    pump();
  }

  void cut() override {
    if (stage_ == Stage::draining || stage_ == Stage::over) return;
    if (stage_ == Stage::dialing) close(kTarget);
    stage_ = Stage::draining;
    resolver_.cancel();
    host_.ledger.mark_closed(id_);
    for (tcp::socket& socket : sockets_) {
      error_code ignored;
      socket.shutdown(tcp::socket::shutdown_send, ignored);
    }
    set_timer(steady_clock::now() + kDrainTime);
    drain();
  }

  void reset() override {
    if (stage_ == Stage::over) return;
    close_with_reset(kClient);
    close_with_reset(kTarget);
    finish("reset");
  }

 private:
  enum class Stage { held, dialing, flowing, draining, over };

  // ---- towards the target

  void dial() {
    stage_ = Stage::dialing;
    set_timer(steady_clock::now() + host_.connect_timeout);
    const FaultAddress& target = host_.target;
    error_code error;
    const asio::ip::address address = asio::ip::make_address(target.host, error);
    if (!error) {
      endpoints_ = {tcp::endpoint{address, target.port}};
      return connect_next();
    }
    resolver_.async_resolve(
        target.host, std::to_string(target.port),
        [self = shared_from_this()](error_code failed, const tcp::resolver::results_type& results) {
          if (self->stage_ != Stage::dialing) return;
          if (failed) return self->dial_failed(failed.message());
          self->endpoints_.assign(results.begin(), results.end());
          self->connect_next();
        });
  }

  void connect_next() {
    if (endpoints_.empty()) return dial_failed("no address left to try");
    const tcp::endpoint endpoint = endpoints_.front();
    endpoints_.erase(endpoints_.begin());

    tcp::socket& socket = sockets_[kTarget];
    error_code error;
    socket.close(error);
    socket.open(endpoint.protocol(), error);
    if (error) return dial_failed(error.message());
    prepare(socket);
    socket.async_connect(endpoint, [self = shared_from_this()](error_code failed) {
      if (self->stage_ != Stage::dialing) return;
      if (!failed) return self->connected();
      if (!self->endpoints_.empty()) return self->connect_next();
      self->dial_failed(failed.message());
    });
  }

  void connected() {
    stage_ = Stage::flowing;
    timer_.cancel();
    last_arrival_ = steady_now();
    host_.ledger.mark_forwarded(id_);
    pump();
  }

  /// The client learns of it as it would without a proxy, by RST, and when the rules let it.
  void dial_failed(const std::string& why) {
    say("cannot reach " + to_string(host_.target) + ": " + why);
    stage_ = Stage::flowing;
    resolver_.cancel();
    timer_.cancel();
    fail(kTarget);
    pump();
  }

  /// Small kernel buffers let back-pressure reach the sender; no Nagle delay beside ours.
  void prepare(tcp::socket& socket) const {
    const int buffer_bytes = static_cast<int>(host_.socket_buffer_bytes);
    error_code ignored;
    socket.set_option(asio::socket_base::receive_buffer_size{buffer_bytes}, ignored);
    socket.set_option(asio::socket_base::send_buffer_size{buffer_bytes}, ignored);
    socket.set_option(tcp::no_delay{true}, ignored);
    socket.non_blocking(true, ignored);
  }

  // ---- moving bytes

  /// Moves what the rules and the sockets let move, then waits for what would change that.
  void pump() {
    if (stage_ != Stage::flowing) return;
    const base::Instant now = steady_now();
    do {
      has_failed_ = false;
      for (const std::size_t way : {FaultRules::kUp, FaultRules::kDown}) {
        take(way, now);
        deliver(way, now);
      }
    } while (has_failed_);  // At most once for each side.
    if (is_finished()) return finish("closed");
    for (const std::size_t side : {kClient, kTarget}) {
      if (room_to_read(side, now) > 0) wait_to_read(side);
      if (wants_write_[side]) wait_to_write(side);
    }
    wait_for_time(now);
  }

  void take(std::size_t way, base::Instant now) {
    std::array<std::uint8_t, kReadBytes> bytes;
    for (int turn = 0; turn < kReadsPerTurn; ++turn) {
      const std::size_t room = room_to_read(way, now);
      if (room == 0) return;
      error_code error;
      const std::size_t count = sockets_[way].read_some(asio::buffer(bytes.data(), room), error);
      if (error == asio::error::would_block) return;
      note_arrival(way, now);
      if (error) return source_ended(way, now, error == asio::error::eof);
      if (vanishes(way)) {
        host_.ledger.count(id_, dropped(way, count));
      } else {
        pipes_[way].push(now, host_.rules.ways[way], {bytes.data(), count}, host_.jitter_rng);
      }
    }
  }

  /// How much may be read now, at most kReadBytes. 0: not before the rules, the time or the other
  /// side's socket have changed something, each of which pumps.
  std::size_t room_to_read(std::size_t way, base::Instant now) const {
    const FaultWay& rule = host_.rules.ways[way];
    if (rule.frozen || pipes_[way].has_ended() || !sockets_[way].is_open()) return 0;
    return vanishes(way) ? kReadBytes : std::min(pipes_[way].room(now, rule), kReadBytes);
  }

  void source_ended(std::size_t way, base::Instant now, bool is_in_order) {
    if (!is_in_order) return fail(way);
    pipes_[way].end(now, host_.rules.ways[way], FaultEnd::fin, host_.jitter_rng);
  }

  void deliver(std::size_t way, base::Instant now) {
    const std::size_t side = opposite(way);
    wants_write_[side] = false;
    if (host_.rules.ways[way].frozen) return;
    if (vanishes(way)) discard(way);
    for (base::ByteView bytes; !(bytes = pipes_[way].due(now)).empty();) {
      error_code error;
      const std::size_t count =
          sockets_[side].write_some(asio::buffer(bytes.data(), bytes.size()), error);
      if (error == asio::error::would_block) {
        wants_write_[side] = true;
        return;
      }
      if (error) {
        fail(side);
        return discard(way);
      }
      pipes_[way].consume(count);
      host_.ledger.count(id_, moved(way, count));
    }
    deliver_end(way, now);
  }

  void deliver_end(std::size_t way, base::Instant now) {
    const std::optional<FaultEnd> end = pipes_[way].due_end(now);
    if (!end || host_.rules.ways[way].dropping || has_lost_path()) return;
    const std::size_t side = opposite(way);
    if (*end == FaultEnd::reset) return close_with_reset(side);
    error_code ignored;
    if (!is_end_delivered_[way]) sockets_[side].shutdown(tcp::socket::shutdown_send, ignored);
    is_end_delivered_[way] = true;
  }

  void discard(std::size_t way) {
    const std::size_t count = pipes_[way].discard();
    if (count != 0) host_.ledger.count(id_, dropped(way, count));
  }

  /// The socket of `side` is of no more use. The other side hears of it by way of the pipe.
  void fail(std::size_t side) {
    close(side);
    pipes_[side].end(steady_now(), host_.rules.ways[side], FaultEnd::reset, host_.jitter_rng);
    has_failed_ = true;
  }

  // ---- what the rules mean for this flow

  /// Nothing gets through any more, in neither direction, for good.
  bool has_lost_path() const noexcept { return is_black_hole_ || forgotten_.has_value(); }

  bool vanishes(std::size_t way) const {
    return has_lost_path() || host_.rules.ways[way].dropping || !sockets_[opposite(way)].is_open();
  }

  /// A packet came in. This is the moment at which a NAT looks whether it still knows the flow, so
  /// that no timer is needed.
  void note_arrival(std::size_t way, base::Instant now) {
    const base::Duration idle = now - std::exchange(last_arrival_, now);
    const base::Duration limit = host_.rules.forget_after;
    if (!has_lost_path() && limit != base::Duration{} && idle >= limit) {
      forgotten_ = host_.rules.forgetting;
      host_.ledger.mark_forgotten(id_);
      say("idle for " + in_seconds(idle) + " s: forgotten");
      discard(FaultRules::kUp);
      discard(FaultRules::kDown);
    }
    if (forgotten_ == FaultForgetting::reset) {
      close_with_reset(way);
      fail(way);
    }
  }

  bool is_finished() const {
    if (!sockets_[kClient].is_open() && !sockets_[kTarget].is_open()) return true;
    if (is_end_delivered_[FaultRules::kUp] && is_end_delivered_[FaultRules::kDown]) return true;
    if (!has_lost_path()) return false;
    for (const std::size_t side : {kClient, kTarget})
      if (sockets_[side].is_open() && !pipes_[side].has_ended()) return false;
    return true;
  }

  // ---- waiting

  void wait_to_read(std::size_t side) {
    if (is_read_pending_[side] || !sockets_[side].is_open()) return;
    is_read_pending_[side] = true;
    sockets_[side].async_wait(tcp::socket::wait_read,
                              [self = shared_from_this(), side](error_code error) {
                                self->is_read_pending_[side] = false;
                                if (!error) self->go_on();
                              });
  }

  void wait_to_write(std::size_t side) {
    if (is_write_pending_[side] || !sockets_[side].is_open()) return;
    is_write_pending_[side] = true;
    sockets_[side].async_wait(tcp::socket::wait_write,
                              [self = shared_from_this(), side](error_code error) {
                                self->is_write_pending_[side] = false;
                                if (!error) self->go_on();
                              });
  }

  void wait_for_time(base::Instant now) {
    std::optional<base::Instant> earliest;
    for (const FaultPipe& pipe : pipes_) {
      const std::optional<base::Instant> deadline = pipe.deadline(now);
      if (deadline && (!earliest || *deadline < *earliest)) earliest = deadline;
    }
    if (!earliest) {
      timer_.cancel();
      return;
    }
    set_timer(steady_clock::time_point{earliest->time_since_epoch()});
  }

  void set_timer(steady_clock::time_point when) {
    timer_.expires_at(when);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->timer_expired();
    });
  }

  void timer_expired() {
    switch (stage_) {
      case Stage::dialing: return dial_failed("no answer in time");
      case Stage::draining: return finish("cut");
      case Stage::flowing: return pump();
      case Stage::held:
      case Stage::over: break;
    }
  }

  void go_on() {
    if (stage_ == Stage::draining) return drain();
    pump();
  }

  // ---- the end

  /// After our FIN: reads until theirs, since closing a socket with unread bytes would send RST.
  void drain() {
    std::array<std::uint8_t, kReadBytes> bytes;
    for (const std::size_t side : {kClient, kTarget}) {
      for (int turn = 0; turn < kReadsPerTurn && sockets_[side].is_open(); ++turn) {
        error_code error;
        const std::size_t count = sockets_[side].read_some(asio::buffer(bytes), error);
        if (error == asio::error::would_block) break;
        if (error)
          close(side);
        else
          host_.ledger.count(id_, dropped(side, count));
      }
      wait_to_read(side);
    }
    if (!sockets_[kClient].is_open() && !sockets_[kTarget].is_open()) finish("cut");
  }

  void close(std::size_t side) {
    error_code ignored;
    sockets_[side].close(ignored);
  }

  void close_with_reset(std::size_t side) {
    error_code ignored;
    sockets_[side].set_option(asio::socket_base::linger{true, 0}, ignored);
    sockets_[side].close(ignored);
  }

  void finish(const char* how) {
    const auto self = shared_from_this();
    stage_ = Stage::over;
    close(kClient);
    close(kTarget);
    timer_.cancel();
    resolver_.cancel();
    host_.ledger.mark_closed(id_);
    say(how);
    host_.on_closed(id_);
  }

  void say(const std::string& what) const {
    host_.say("connection " + std::to_string(id_) + ": " + what);
  }

  static std::string in_seconds(base::Duration duration) {
    const auto tenths = duration / std::chrono::milliseconds{100};
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
  }

  FaultFlowHost& host_;
  std::uint64_t id_;
  Stage stage_ = Stage::held;
  bool is_black_hole_ = false;
  std::optional<FaultForgetting> forgotten_;
  base::Instant last_arrival_{};

  std::array<tcp::socket, 2> sockets_;
  asio::steady_timer timer_;
  tcp::resolver resolver_;
  std::vector<tcp::endpoint> endpoints_;  ///< Still to be tried.

  std::array<FaultPipe, 2> pipes_;
  std::array<bool, 2> is_end_delivered_{};
  std::array<bool, 2> is_read_pending_{};
  std::array<bool, 2> wants_write_{};
  std::array<bool, 2> is_write_pending_{};
  bool has_failed_ = false;  ///< Since the pass of pump() began.
};

}  // namespace

std::shared_ptr<FaultFlow> FaultFlow::create(FaultFlowHost& host, std::uint64_t id,
                                             int native_socket, bool is_v6) {
  return std::make_shared<AsioFlow>(host, id, native_socket, is_v6);
}

}  // namespace heartwire::net
