// permessage-deflate with those who do it on their own: python3-websockets and npm `ws`, in both
// roles and with each set of parameters that one may ask of the other.

#include "heartwire/base/rng.hpp"
#include "tests/integration/support/host.hpp"
#include "tests/integration/support/live_test.hpp"

#include <ostream>

namespace heartwire::integration {
namespace {

enum class Maker { python, npm };

struct Agreement {
  const char* name;
  const char* theirs;  ///< Parameters, as JSON.
  ws::DeflateOptions ours;
};

void PrintTo(const Agreement& agreement, std::ostream* out) {
  *out << agreement.name;
}

using Case = std::tuple<Maker, Agreement>;

ws::DeflateOptions eager(ws::DeflateOptions options = {}) {
  options.bytes_min = 0;
  return options;
}

const Agreement kAgreements[] = {
    {"defaults", "{}", eager()},
    {"whole_windows", "{}", eager({.own_window_bits = 15, .peer_window_bits = 15})},
    {"they_take_nothing_over",
     R"({"server_no_context_takeover": true, "client_no_context_takeover": true})", eager()},
    {"we_take_nothing_over", "{}",
     eager({.own_context_takeover = false, .peer_context_takeover = false})},
    {"our_smallest_window", "{}", eager({.own_window_bits = 8})},
    {"their_smallest_window", R"({"server_max_window_bits": 9, "client_max_window_bits": 9})",
     eager()},
};

class ForeignCompression : public LiveTest, public ::testing::WithParamInterface<Case> {
 protected:
  void SetUp() override {
    if (maker() == Maker::npm && !has_npm_package("ws"))
      GTEST_SKIP() << "no npm package ws: run `npm ci` in tests/integration/npm";
  }
  static Maker maker() { return std::get<0>(GetParam()); }
  static const Agreement& agreement() { return std::get<1>(GetParam()); }

  Process& peer(const std::string& script, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--compression", agreement().theirs});
    return start(maker() == Maker::python ? python_peer(script + ".py", arguments)
                                          : npm_peer(script + ".mjs", arguments));
  }
};

/// Alike, random, empty, and longer than a fragment and every window.
std::vector<core::Message> messages() {
  base::Rng rng(5);
  std::string random(100'000, '\0');
  for (char& octet : random) octet = static_cast<char>(rng.below(256));
  std::vector<core::Message> all;
  for (int price = 100; price < 130; ++price)
    all.push_back({core::MessageType::text,
                   R"({"type":"tick","symbol":"HWIRE","price":)" + std::to_string(price) + "}"});
  all.push_back({core::MessageType::text, ""});
  all.push_back({core::MessageType::text, ""});
  all.push_back({core::MessageType::binary, random.substr(0, 300)});
  all.push_back({core::MessageType::binary, random + std::string(100'000, 'x') + random});
  all.push_back({core::MessageType::text, std::string(1 << 20, 'w')});
  all.push_back({core::MessageType::binary, random.substr(200, 400)});
  return all;
}

/// Keeps the whole of what comes.
struct Received {
  std::mutex mutex;
  std::vector<core::Message> messages;

  void add(core::MessageView message) {
    const std::lock_guard lock(mutex);
    messages.push_back({message.type, std::string{message.payload}});
  }
};

TEST_P(ForeignCompression, server_sends_all_back_to_our_client) {
  Process& server = peer("echo_server", {});
  Received received;
  auto wanted = options(url_of(server.port()));
  wanted.compression = agreement().ours;
  wanted.outbox.outbox_bytes_max = 4 << 20;
  wanted.hooks.on_message = [&](core::MessageView message) { received.add(message); };
  client::Client client(witness.watch(wanted));

  client.start();
  const auto sent = messages();
  for (const core::Message& message : sent) ASSERT_TRUE(client.send(message));

  ASSERT_TRUE(witness.sees(Seen::message, sent.size()));
  const std::lock_guard lock(received.mutex);
  EXPECT_TRUE(received.messages == sent);
  EXPECT_TRUE(witness.first(Seen::open).transport.is_compressed);
  EXPECT_EQ(witness.count(Seen::close), 0u);
}

TEST_P(ForeignCompression, client_sends_all_back_to_our_server) {
  Received received;
  server::Options wanted = Host::without_heartbeats();
  wanted.compression = agreement().ours;
  wanted.send_buffer_bytes_max = 8 << 20;
  wanted.message_bytes_max = 2 << 20;
  wanted.hooks.on_message = [&](server::Connection&, core::MessageView message) {
    received.add(message);
  };
  Host host(wanted);
  peer("echo_client", {url_of(host.port())});
  server::Connection guest = host.guest();

  const auto sent = messages();
  for (const core::Message& message : sent) ASSERT_TRUE(guest.send(message.view()));

  ASSERT_TRUE(host.witness().sees(Seen::message, sent.size())) << host.witness().transcript();
  const std::lock_guard lock(received.mutex);
  EXPECT_TRUE(received.messages == sent);
  EXPECT_TRUE(guest.is_compressed());
  EXPECT_EQ(host.witness().count(Seen::close), 0u);
}

std::string name_of(const ::testing::TestParamInfo<Case>& info) {
  const std::string maker = std::get<0>(info.param) == Maker::python ? "python_" : "npm_";
  return maker + std::get<1>(info.param).name;
}

INSTANTIATE_TEST_SUITE_P(Of, ForeignCompression,
                         ::testing::Combine(::testing::Values(Maker::python, Maker::npm),
                                            ::testing::ValuesIn(kAgreements)),
                         name_of);

}  // namespace
}  // namespace heartwire::integration
