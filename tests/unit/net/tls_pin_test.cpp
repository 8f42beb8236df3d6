#include "heartwire/net/tls_pin.hpp"

#include "tests/unit/net/test_certificates.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <memory>
#include <string>

namespace heartwire::net {
namespace {

/// Made with `openssl ecparam -genkey`, and its pin with the commands of curl's manual.
constexpr std::string_view kKey =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaMSowHYzkVbqrmRR2hvUvDsA8CHq\n"
    "/hMyWujnsPUwqJ9IhFjZwcpZ10sTta0gkWywDtFkJACi6/SoqIPdjK0b6A==\n"
    "-----END PUBLIC KEY-----\n";

TEST(TlsPin, is_written_as_curl_writes_it) {
  EXPECT_TRUE(is_pin("sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE="));
  for (const char* text : {"", "sha256//", "YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE=",
                           "sha1//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE=",
                           "sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE",
                           "sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwF=",
                           "sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQ",
                           "sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE=;sha256//x"})
    EXPECT_FALSE(is_pin(text)) << text;
}

TEST(TlsPin, is_that_of_the_key_whatever_the_certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(kKey.data(), static_cast<int>(kKey.size())), &BIO_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PUBKEY(text.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  ASSERT_TRUE(key);
  std::string pins[2];
  for (std::string& pin : pins) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), &pin == pins ? 1 : 2);
    X509_set_pubkey(certificate.get(), key.get());
    pin = pin_of(*certificate);
  }

  EXPECT_EQ(pins[0], "sha256//fYutvkuySh2Az4IS2VGxJo/IJh7GG3ijKJ9ghzssndE=");
  EXPECT_EQ(pins[1], pins[0]);
  EXPECT_TRUE(is_pin(pins[0]));
}

}  // namespace
}  // namespace heartwire::net
