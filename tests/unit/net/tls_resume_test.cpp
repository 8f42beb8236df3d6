// A second handshake with the same server: what is resumed in each version, what never is, and that
// a pin counts for it as well.
#include "heartwire/net/tls_channel.hpp"
#include "heartwire/net/tls_pin.hpp"
#include "tests/unit/net/test_tls_pair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <memory>
#include <string>

namespace heartwire::net {
namespace {

using testing::Certificates;
using testing::client_context;
using ::testing::HasSubstr;
using testing::Identity;
using testing::server_context;
using testing::TestLoop;
using testing::TlsPair;

std::string pin_of_file(const std::string& file) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> opened(std::fopen(file.c_str(), "r"),
                                                               &std::fclose);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_X509(opened.get(), nullptr, nullptr, nullptr), &X509_free);
  return pin_of(*certificate);
}

class TlsResume : public ::testing::TestWithParam<const char*> {
 protected:
  /// A client's, that speaks the version of this test and no later one.
  TlsContext context(TlsOptions options) {
    options.ca_file = certificates_.ca_file();
    const TlsContext made = client_context(options);
    if (is_old()) SSL_CTX_set_max_proto_version(made.native(), TLS1_2_VERSION);
    return made;
  }
  bool is_old() const { return std::string{GetParam()} == "TLSv1.2"; }

  /// Connects, takes in the tickets that follow the handshake (RFC 8446 section 4.6.1), and drops
  /// the connection. True if it was a resumed one.
  bool connect(const TlsContext& client, const TlsContext& server) {
    TlsPair pair(loop_);
    EXPECT_TRUE(pair.shake_hands(client, server));
    if (pair.client_failure) {
      failure_ = pair.client_failure->text;
      return false;
    }
    EXPECT_EQ(pair.client.tls_info()->version, GetParam());
    peer_ = pair.server.peer_certificate();
    pair.server.write_some(base::as_bytes("x"));
    EXPECT_EQ(pair.read_text(pair.client), "x");
    return pair.client.tls_info()->is_resumed;
  }

  TestLoop loop_;
  Certificates certificates_;
  Identity identity_ = certificates_.issue({});
  std::string failure_;
  std::optional<PeerCertificate> peer_;
};

TEST_P(TlsResume, makes_the_second_handshake_a_short_one) {
  const TlsContext server = server_context(identity_);
  const TlsContext client = context({});

  EXPECT_FALSE(connect(client, server));
  EXPECT_TRUE(connect(client, server));
  EXPECT_TRUE(connect(client, server)) << "each connection leaves a session for the next";
}

TEST_P(TlsResume, is_not_tried_when_turned_off) {
  const TlsContext server = server_context(identity_);
  const TlsContext client = context({.resume_sessions = false});

  EXPECT_FALSE(connect(client, server));
  EXPECT_FALSE(connect(client, server));
}

TEST_P(TlsResume, falls_back_to_a_full_handshake_with_a_server_that_was_reloaded) {
  const TlsContext client = context({});

  EXPECT_FALSE(connect(client, server_context(identity_)));
  EXPECT_FALSE(connect(client, server_context(identity_)));
  EXPECT_EQ(failure_, "");
}

TEST_P(TlsResume, knows_the_client_without_being_shown_its_certificate_again) {
  const Identity known = certificates_.issue({.name = "alice"});
  const TlsContext server = server_context(identity_, {.ca_file = certificates_.ca_file()});
  const TlsContext client =
      context({.certificate_file = known.certificate_file, .key_file = known.key_file});

  EXPECT_FALSE(connect(client, server));
  ASSERT_TRUE(peer_);
  EXPECT_EQ(peer_->common_name, "alice");
  peer_.reset();
  EXPECT_TRUE(connect(client, server));
  ASSERT_TRUE(peer_);
  EXPECT_EQ(peer_->common_name, "alice");
}

TEST_P(TlsResume, holds_with_a_pin) {
  const TlsContext server = server_context(identity_);
  const std::string other = pin_of_file(certificates_.issue({}).certificate_file);
  const TlsContext client = context({.pins = {other, pin_of_file(identity_.certificate_file)}});

  EXPECT_FALSE(connect(client, server));
  EXPECT_TRUE(connect(client, server));
  EXPECT_EQ(failure_, "");
}

TEST_P(TlsResume, never_gets_round_a_pin) {
  const TlsContext server = server_context(identity_);
  const std::string other = pin_of_file(certificates_.issue({}).certificate_file);
  const TlsContext client = context({.pins = {other}});

  for (int i = 0; i < 2; ++i) {
    failure_.clear();
    EXPECT_FALSE(connect(client, server));
    EXPECT_EQ(failure_, "the public key of the certificate is " +
                            pin_of_file(identity_.certificate_file) + ", which is not pinned");
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, TlsResume, ::testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& one) {
                           return std::string{one.param} == "TLSv1.2" ? "tls_1_2" : "tls_1_3";
                         });

class TlsPinning : public ::testing::Test {
 protected:
  std::string verdict(const Certificates::Wish& wish, bool is_pinned, bool is_verifying) {
    const Identity identity = certificates_.issue(wish);
    TlsOptions options{.ca_file = certificates_.ca_file(), .verify = is_verifying};
    options.pins = {pin_of_file((is_pinned ? identity : certificates_.issue({})).certificate_file)};
    TlsPair pair(loop_);
    EXPECT_TRUE(pair.shake_hands(client_context(options), server_context(identity)));
    if (!pair.client_failure) return "good";
    EXPECT_TRUE(pair.client_failure->is_certificate);
    return pair.client_failure->text;
  }

  TestLoop loop_;
  Certificates certificates_;
};

TEST_F(TlsPinning, is_checked_besides_the_chain_and_the_name) {
  EXPECT_EQ(verdict({}, true, true), "good");
  EXPECT_THAT(verdict({}, false, true), HasSubstr("which is not pinned"));
  EXPECT_THAT(verdict({.is_self_signed = true}, true, true), HasSubstr("self-signed"));
  EXPECT_THAT(verdict({.name = "other.example"}, true, true), HasSubstr("not for localhost"));
}

TEST_F(TlsPinning, is_all_that_is_checked_once_verification_is_off) {
  EXPECT_EQ(verdict({.name = "other.example", .is_self_signed = true}, true, false), "good");
  EXPECT_THAT(verdict({}, false, false), HasSubstr("which is not pinned"));
}

}  // namespace
}  // namespace heartwire::net
