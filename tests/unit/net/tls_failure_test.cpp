// What certificates are rejected for is in tls_channel_test.cpp, over a real handshake.
#include "heartwire/net/tls_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace heartwire::net {
namespace {

std::string text_of(int reason) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_SSL, reason);
  return take_tls_error("nothing");
}

TEST(TlsFailure, speaks_of_the_cause_and_not_of_openssl) {
  EXPECT_EQ(text_of(SSL_R_WRONG_VERSION_NUMBER), "the peer does not speak TLS");
  EXPECT_EQ(text_of(SSL_R_HTTP_REQUEST), "the peer speaks plain HTTP where TLS was expected");
  EXPECT_EQ(text_of(SSL_R_UNSUPPORTED_PROTOCOL), "no common version of TLS");
  EXPECT_EQ(text_of(SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE), "the peer showed no certificate");
}

TEST(TlsFailure, quotes_an_alert) {
  EXPECT_EQ(text_of(SSL_R_TLSV1_ALERT_UNKNOWN_CA),
            "the peer refused with the alert \"unknown ca\"");
}

TEST(TlsFailure, leaves_the_queue_empty) {
  ERR_raise(ERR_LIB_SSL, SSL_R_BAD_LENGTH);
  ERR_raise(ERR_LIB_SSL, SSL_R_BAD_PACKET);

  EXPECT_EQ(take_tls_error("nothing"), "bad length") << "the first is the cause";
  EXPECT_EQ(take_tls_error("nothing"), "nothing");
}

}  // namespace
}  // namespace heartwire::net
