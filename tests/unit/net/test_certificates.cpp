#include "tests/unit/net/test_certificates.hpp"

#include "heartwire/base/check.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <utility>

namespace heartwire::net::testing {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File open_file(const std::string& path, const char* mode) {
  File file(std::fopen(path.c_str(), mode), &std::fclose);
  HW_CHECK(file != nullptr);
  return file;
}

void add_extension(X509* certificate, int id, const std::string& value) {
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str());
  HW_CHECK(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

void set_name(X509_NAME* name, const std::string& text) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.c_str());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, bytes, -1, -1, 0);
}

Certificate make_certificate(EVP_PKEY* key, const std::string& name, int serial, int from_days,
                             int to_days) {
  Certificate certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_time_adj_ex(X509_getm_notBefore(certificate.get()), from_days, 0, nullptr);
  X509_time_adj_ex(X509_getm_notAfter(certificate.get()), to_days, 0, nullptr);
  X509_set_pubkey(certificate.get(), key);
  set_name(X509_get_subject_name(certificate.get()), name);
  return certificate;
}

void write_identity(const Identity& to, X509* certificate, EVP_PKEY* key, X509* issuer = nullptr) {
  const File certificates = open_file(to.certificate_file, "w");
  PEM_write_X509(certificates.get(), certificate);
  if (issuer != nullptr) PEM_write_X509(certificates.get(), issuer);
  const File keys = open_file(to.key_file, "w");
  PEM_write_PrivateKey(keys.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
}

struct Signer {
  Certificate certificate;
  Key key;
};

Signer read_signer(const Identity& from) {
  const File certificate = open_file(from.certificate_file, "r");
  const File key = open_file(from.key_file, "r");
  return {
      Certificate(PEM_read_X509(certificate.get(), nullptr, nullptr, nullptr), &X509_free),
      Key(PEM_read_PrivateKey(key.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free),
  };
}

void sign(X509* certificate, const Signer& by) {
  X509_set_issuer_name(certificate, X509_get_subject_name(by.certificate.get()));
  X509_sign(certificate, by.key.get(), EVP_sha256());
}

void make_ca(X509* certificate) {
  add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, NID_key_usage, "critical,keyCertSign");
}

Signer make_intermediate(const Signer& ca, int serial) {
  Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  Certificate certificate = make_certificate(key.get(), "intermediate", serial, -400, 400);
  make_ca(certificate.get());
  sign(certificate.get(), ca);
  return {std::move(certificate), std::move(key)};
}

}  // namespace

Certificates::Certificates(const std::string& ca_name) {
  std::string pattern = std::filesystem::temp_directory_path() / "heartwire-test-XXXXXX";
  HW_CHECK(::mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
  ca_ = {folder_ + "/ca.pem", folder_ + "/ca.key"};
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Certificate ca = make_certificate(key.get(), ca_name, 1, -400, 400);
  X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
  make_ca(ca.get());
  X509_sign(ca.get(), key.get(), EVP_sha256());
  write_identity(ca_, ca.get(), key.get());
}

Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Certificates::ca_pem() const {
  std::ostringstream text;
  text << std::ifstream(ca_.certificate_file).rdbuf();
  return text.str();
}

Identity Certificates::issue(const Wish& wish) {
  const std::string stem = folder_ + "/" + std::to_string(++count_);
  const Identity identity{stem + ".pem", stem + ".key"};
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Certificate leaf =
      make_certificate(key.get(), wish.name, 1 + count_, wish.valid_from_days, wish.valid_to_days);
  if (!wish.is_subject_only)
    add_extension(leaf.get(), NID_subject_alt_name, (wish.is_address ? "IP:" : "DNS:") + wish.name);
  if (wish.is_self_signed) {
    X509_set_issuer_name(leaf.get(), X509_get_subject_name(leaf.get()));
    X509_sign(leaf.get(), key.get(), EVP_sha256());
  } else {
    const Signer ca = read_signer(ca_);
    if (wish.has_intermediate) {
      const Signer middle = make_intermediate(ca, 1000 + count_);
      sign(leaf.get(), middle);
      write_identity(identity, leaf.get(), key.get(), middle.certificate.get());
      return identity;
    }
    sign(leaf.get(), ca);
  }
  write_identity(identity, leaf.get(), key.get());
  return identity;
}

std::string Certificates::write_file(const std::string& name, const std::string& text) {
  const std::string path = folder_ + "/" + name;
  std::ofstream(path) << text;
  return path;
}

}  // namespace heartwire::net::testing
