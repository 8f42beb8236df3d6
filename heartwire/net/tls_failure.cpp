#include "heartwire/net/tls_failure.hpp"

#include "heartwire/base/escape.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <memory>

namespace heartwire::net {
namespace {

constexpr int kNamesMax = 3;

std::string_view text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string day_of(const ASN1_TIME* time) {
  std::tm broken_down{};
  std::array<char, 16> text{};
  if (ASN1_TIME_to_tm(time, &broken_down) != 1) return "an unreadable date";
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &broken_down);
  return text.data();
}

std::string name_of(const X509_NAME* name) {
  char* const text = X509_NAME_oneline(name, nullptr, 0);
  if (text == nullptr) return "?";
  std::string result = '"' + base::escape_for_log(text) + '"';
  OPENSSL_free(text);
  return result;
}

void append_name(std::string& list, std::string_view name) {
  if (!list.empty()) list += ", ";
  list += base::escape_for_log(name);
}

/// Why a certificate is not for `host`: the first of its DNS names, or its subject if it has none.
std::string mismatch(X509* certificate, std::string_view host) {
  struct Free {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
  };
  const std::unique_ptr<GENERAL_NAMES, Free> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  const std::string subject = name_of(X509_get_subject_name(certificate));
  if (!names)
    return " has no subjectAltName, and its subject " + subject + " does not say whom it is for";
  std::string list;
  int count = 0;
  const int total = sk_GENERAL_NAME_num(names.get());
  for (int at = 0; at < total; ++at) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), at);
    if (name->type != GEN_DNS) continue;
    if (++count > kNamesMax) {
      list += ", ...";
      break;
    }
    append_name(list, text_of(name->d.dNSName));
  }
  return " is for " + (list.empty() ? subject : list) + ", not for " + std::string{host};
}

std::string reason_text(unsigned long error) {
  switch (ERR_GET_REASON(error)) {
    case SSL_R_WRONG_VERSION_NUMBER: return "the peer does not speak TLS";
    case SSL_R_HTTP_REQUEST: return "the peer speaks plain HTTP where TLS was expected";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: return "no common version of TLS";
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return "the peer showed no certificate";
    default: break;
  }
  const char* const reason = ERR_reason_error_string(error);
  if (reason == nullptr) return "unknown error of OpenSSL";
  const std::string_view text = reason;
  const std::size_t alert = text.find("alert ");
  if (alert == text.npos) return std::string{text};
  return "the peer refused with the alert \"" + std::string{text.substr(alert + 6)} + '"';
}

}  // namespace

std::string describe_rejected_certificate(X509_STORE_CTX* verification, std::string_view host) {
  const int code = X509_STORE_CTX_get_error(verification);
  X509* const certificate = X509_STORE_CTX_get_current_cert(verification);
  if (certificate == nullptr) return X509_verify_cert_error_string(code);
  const bool is_leaf = X509_STORE_CTX_get_error_depth(verification) == 0;
  const std::string which =
      is_leaf ? "the certificate"
              : "the issuer's certificate " + name_of(X509_get_subject_name(certificate));
  switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return which + " expired on " + day_of(X509_get0_notAfter(certificate));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return which + " is not valid before " + day_of(X509_get0_notBefore(certificate));
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return which + mismatch(certificate, host);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return which + " is self-signed and not trusted";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return which + " has an unknown issuer, " + name_of(X509_get_issuer_name(certificate));
    default: return which + " does not verify: " + X509_verify_cert_error_string(code);
  }
}

std::string take_tls_error(std::string_view otherwise) {
  // OpenSSL loads its texts with its first context, which need not have come yet.
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS | OPENSSL_INIT_LOAD_CRYPTO_STRINGS, nullptr);
  const unsigned long error = ERR_get_error();
  ERR_clear_error();
  return error == 0 ? std::string{otherwise} : reason_text(error);
}

}  // namespace heartwire::net
