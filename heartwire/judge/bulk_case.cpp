#include "heartwire/judge/bulk_case.hpp"

#include "heartwire/judge/figures.hpp"

#include <algorithm>

namespace heartwire::judge {

using base::Instant;

void BulkCase::on_requested(Instant now, Link& link) {
  accept(link);
  if (links().size() > 1) return;
  link_ = link.id;
  sent_at_ = now;
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(scaled(kTransfer)).count();
  const std::size_t per_second =
      kMessageBytes * 1000 / static_cast<std::size_t>(std::max<long long>(milliseconds, 1));
  pace(link, static_cast<std::uint32_t>(per_second));
  phase("a slow transfer begins");
  send_message(link, kMessageBytes);
  wake_at(now + 2 * scaled(kTransfer));
}

void BulkCase::on_message(Instant now, Link& link, const MessageCame&) {
  if (link.id == link_ && !is_through_ && now - sent_at_ > scaled(kGreetingMax)) ++probes_;
}

void BulkCase::on_ping(Instant, Link& link) {
  if (link.id == link_ && !is_through_) ++probes_;
}

void BulkCase::on_left(Instant now, Link& link) {
  if (link.id != link_ || is_through_) return;
  const std::string figure = "left " + in_seconds(now - sent_at_) + " into the transfer";
  if (link.close_code == 1009)
    return finish(Verdict::not_offered, figure, "it takes no messages of 480 KiB");
  if (probes_ == 0 && !link.is_engine_io)
    return finish(Verdict::inconclusive, figure, "it sent no heartbeat: it left for other reasons");
  finish(Verdict::fail, figure, "it took a slow line for a dead one, and loses the transfer");
}

void BulkCase::on_flushed(Instant now, Link& link) {
  if (link.id != link_ || is_through_) return;
  is_through_ = true;
  phase("the transfer is through");
  wake_at(now + scaled(kAfterwards));
}

void BulkCase::on_wake(Instant now) {
  if (!is_through_)
    return finish(Verdict::inconclusive, "the transfer did not end", "the client does not read");
  const std::string figure = "stayed for " + in_seconds(now - sent_at_) + ", in which it sent " +
                             std::to_string(probes_) +
                             (probes_ == 1 ? " ping or message" : " pings or messages");
  const Link* link = find(link_);
  if (probes_ == 0 && !(link && link->is_engine_io))
    return finish(Verdict::not_offered, figure,
                  "no heartbeat came during the transfer, so none could be misread");
  finish(Verdict::pass, figure);
}

void BulkCase::on_all_ended(Instant) {
  finish(Verdict::inconclusive, "its program ended early");
}

}  // namespace heartwire::judge
