#include "cli/judge_dial.hpp"

#include "heartwire/net/entropy.hpp"

#include <chrono>
#include <utility>

namespace heartwire::cli {

JudgeDial::JudgeDial(net::Loop& loop, const ws::Url& url, const std::optional<net::TlsContext>& tls,
                     judge::LinkId id, JudgeLink::Callbacks callbacks, Handler handler)
    : loop_(loop),
      url_(url),
      id_(id),
      callbacks_(std::move(callbacks)),
      handler_(std::move(handler)),
      key_(net::random_key()),
      timer_(loop.add_timer(
          [this](base::Instant) { finish(base::Failure{std::string{"no answer in time"}}); })),
      dialer_(loop) {
  net::DialTarget target;
  target.host = url_.host;
  target.port = url_.port;
  dialer_.start(std::move(target), {}, url_.is_secure ? tls : std::nullopt,
                [this](net::DialResult result) {
                  if (!result) return finish(base::Failure{result.error().text});
                  ask(std::move(*result));
                });
}

JudgeDial::~JudgeDial() {
  loop_.remove_timer(timer_);
}

void JudgeDial::ask(net::Stream stream) {
  stream_ = std::move(stream);
  loop_.schedule(timer_, loop_.now() + kAnswerMax);
  const auto request = ws::make_request(url_, {}, key_);
  // A request is smaller than any socket's buffer, so it is written in one piece.
  const auto written = stream_.write_some(base::as_bytes(*request));
  if (written.count < request->size())
    return finish(base::Failure{std::string{"could not ask for a WebSocket"}});
  stream_.async_wait_readable([this] { read(); });
}

void JudgeDial::read() {
  const base::MutableByteView buffer = loop_.read_buffer();
  const net::IoResult result = stream_.read_some(buffer);
  switch (result.status) {
    case net::IoStatus::moved: return take(buffer.first(result.count));
    case net::IoStatus::would_block: return stream_.async_wait_readable([this] { read(); });
    case net::IoStatus::ended:
    case net::IoStatus::failed:
      return finish(base::Failure{std::string{"ended before the server had answered"}});
  }
}

void JudgeDial::take(base::ByteView bytes) {
  auto step = head_.feed(bytes);
  if (!step) return finish(base::Failure{std::string{ws::describe(step.error())}});
  if (!step->head) return stream_.async_wait_readable([this] { read(); });
  const auto accepted = ws::check_response(*step->head, key_, {});
  if (!accepted) return finish(base::Failure{accepted.error().text});
  const base::ByteView rest = bytes.subspan(step->consumed);
  finish(std::make_unique<JudgeLink>(loop_, std::move(stream_), id_, std::move(callbacks_),
                                     base::Bytes{rest.begin(), rest.end()}));
}

void JudgeDial::finish(Result result) {
  loop_.schedule(timer_, std::nullopt);
  stream_.close();
  if (const Handler handler = std::exchange(handler_, nullptr)) handler(std::move(result));
}

}  // namespace heartwire::cli
