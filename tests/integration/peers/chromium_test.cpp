// Our server against a browser: a page in headless Chromium.

#include "tests/integration/support/folder.hpp"
#include "tests/integration/support/host.hpp"
#include "tests/integration/support/live_test.hpp"

#include <filesystem>

namespace heartwire::integration {
namespace {

constexpr const char* kProgram = "/usr/bin/chromium";

class Chromium : public LiveTest {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kProgram)) GTEST_SKIP() << "no " << kProgram;
  }

  /// Opens the page, which connects to `host`.
  Process& open_page(const Host& host) {
    return start({kProgram, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
                  "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync",
                  "--user-data-dir=" + folder.path(),
                  "file://" + peer_path("chromium_page.html") + "#" + std::to_string(host.port())});
  }

  static server::Options page_options() {
    server::Options wanted;
    wanted.heartbeat = {.interval = 300ms, .timeout = 15s};
    wanted.dialects = {core::dialect::text("ping", "pong")};
    wanted.hooks.on_request = [](const server::Request& request) {
      return request.path == "/page" ? server::Admit::accept("page.v2")
                                     : server::Admit::refuse(404);
    };
    return wanted;
  }

  Folder folder;
};

TEST_F(Chromium, opens_beats_by_text_sends_bytes_and_closes_with_its_code) {
  Host host(page_options());
  const Witness& server = host.witness();
  open_page(host);
  ASSERT_TRUE(server.hears("open page.v2")) << server.transcript();
  server::Connection page = host.guest();

  ASSERT_TRUE(server.hears("three beats")) << server.transcript();
  ASSERT_TRUE(server.sees(Seen::heartbeat, 2)) << "the server asks as well";
  ASSERT_TRUE(page.send({core::MessageType::binary, std::string_view{"\x00\x01\xff", 3}}));
  ASSERT_TRUE(server.hears(std::string_view{"\xff\x01\x00", 3})) << server.transcript();
  ASSERT_TRUE(page.send(std::string(300'000, 'x')));
  ASSERT_TRUE(server.hears("heard 300000 characters")) << server.transcript();
  ASSERT_TRUE(page.send("leave"));

  ASSERT_TRUE(server.sees(Seen::close)) << server.transcript();
  const Sight close = server.first(Seen::close);
  EXPECT_EQ(close.close.code, 4001);
  EXPECT_EQ(close.close.reason, "sch\u00f6n war es");
  EXPECT_TRUE(close.close.is_clean);
  EXPECT_THAT(server.messages(), ::testing::Not(::testing::Contains("ping")));
}

TEST_F(Chromium, compresses_in_both_directions) {
  server::Options wanted = page_options();
  wanted.compression.emplace();
  Host host(wanted);
  const Witness& server = host.witness();
  open_page(host);
  ASSERT_TRUE(server.hears("open page.v2")) << server.transcript();
  server::Connection page = host.guest();
  EXPECT_TRUE(page.is_compressed());
  ASSERT_TRUE(
      server.hears("extensions permessage-deflate; server_max_window_bits=12; "
                   "client_max_window_bits=12"))
      << server.transcript();

  for (unsigned i = 0; i < 20; ++i) {
    const std::string message = "echo " + std::to_string(i) + std::string(i * 10'000, 'x');
    ASSERT_TRUE(page.send(message));
    ASSERT_TRUE(server.hears(message.substr(0, Witness::kTextMax))) << server.transcript();
    EXPECT_THAT(server.all(Seen::message),
                ::testing::Contains(::testing::Field(&Sight::count, message.size())));
  }
  ASSERT_TRUE(page.send("leave"));

  ASSERT_TRUE(server.sees(Seen::close)) << server.transcript();
  EXPECT_EQ(server.first(Seen::close).close.code, 4001);
}

TEST_F(Chromium, answers_ping_frames_by_itself_and_is_lost_at_once_when_it_is_killed) {
  server::Options wanted = page_options();
  wanted.dialects.clear();
  Host host(wanted);
  Process& browser = open_page(host);
  ASSERT_TRUE(host.witness().hears("open page.v2")) << host.witness().transcript();

  ASSERT_TRUE(host.witness().sees(Seen::heartbeat, 2)) << host.witness().transcript();
  browser.kill();

  ASSERT_TRUE(host.witness().sees(Seen::close)) << host.witness().transcript();
  EXPECT_EQ(host.witness().first(Seen::close).close.cause, core::Cause::lost);
}

}  // namespace
}  // namespace heartwire::integration
