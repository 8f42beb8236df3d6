#include "heartwire/ws/proxy_connect.hpp"

#include "heartwire/base/escape.hpp"
#include "heartwire/ws/base64.hpp"
#include "heartwire/ws/head.hpp"
#include "heartwire/ws/http_status.hpp"
#include "heartwire/ws/retry_after.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::ws {
namespace {

constexpr int kAuthenticationRequired = 407;
/// What some proxies, tinyproxy among them, say of a wrong password. No server can have said it:
/// there is no tunnel yet.
constexpr int kUnauthorized = 401;
/// A proxy's own words in our text: a reason phrase, not a page.
constexpr std::size_t kReasonBytesMax = 60;

ProxyFailure garbled(std::string text) {
  return {ProxyFault::garbled, 0, {}, std::move(text)};
}

/// True if one of the challenges is for `Basic` (RFC 9110 section 11.6.1). Their parameters are
/// parted by commas as well: a scheme is the first word of an element.
bool offers_basic(const Head& head) {
  const auto challenges = head.list("Proxy-Authenticate");
  return std::any_of(challenges.begin(), challenges.end(), [](std::string_view challenge) {
    return equals_ignoring_case(challenge.substr(0, challenge.find(' ')), "Basic");
  });
}

}  // namespace

ProxyConnect::ProxyConnect(std::string host, std::uint16_t port, std::optional<UserInfo> user_info)
    : authority_(bracketed_host(host) + ':' + std::to_string(port)),
      user_info_(std::move(user_info)) {}

base::Bytes ProxyConnect::start() const {
  std::string head = "CONNECT " + authority_ + " HTTP/1.1\r\n";
  append_field(head, "Host", authority_);
  if (user_info_) {
    const std::string pair = user_info_->user + ':' + user_info_->password;
    append_field(head, "Proxy-Authorization", "Basic " + base64_encode(base::as_bytes(pair)));
  }
  head += "\r\n";
  const base::ByteView bytes = base::as_bytes(head);
  return {bytes.begin(), bytes.end()};
}

ProxyResult ProxyConnect::receive(base::ByteView input) {
  const auto step = reader_.feed(input);
  if (!step)
    return base::Failure{
        garbled("its answer is not valid: " + std::string{describe(step.error())})};
  if (!step->head) return ProxyStep{};
  if (step->head->status / 100 != 2) return base::Failure{failure_of(*step->head)};
  if (step->consumed != input.size())
    return base::Failure{garbled("it sent bytes of its own behind its answer")};
  return ProxyStep{{}, true};
}

ProxyFailure ProxyConnect::failure_of(const Head& head) const {
  ProxyFailure failure;
  const bool is_unauthorized =
      head.status == kAuthenticationRequired || head.status == kUnauthorized;
  failure.fault = is_unauthorized ? ProxyFault::credentials : ProxyFault::refused;
  failure.status = static_cast<std::uint16_t>(head.status);
  failure.retry_after = retry_after(head);
  const std::string_view reason =
      head.reason.empty() ? http_status_name(head.status) : std::string_view{head.reason};
  failure.text = "it answered " + std::to_string(head.status) + ' ' +
                 base::escape_for_log(reason, kReasonBytesMax);
  if (is_unauthorized) failure.text += "; " + advice(head);
  return failure;
}

std::string ProxyConnect::advice(const Head& head) const {
  if (head.status == kAuthenticationRequired && !offers_basic(head))
    return "it does not offer basic authentication, which is all we know";
  if (user_info_) return "it did not take the user and password that it was given";
  return "it wants a user and password, http://USER:PASSWORD@HOST:PORT";
}

}  // namespace heartwire::ws
