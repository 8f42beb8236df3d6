// Shows a heartbeat whose payload is asked for when it is sent, and a watchdog on the server's
// silence: the meeting room, which tells every second what its participant is doing.
// Run: 03_meeting_room [--quick]    It plays both sides; --quick is five times as fast.

#include "heartwire/client.hpp"
#include "heartwire/server.hpp"

#include <atomic>
#include <chrono>
#include <iostream>
#include <semaphore>
#include <string>
#include <string_view>
#include <syncstream>

using namespace std::chrono_literals;

struct Room {
  std::atomic<bool> is_speaking{true};  // The server does; a server that hangs does not.
  std::counting_semaphore<> saw_sharing{0};

  heartwire::ServerOptions options() {
    heartwire::ServerOptions options;
    options.hooks.on_message = [this](auto& peer, auto message) {
      std::osyncstream(std::cout) << "  server: " << message.payload << '\n';
      if (message.payload.find("pushStatus") != std::string_view::npos) saw_sharing.release();
      if (is_speaking && !peer.send(R"({"members":2})")) peer.close();
    };
    options.heartbeat.sending =
        heartwire::Sending::off;  // The clients' heartbeats are enough here.
    return options;
  }
};

struct Participant {
  std::string id = "u42";
  std::atomic<bool> is_sharing{false};
  std::counting_semaphore<> opened{0};
  std::counting_semaphore<> lost{0};

  heartwire::Message status() const {
    if (!is_sharing) return {heartwire::MessageType::text, "{}"};
    return {heartwire::MessageType::text, R"({"event":"pushStatus","tpid":")" + id + "\"}"};
  }

  heartwire::ClientOptions options(const std::string& server, std::chrono::milliseconds second) {
    heartwire::ClientOptions options;
    options.urls = {server + "/meeting/" + id};
    options.heartbeat.sending = heartwire::Sending::periodic;
    options.heartbeat.evidence = heartwire::Evidence::one_way;  // Only the server's silence judges.
    options.heartbeat.interval = second;
    options.heartbeat.silence_max = 2 * second;
    options.dialect = heartwire::dialect::custom({
        .name = "meeting",
        .probe = [this](std::uint32_t) { return status(); },  // Asked each time one is due.
    });
    options.hooks.on_open = [this](const auto& open) {
      std::osyncstream(std::cout) << (open.is_first ? "joined the meeting\n"
                                                    : "back in the meeting\n");
      opened.release();
    };
    options.hooks.on_close = [this](const auto& end) {
      std::osyncstream(std::cout) << "the server is gone: " << end.text << '\n';
      lost.release();
    };
    return options;
  }
};

int main(int argc, char** argv) {
  const auto second = argc > 1 && argv[1] == std::string_view{"--quick"} ? 200ms : 1000ms;
  Room room;
  heartwire::Server server(room.options());
  server.start();

  Participant participant;
  heartwire::Client client(
      participant.options("ws://127.0.0.1:" + std::to_string(server.port()), second));
  client.start();
  if (!participant.opened.try_acquire_for(10s)) return 1;

  participant.is_sharing = true;
  if (!room.saw_sharing.try_acquire_for(10s)) return 1;
  participant.is_sharing = false;

  room.is_speaking = false;  // No close, no error: the server just says nothing any more.
  if (!participant.lost.try_acquire_for(10s)) return 1;
  room.is_speaking = true;
  if (!participant.opened.try_acquire_for(10s)) return 1;
}
