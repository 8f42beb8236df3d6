// Shows many clients on one thread: a loop that they share, one broadcast that is encoded once.
// Run: 11_many_clients_one_loop [COUNT]    Default 100 clients.

#include "heartwire/client.hpp"
#include "heartwire/server.hpp"

#include <chrono>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <mutex>
#include <semaphore>
#include <string>
#include <vector>

using namespace std::chrono_literals;

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 100;
  if (count < 1) {
    std::cerr << "how many clients? not " << argv[1] << '\n';
    return 2;
  }
  std::mutex mutex;
  std::vector<heartwire::Connection> peers;
  std::counting_semaphore<> opened{0}, received{0};
  heartwire::ServerOptions server_options;
  server_options.hooks.on_open = [&](auto& peer, const auto&) {
    const std::lock_guard lock{mutex};
    peers.push_back(peer);
    opened.release();
  };
  heartwire::Server server(server_options);
  server.start();

  heartwire::ClientOptions options;
  options.urls = {"ws://127.0.0.1:" + std::to_string(server.port())};
  options.hooks.on_message = [&](auto) { received.release(); };
  heartwire::Loop loop;  // One thread; every hook of every client runs on it.
  std::deque<heartwire::Client> clients;
  for (int i = 0; i < count; ++i) clients.emplace_back(loop, options).start();

  for (int i = 0; i < count; ++i)
    if (!opened.try_acquire_for(30s)) return 1;
  std::cout << count << " clients are open\n";

  const heartwire::Encoded news({heartwire::MessageType::text, "news for everybody"});
  const std::lock_guard lock{mutex};
  std::cout << server.broadcast(news, peers) << " were sent the news\n";
  for (int i = 0; i < count; ++i)
    if (!received.try_acquire_for(30s)) return 1;
  std::cout << "and all have received it\n";
}
