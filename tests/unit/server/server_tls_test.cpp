// A server's certificate changed under it, and a client's told to the application.

#include "heartwire/client.hpp"
#include "heartwire/server.hpp"
#include "tests/unit/net/test_certificates.hpp"
#include "tests/unit/server/event_log.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace heartwire::server {
namespace {

using net::testing::Certificates;
using net::testing::Identity;
using testing::EventLog;

constexpr auto kReplace = std::filesystem::copy_options::overwrite_existing;

class ServerTls : public ::testing::Test {
 protected:
  /// Puts `identity` where the server looks.
  void install(const Identity& identity) {
    std::filesystem::copy_file(identity.certificate_file, installed_.certificate_file, kReplace);
    std::filesystem::copy_file(identity.key_file, installed_.key_file, kReplace);
  }

  void serve(unsigned threads = 1) {
    options_.threads = threads;
    options_.tls.certificate_file = installed_.certificate_file;
    options_.tls.key_file = installed_.key_file;
    options_.hooks.on_message = [](Connection& connection, core::MessageView message) {
      EXPECT_TRUE(connection.send(message));
    };
    server_ = std::make_unique<Server>(options_);
    server_->start();
  }

  /// A client that trusts `ca`; what befalls it goes to `log` under `name`.
  std::unique_ptr<Client> connect(EventLog& log, const std::string& ca,
                                  const Identity& identity = {}) {
    ClientOptions options;
    options.urls = {"wss://localhost:" + std::to_string(server_->port()) + "/"};
    options.reconnect.enabled = false;
    options.tls.ca_file = ca;
    options.tls.certificate_file = identity.certificate_file;
    options.tls.key_file = identity.key_file;
    options.hooks.on_open = [&log](const auto&) { log.add("open"); };
    options.hooks.on_message = [&log](core::MessageView message) {
      log.add("message " + std::string{message.payload});
    };
    options.hooks.on_close = [&log](const auto& info) { log.add("close " + info.text); };
    options.hooks.on_attempt_failed = [&log](const auto& info) { log.add("failed " + info.text); };
    auto client = std::make_unique<Client>(options);
    client->start();
    return client;
  }

  Certificates before_{"CA before"};
  Certificates after_{"CA after"};
  Identity installed_ = before_.issue({});
  Options options_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTls, changes_under_the_connections_without_dropping_one) {
  serve(2);
  EventLog old_log;
  const auto old = connect(old_log, before_.ca_file());
  ASSERT_TRUE(old_log.wait_for("open"));

  install(after_.issue({}));
  ASSERT_TRUE(server_->reload_tls());

  for (int i = 0; i < 2; ++i) {  // On each of the threads.
    EventLog log;
    const auto fresh = connect(log, after_.ca_file());
    EXPECT_TRUE(log.wait_for("open")) << "by the new certificate";
  }
  EventLog late_log;
  const auto late = connect(late_log, before_.ca_file());
  EXPECT_TRUE(late_log.wait_for("failed ")) << "the old one is not shown any more";
  ASSERT_TRUE(old->send("still here"));
  EXPECT_TRUE(old_log.wait_for("message still here"));
  EXPECT_EQ(old_log.count("close"), 0U);
}

TEST_F(ServerTls, stays_as_it_was_when_the_new_files_are_bad) {
  serve();
  const Identity other = after_.issue({});
  const auto refused = [&](const std::string& words) {
    const auto reloaded = server_->reload_tls();
    EXPECT_FALSE(reloaded);
    if (reloaded) return;
    EXPECT_NE(reloaded.error().find(words), std::string::npos) << reloaded.error();
    EventLog log;
    const auto client = connect(log, before_.ca_file());
    EXPECT_TRUE(log.wait_for("open")) << "after " << words;
  };

  std::filesystem::copy_file(other.key_file, installed_.key_file, kReplace);
  refused("does not match the certificate");
  std::ofstream(installed_.certificate_file) << "half of a certifi";
  refused("holds no usable certificate");
  std::filesystem::remove(installed_.certificate_file);
  refused("cannot read the certificate file");

  install(other);
  EXPECT_TRUE(server_->reload_tls()) << "good files at last";
}

TEST_F(ServerTls, without_any_says_that_there_is_nothing_to_reload) {
  Server plain(Options{});

  const auto reloaded = plain.reload_tls();

  ASSERT_FALSE(reloaded);
  EXPECT_EQ(reloaded.error(), "the server has no TLS, so none can be reloaded");
}

TEST_F(ServerTls, tells_the_application_who_the_client_is) {
  EventLog log;
  options_.tls.ca_file = before_.ca_file();
  options_.tls.client_certificate = net::ClientCertificate::optional;
  options_.hooks.on_request = [&log](const Request& request) {
    const auto& certificate = request.client_certificate;
    log.add(certificate ? "shown " + certificate->subject : "not shown");
    return Admit::accept();
  };
  serve();

  EventLog client_log;
  const auto known = connect(client_log, before_.ca_file(), before_.issue({.name = "alice"}));
  EXPECT_TRUE(log.wait_for("shown CN=alice"));
  const auto unknown = connect(client_log, before_.ca_file());
  EXPECT_TRUE(log.wait_for("not shown"));
}

TEST_F(ServerTls, that_wants_to_know_everybody_reads_the_request_of_nobody_else) {
  EventLog log;
  options_.tls.ca_file = before_.ca_file();
  options_.hooks.on_request = [&log](const Request&) {
    log.add("request");
    return Admit::accept();
  };
  options_.hooks.on_error = [&log](std::string_view what) { log.add(std::string{what}); };
  serve();

  EventLog client_log;
  const auto client = connect(client_log, before_.ca_file());

  EXPECT_TRUE(client_log.wait_for("failed "));
  EXPECT_EQ(log.count("request"), 0U);
}

}  // namespace
}  // namespace heartwire::server
