#include "heartwire/net/peer_certificate.hpp"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heartwire::net {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Subject = std::vector<std::pair<const char*, std::string>>;

Certificate signed_certificate(const Subject& subject) {
  Certificate certificate(X509_new(), &X509_free);
  for (const auto& [field, value] : subject)
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), field, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(value.data()),
                               static_cast<int>(value.size()), -1, 0);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 60);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                &EVP_PKEY_free);
  X509_set_pubkey(certificate.get(), key.get());
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  return certificate;
}

PeerCertificate described(const Subject& subject) {
  return describe_certificate(*signed_certificate(subject));
}

TEST(PeerCertificate, names_its_subject_as_rfc_4514_does) {
  const auto certificate = described({{"O", "Example, Inc."}, {"CN", "alice"}});

  EXPECT_EQ(certificate.subject, "CN=alice,O=Example\\, Inc.");
  EXPECT_EQ(certificate.common_name, "alice");
}

TEST(PeerCertificate, of_several_common_names_gives_the_last) {
  EXPECT_EQ(described({{"CN", "one"}, {"CN", "two"}}).common_name, "two");
  EXPECT_EQ(described({{"O", "nobody"}}).common_name, "");
}

TEST(PeerCertificate, escapes_what_could_forge_a_log_line) {
  const auto certificate = described({{"CN", "a\n\x1b\xc3\xbc"}});

  EXPECT_EQ(certificate.subject, "CN=a\\0A\\1B\\C3\\BC");
  EXPECT_EQ(certificate.common_name, "a\n\x1b\xc3\xbc") << "as it is";
}

TEST(PeerCertificate, has_a_fingerprint_of_its_own) {
  const Certificate certificate = signed_certificate({{"CN", "one"}});
  const std::string one = describe_certificate(*certificate).fingerprint;

  EXPECT_EQ(one.size(), 64U);
  EXPECT_EQ(one.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(describe_certificate(*certificate).fingerprint, one);
  EXPECT_NE(described({{"CN", "one"}}).fingerprint, one) << "another key";
}

}  // namespace
}  // namespace heartwire::net
