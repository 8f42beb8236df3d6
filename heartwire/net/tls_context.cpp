#include "heartwire/net/tls_context.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/net/system_error.hpp"
#include "heartwire/net/tls_channel.hpp"
#include "heartwire/net/tls_failure.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <cerrno>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <unistd.h>
#include <utility>

namespace heartwire::net {
namespace {

/// Hosts whose sessions are kept. A client has one or a few; the bound is for programs that dial
/// whatever they are told.
constexpr std::size_t kSessionsMax = 64;

/// Nothing, or what is wrong, for people.
using Complaint = std::optional<std::string>;

struct FreeSession {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};

std::string quoted(const std::string& file) {
  return '"' + file + '"';
}

Complaint check_readable(const char* what, const std::string& file) {
  if (::access(file.c_str(), R_OK) == 0) return std::nullopt;
  return std::string{"cannot read the "} + what + ' ' + quoted(file) + ": " +
         system_error_text(errno);
}

/// An encrypted key fails instead of asking for its password on the terminal.
int refuse_password(char*, int, int, void*) {
  return -1;
}

Complaint trust_text(SSL_CTX* context, const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  int count = 0;
  while (X509* const certificate = PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)) {
    count += X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
    SSL_CTX_add_client_CA(context, certificate);  // Only a server sends these names.
    X509_free(certificate);
  }
  ERR_clear_error();  // The end of the text is an error too.
  if (count == 0) return "ca_pem holds no certificate in PEM form";
  return std::nullopt;
}

bool has_own_trust(const TlsOptions& options) {
  return !options.ca_file.empty() || !options.ca_pem.empty();
}

Complaint set_trust(SSL_CTX* context, TlsRole role, const TlsOptions& options) {
  if (!has_own_trust(options)) {
    if (role == TlsRole::client) SSL_CTX_set_default_verify_paths(context);
    return std::nullopt;
  }
  if (!options.ca_file.empty()) {
    if (auto complaint = check_readable("CA file", options.ca_file)) return complaint;
    if (SSL_CTX_load_verify_locations(context, options.ca_file.c_str(), nullptr) != 1)
      return "the CA file " + quoted(options.ca_file) +
             " holds no certificate in PEM form: " + take_tls_error("nothing found");
    // A client with several certificates sees which of them are wanted.
    if (role == TlsRole::server)
      SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(options.ca_file.c_str()));
  }
  if (!options.ca_pem.empty()) return trust_text(context, options.ca_pem);
  return std::nullopt;
}

Complaint set_identity(SSL_CTX* context, TlsRole role, const TlsOptions& options) {
  const std::string& certificate = options.certificate_file;
  const std::string& key = options.key_file.empty() ? certificate : options.key_file;
  if (certificate.empty()) {
    if (!options.key_file.empty()) return "there is a key_file but no certificate_file";
    if (role == TlsRole::server) return "a TLS server needs a certificate_file";
    return std::nullopt;
  }
  if (auto complaint = check_readable("certificate file", certificate)) return complaint;
  if (auto complaint = check_readable("key file", key)) return complaint;
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1)
    return "the certificate file " + quoted(certificate) +
           " holds no usable certificate in PEM form: " + take_tls_error("nothing found");
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1) return std::nullopt;
  if (ERR_GET_REASON(ERR_peek_error()) == X509_R_KEY_VALUES_MISMATCH ||
      ERR_GET_REASON(ERR_peek_error()) == X509_R_KEY_TYPE_MISMATCH) {
    ERR_clear_error();
    return "the key in " + quoted(key) + " does not match the certificate in " +
           quoted(certificate);
  }
  return "the key file " + quoted(key) + " holds no usable private key in PEM form " +
         "(an encrypted one must be decrypted first): " + take_tls_error("nothing found");
}

void set_manners(SSL_CTX* context, const TlsOptions& options) {
  SSL_CTX_set_min_proto_version(
      context, options.minimum_version == TlsVersion::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  // The caller's buffer may move while bytes wait, and an idle connection is to own none.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  // A missing close_notify cannot hide anything: WebSocket has a closing handshake of its own.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
}

}  // namespace

struct TlsContext::Shared {
  using SessionPtr = std::unique_ptr<SSL_SESSION, FreeSession>;

