#include "heartwire/ws/socks5.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/base/ip_address.hpp"

#include <utility>

namespace heartwire::ws {
namespace {

constexpr std::uint8_t kVersion = 5;
constexpr std::uint8_t kAuthenticationVersion = 1;  // RFC 1929 counts its own.
constexpr std::uint8_t kConnect = 1;

enum Method : std::uint8_t { kAnonymous = 0, kUserAndPassword = 2, kNoMethod = 0xFF };
enum AddressType : std::uint8_t { kIpv4 = 1, kName = 3, kIpv6 = 4 };

base::Failure<ProxyFailure> failed(ProxyFault fault, std::string text) {
  return {{fault, 0, {}, std::move(text)}};
}

base::Failure<ProxyFailure> garbled(const std::string& what) {
  return failed(ProxyFault::garbled, "its answer is not SOCKS5: " + what);
}

std::string describe_reply(std::uint8_t code) {
  switch (code) {
    case 1: return "general failure";
    case 2: return "its rules do not allow the connection";
    case 3: return "network unreachable";
    case 4: return "host unreachable";
    case 5: return "connection refused";
    case 6: return "the time to live expired";
    case 7: return "it does not know the command CONNECT";
    case 8: return "it does not know this type of address";
    default: return "reply code " + std::to_string(code);
  }
}

void append(base::Bytes& out, base::ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

/// One octet of length, then the octets.
void append_counted(base::Bytes& out, std::string_view text) {
  out.push_back(static_cast<std::uint8_t>(text.size()));
  append(out, base::as_bytes(text));
}

}  // namespace

Socks5::Socks5(std::string host, std::uint16_t port, std::optional<UserInfo> user_info)
    : host_(std::move(host)), user_info_(std::move(user_info)), port_(port) {
  HW_CHECK(host_.size() <= 255);
  HW_CHECK(!user_info_ || (user_info_->user.size() <= 255 && user_info_->password.size() <= 255));
}

/// Offers to go without credentials as well: most proxies in a private network want none.
base::Bytes Socks5::start() {
  if (!user_info_) return {kVersion, 1, kAnonymous};
  return {kVersion, 2, kAnonymous, kUserAndPassword};
}

ProxyResult Socks5::receive(base::ByteView input) {
  ProxyStep step;
  for (std::size_t i = 0; i < input.size(); ++i) {
    // The proxy has no reason to speak until it has what we send in this very step.
    if (!step.to_send.empty() || step.is_done) return garbled("it speaks out of turn");
    answer_[size_++] = input[i];
    if (size_ < wanted()) continue;
    auto next = answer();
    if (!next) return next;
    step = std::move(next).value();
    size_ = 0;
  }
  return step;
}

/// How long the answer is, as far as can be told by what has come of it. What is wrong already is
/// long enough.
std::size_t Socks5::wanted() const noexcept {
  const std::uint8_t version = stage_ == Stage::authentication ? kAuthenticationVersion : kVersion;
  if (size_ > 0 && answer_[0] != version) return 1;
  if (stage_ != Stage::reply || size_ < 2) return 2;
  if (answer_[1] != 0) return 2;  // Refused: some proxies say no more than that.
  if (size_ < 5 || answer_[2] != 0) return 5;
  switch (answer_[3]) {
    case kIpv4: return 4 + 4 + 2;
    case kIpv6: return 4 + 16 + 2;
    case kName: return 4 + 1 + std::size_t{answer_[4]} + 2;
    default: return 5;  // The fault can be told.
  }
}

ProxyResult Socks5::answer() {
  switch (stage_) {
    case Stage::method: return answer_method();
    case Stage::authentication: return answer_authentication();
    case Stage::reply: return answer_reply();
  }
  HW_CHECK(false);
}

ProxyResult Socks5::answer_method() {
  if (answer_[0] != kVersion) return garbled("it begins with " + std::to_string(answer_[0]));
  const std::uint8_t method = answer_[1];
  if (method == kNoMethod)
    return failed(ProxyFault::credentials,
                  user_info_ ? "it takes neither a user and password nor a client without them"
                             : "it wants a user and password, socks5h://USER:PASSWORD@HOST:PORT");
  if (method == kAnonymous) {
    stage_ = Stage::reply;
    return ProxyStep{request(), false};
  }
  if (method != kUserAndPassword || !user_info_)
    return garbled("it chose method " + std::to_string(method) + ", which was not offered");
  stage_ = Stage::authentication;
  return ProxyStep{credentials(), false};
}

ProxyResult Socks5::answer_authentication() {
  if (answer_[0] != kAuthenticationVersion)
    return garbled("its word on the password begins with " + std::to_string(answer_[0]));
  if (answer_[1] != 0)
    return failed(ProxyFault::credentials, "it did not take the user and password");
  stage_ = Stage::reply;
  return ProxyStep{request(), false};
}

ProxyResult Socks5::answer_reply() {
  if (answer_[0] != kVersion) return garbled("its reply begins with " + std::to_string(answer_[0]));
  if (answer_[1] != 0)
    return failed(ProxyFault::refused, "it could not connect: " + describe_reply(answer_[1]));
  if (answer_[2] != 0) return garbled("a reserved octet is not 0");
  const std::uint8_t type = answer_[3];
  if (type != kIpv4 && type != kIpv6 && type != kName)
    return garbled("address type " + std::to_string(type));
  return ProxyStep{{}, true};
}

base::Bytes Socks5::credentials() const {
  base::Bytes out{kAuthenticationVersion};
  append_counted(out, user_info_->user);
  append_counted(out, user_info_->password);
  return out;
}

base::Bytes Socks5::request() const {
  base::Bytes out{kVersion, kConnect, 0};
  if (const auto address = base::parse_ip(host_)) {
    out.push_back(address->is_v6 ? kIpv6 : kIpv4);
    append(out, address->bytes());
  } else {
    out.push_back(kName);
    append_counted(out, host_);
  }
  out.push_back(static_cast<std::uint8_t>(port_ >> 8));
  out.push_back(static_cast<std::uint8_t>(port_));
  return out;
}

}  // namespace heartwire::ws
