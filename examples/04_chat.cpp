// Shows a heartbeat that is an ordinary message of a special type, hidden from the user, and who
// may end a connection: the chat. The server's close is undone, the user's own is final.
// Run: 04_chat [--quick]    It plays both sides; --quick is fifty times as fast.

#include "heartwire/client.hpp"
#include "heartwire/server.hpp"

#include <chrono>
#include <iostream>
#include <semaphore>
#include <string>
#include <string_view>

using namespace std::chrono_literals;

bool is_heartbeat(heartwire::MessageView message) {
  return message.payload.find(R"("contentType":"hert")") != std::string_view::npos;
}

/// `ws` or `wss`, after the page's own scheme.
std::string socket_url(std::string_view page) {
  const bool is_secure = page.starts_with("https://");
  return (is_secure ? "wss" : "ws") + std::string{page.substr(page.find("://"))};
}

struct Chat {
  std::string me = "ann";
  std::string friend_name = "bob";
  std::counting_semaphore<> opened{0}, beaten{0}, read{0}, closed{0};

  heartwire::ClientOptions options(std::string_view page, std::chrono::milliseconds second) {
    heartwire::ClientOptions options;
    options.urls = {socket_url(page)};
    options.heartbeat.interval = 30 * second;  // Of silence; every message starts it afresh.
    options.heartbeat.timeout = 2 * second;    // Without any message after a heartbeat: dead.
    options.heartbeat.reply = heartwire::Reply::fixed;
    options.dialect = heartwire::dialect::custom({
        .name = "chat",
        .probe =
            [this](std::uint32_t) {
              return heartwire::Message{heartwire::MessageType::text,
                                        R"({"sender":")" + me + R"(","receiver":")" + friend_name +
                                            R"(","content":"pong","contentType":"hert"})"};
            },
        .read =
            [](heartwire::MessageView message) {
              return is_heartbeat(message) ? heartwire::Meaning::answer
                                           : heartwire::Meaning::application;
            },
    });
    options.hooks.on_open = [this](const auto& open) {
      std::cout << "open, attempts it took: " << open.attempts << '\n';
      opened.release();
    };
    options.hooks.on_heartbeat = [this](const auto&) { beaten.release(); };
    options.hooks.on_message = [this](heartwire::MessageView message) {
      if (!message.payload.starts_with('{')) return;  // Not JSON: dropped without harm.
      std::cout << "message: " << message.payload << '\n';
      read.release();
    };
    options.hooks.on_close = [this](const auto& end) {
      std::cout << "closed: " << end.text << (end.will_retry ? ", coming back\n" : ", for good\n");
      closed.release();
    };
    return options;
  }
};

heartwire::ServerOptions relay() {
  heartwire::ServerOptions options;
  options.hooks.on_message = [](auto& peer, auto message) {
    if (message.payload.find("kick me") != std::string_view::npos)
      peer.close();
    else if (!peer.send(message))
      peer.close();  // Back to the only member, heartbeats as well.
  };
  return options;
}

int main(int argc, char** argv) {
  const auto second = argc > 1 && argv[1] == std::string_view{"--quick"} ? 20ms : 1000ms;
  heartwire::Server server(relay());
  server.start();

  Chat chat;
  heartwire::Client client(
      chat.options("http://127.0.0.1:" + std::to_string(server.port()) + "/imserver/ann", second));
  client.start();
  if (!client.send("not JSON") || !client.send(R"({"content":"hello"})")) return 1;
  if (!chat.opened.try_acquire_for(10s) || !chat.read.try_acquire_for(10s)) return 1;
  if (!chat.beaten.try_acquire_for(60s)) return 1;
  std::cout << "a heartbeat was answered; nobody saw it\n";

  if (!client.send("kick me")) return 1;
  if (!chat.closed.try_acquire_for(10s) || !chat.opened.try_acquire_for(10s)) return 1;

  client.close();  // The page is left.
  return chat.closed.try_acquire_for(10s) && client.state() == heartwire::State::closed ? 0 : 1;
}
