#pragma once
// Certificates made on the spot, in a folder of their own that goes with the object.

#include <string>

namespace heartwire::net::testing {

/// Two PEM files.
struct Identity {
  std::string certificate_file;
  std::string key_file;
};

class Certificates {
 public:
  struct Wish {
    std::string name = "localhost";  ///< DNS name, or IP address, in subjectAltName.
    bool is_address = false;
    bool is_subject_only = false;  ///< The name is the subject's only, in the manner of old.
    int valid_from_days = -1;      ///< From today.
    int valid_to_days = 30;
    bool is_self_signed = false;
    bool has_intermediate = false;  ///< Issued by one that our CA issued, which follows it.
  };

  explicit Certificates(const std::string& ca_name = "heartwire test CA");
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  /// The issuer of everything that is not self-signed.
  const std::string& ca_file() const { return ca_.certificate_file; }
  /// The same as text.
  std::string ca_pem() const;
  Identity issue(const Wish& wish);
  std::string write_file(const std::string& name, const std::string& text);

 private:
  std::string folder_;
  int count_ = 0;
  Identity ca_;
};

}  // namespace heartwire::net::testing