  /// The slot of an SSL_CTX in which this hangs; OpenSSL frees it with the SSL_CTX.
  static int slot() {
    static const int index =
        CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nullptr, nullptr, nullptr,
                                [](void*, void* shared, CRYPTO_EX_DATA*, int, long, void*) {
                                  delete static_cast<Shared*>(shared);
                                });
    return index;
  }

  TlsRole role{};
  std::string server_name;
  bool is_verifying = true;
  bool is_certificate_required = true;
  bool is_resuming = true;
  std::vector<std::string> pins;
  std::mutex mutex;
  std::map<std::string, SessionPtr> sessions;  ///< Under the mutex.
};

base::Result<TlsContext, std::string> TlsContext::make(TlsRole role, const TlsOptions& options) {
  SSL_CTX* const native =
      SSL_CTX_new(role == TlsRole::client ? TLS_client_method() : TLS_server_method());
  HW_CHECK(native != nullptr);
  TlsContext context{native};

  auto shared = std::make_unique<Shared>();
  shared->role = role;
  shared->server_name = options.server_name;
  shared->is_verifying = options.verify && (role == TlsRole::client || has_own_trust(options));
  shared->is_certificate_required = options.client_certificate == ClientCertificate::required;
  shared->pins = options.pins;
  shared->is_resuming = role == TlsRole::client && options.resume_sessions;
  HW_CHECK(SSL_CTX_set_ex_data(native, Shared::slot(), shared.get()) == 1);
  static_cast<void>(shared.release());

  set_manners(native, options);
  SSL_CTX_set_default_passwd_cb(native, refuse_password);
  if (auto complaint = set_trust(native, role, options))
    return base::Failure{*std::move(complaint)};
  if (auto complaint = set_identity(native, role, options))
    return base::Failure{*std::move(complaint)};
  return context;
}

base::Result<TlsContext, std::string> TlsContext::client(const TlsOptions& options) {
  auto context = make(TlsRole::client, options);
  if (!context) return context;
  SSL_CTX_set_session_cache_mode(context->native_,
                                 SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context->native_, TlsChannel::on_session);
  return context;
}

base::Result<TlsContext, std::string> TlsContext::server(const TlsOptions& options) {
  auto context = make(TlsRole::server, options);
  if (!context) return context;
  // Tickets are enough to resume, and keep the memory with the clients.
  SSL_CTX_set_session_cache_mode(context->native_, SSL_SESS_CACHE_OFF);
  static constexpr std::array<unsigned char, 9> kName{'h', 'e', 'a', 'r', 't', 'w', 'i', 'r', 'e'};
  SSL_CTX_set_session_id_context(context->native_, kName.data(), kName.size());
  return context;
}

TlsContext::TlsContext(const TlsContext& other) noexcept : native_(other.native_) {
  SSL_CTX_up_ref(native_);
}

TlsContext::TlsContext(TlsContext&& other) noexcept
    : native_(std::exchange(other.native_, nullptr)) {}

TlsContext& TlsContext::operator=(TlsContext other) noexcept {
  std::swap(native_, other.native_);
  return *this;
}

TlsContext::~TlsContext() {
  SSL_CTX_free(native_);
}

TlsContext::Shared& TlsContext::shared() const noexcept {
  return *static_cast<Shared*>(SSL_CTX_get_ex_data(native_, Shared::slot()));
}

TlsRole TlsContext::role() const noexcept {
  return shared().role;
}

const std::string& TlsContext::server_name() const noexcept {
  return shared().server_name;
}

bool TlsContext::is_verifying() const noexcept {
  return shared().is_verifying;
}

bool TlsContext::is_certificate_required() const noexcept {
  return shared().is_certificate_required;
}

const std::vector<std::string>& TlsContext::pins() const noexcept {
  return shared().pins;
}

SSL_SESSION* TlsContext::take_session(const std::string& name) const {
  Shared& one = shared();
  const std::scoped_lock lock(one.mutex);
  const auto found = one.sessions.find(name);
  if (found == one.sessions.end()) return nullptr;
  if (SSL_SESSION_get_protocol_version(found->second.get()) < TLS1_3_VERSION) {
    SSL_SESSION_up_ref(found->second.get());
    return found->second.get();
  }
  SSL_SESSION* const session = found->second.release();
  one.sessions.erase(found);
  return session;
}

void TlsContext::keep_session(const std::string& name, SSL_SESSION* session) const {
  Shared::SessionPtr owned(session);
  Shared& one = shared();
  if (!one.is_resuming) return;
  const std::scoped_lock lock(one.mutex);
  if (one.sessions.size() >= kSessionsMax && !one.sessions.contains(name))
    one.sessions.erase(one.sessions.begin());
  one.sessions[name] = std::move(owned);
}

}  // namespace heartwire::net
