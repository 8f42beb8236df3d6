#include "bench/peers/lws_echo.hpp"

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <libwebsockets.h>
#include <string>
#include <thread>
#include <utility>

namespace heartwire::bench {
namespace {

/// What one connection has to say. A frame needs LWS_PRE bytes before its payload.
struct Session {
  std::string gathered;
  std::deque<std::string> waiting;
};

void begin(std::string& message) {
  message.assign(LWS_PRE, '\0');
}

int write_next(lws* socket, Session& session) {
  if (session.waiting.empty()) return 0;
  std::string& next = session.waiting.front();
  const std::size_t size = next.size() - LWS_PRE;
  auto* payload = reinterpret_cast<unsigned char*>(next.data()) + LWS_PRE;
  if (lws_write(socket, payload, size, LWS_WRITE_BINARY) < static_cast<int>(size)) return -1;
  session.waiting.pop_front();
  if (!session.waiting.empty()) lws_callback_on_writable(socket);
  return 0;
}

int on_event(lws* socket, lws_callback_reasons reason, void* user, void* data, std::size_t size) {
  auto* session = static_cast<Session**>(user);
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
      *session = new Session;
      begin((*session)->gathered);
      return 0;
    case LWS_CALLBACK_RECEIVE:
      (*session)->gathered.append(static_cast<const char*>(data), size);
      if (lws_is_final_fragment(socket) == 0 || lws_remaining_packet_payload(socket) != 0) return 0;
      (*session)->waiting.push_back(std::move((*session)->gathered));
      begin((*session)->gathered);
      lws_callback_on_writable(socket);
      return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE: return write_next(socket, **session);
    case LWS_CALLBACK_CLOSED: delete *session; return 0;
    default: return 0;
  }
}

}  // namespace

void serve_lws_echo(Child::Pipe& pipe) {
  lws_set_log_level(LLL_ERR, nullptr);
  // Room for a message of the larger load in one piece, which is the kindest for it.
  const lws_protocols protocols[] = {
      {"echo", on_event, sizeof(Session*), std::size_t{32} << 10, 0, nullptr, 0},
      {nullptr, nullptr, 0, 0, 0, nullptr, 0}};
  lws_context_creation_info info{};
  info.port = 0;
  info.iface = "lo";
  info.protocols = protocols;
  info.pt_serv_buf_size = 64U << 10;
  info.options = LWS_SERVER_OPTION_DISABLE_IPV6;
  info.gid = info.uid = static_cast<decltype(info.gid)>(-1);
  info.vhost_name = "bench";
  lws_context* context = lws_create_context(&info);
  if (context == nullptr) {
    std::fprintf(stderr, "bench_echo: libwebsockets will not listen\n");
    std::exit(1);
  }
  const int port = lws_get_vhost_listen_port(lws_get_vhost_by_name(context, info.vhost_name));
  pipe.send(static_cast<std::uint16_t>(port));
  std::atomic<bool> is_over{false};
  std::thread parent([&] {
    while (pipe.await_request()) {
    }
    is_over = true;
    lws_cancel_service(context);
  });
  while (!is_over && lws_service(context, 0) >= 0) {
  }
  parent.join();
  lws_context_destroy(context);
}

}  // namespace heartwire::bench
