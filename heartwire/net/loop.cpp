#include "heartwire/net/loop.hpp"

#include "heartwire/net/daemon_thread.hpp"
#include "heartwire/net/loop_core.hpp"

#include <utility>

namespace heartwire::net {

Loop::Loop(LoopOptions options)
    : core_(std::make_shared<LoopCore>(nullptr, std::move(options))),
      thread_(start_quiet_thread("heartwire", [core = core_] { core->run(); })) {}

Loop::Loop(boost::asio::io_context& context, LoopOptions options)
    : core_(std::make_shared<LoopCore>(&context, std::move(options))) {}

Loop::~Loop() {
  stop();
  if (thread_.joinable() && is_current_thread()) {
    thread_.detach();
  } else {
    join();
  }
  core_->drop_waiting_work();
}

LoopHandle Loop::handle() const {
  return core_->handle();
}

bool Loop::is_current_thread() const {
  return core_->is_current_thread();
}

void Loop::stop() {
  core_->close();
}

void Loop::join() {
  if (thread_.joinable() && !is_current_thread()) thread_.join();
}

base::MutableByteView Loop::read_buffer() {
  return core_->read_buffer();
}

Loop::TimerId Loop::add_timer(std::function<void(base::Instant)> callback) {
  return core_->add_timer(std::move(callback));
}

void Loop::schedule(TimerId timer, std::optional<base::Instant> when) {
  core_->schedule(timer, when);
}

void Loop::remove_timer(TimerId timer) {
  core_->remove_timer(timer);
}

Loop::JumpId Loop::on_time_jump(std::function<void(base::Duration)> callback) {
  return core_->add_jump(std::move(callback));
}

void Loop::remove_time_jump(JumpId jump) {
  core_->remove_jump(jump);
}

boost::asio::io_context& Loop::context() {
  return core_->context();
}

}  // namespace heartwire::net
