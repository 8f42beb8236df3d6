// The URLs of proxies and the hosts that go without. What is accepted reads back the same from how
// it is shown and can be carried by its protocol; no password is told; a host that a list names is
// exempt, whatever else is in the list.

#include "fuzz/proxy.hpp"
#include "heartwire/ws/no_proxy.hpp"
#include "heartwire/ws/proxy_choice.hpp"
#include "heartwire/ws/proxy_connect.hpp"
#include "heartwire/ws/proxy_url.hpp"
#include "heartwire/ws/socks5.hpp"

namespace heartwire::fuzz {
namespace {

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

void check_accepted(const ws::ProxyUrl& proxy) {
  HW_CHECK(!proxy.host.empty() && proxy.port != 0);
  ws::ProxyUrl shown = proxy;
  shown.user_info.reset();
  const auto again = ws::parse_proxy_url(ws::display(proxy));
  HW_CHECK(again.is_ok() && *again == shown);
  // Each refuses by HW_CHECK what it could not carry.
  if (proxy.scheme == ws::ProxyScheme::http)
    HW_CHECK(!ws::ProxyConnect("example.org", 443, proxy.user_info).start().empty());
  else
    HW_CHECK(!ws::Socks5("example.org", 443, proxy.user_info).start().empty());
}

void check_secret(const std::string& text) {
  if (text.find(kSecret) != std::string::npos) return;
  for (const std::string scheme : {"http://", "socks5h://", ""}) {
    const auto secret = ws::parse_proxy_url(scheme + "user:" + std::string{kSecret} + '@' + text);
    const std::string told = secret ? ws::display(*secret) : secret.error().text;
    HW_CHECK(told.find(kSecret) == std::string::npos);
  }
}

void check_exempt(const std::string& list, const std::string& host, std::uint16_t port) {
  const std::string own = ws::bracketed_host(host) + ':' + std::to_string(port);
  const bool is_exempt = ws::is_exempt_from_proxy(list, host, port);

  HW_CHECK(!ws::is_exempt_from_proxy({}, host, port));
  for (const std::string& naming : {own, ws::bracketed_host(host), std::string{"*"}}) {
    HW_CHECK(ws::is_exempt_from_proxy(list + ',' + naming, host, port));
    HW_CHECK(ws::is_exempt_from_proxy(naming + ' ' + list, host, port));
  }
  HW_CHECK(ws::is_exempt_from_proxy(list + " x.invalid", host, port) ==
           (is_exempt || ws::is_exempt_from_proxy("x.invalid", host, port)));

  const std::string elsewhere = ws::bracketed_host(host) + ':' + std::to_string(port ^ 1U);
  HW_CHECK(!ws::is_exempt_from_proxy(elsewhere, host, port));
}

/// A list decides whether there is a proxy, not which.
void check_choice(const std::string& proxy, const std::string& list, const ws::Url& url) {
  const ws::ProxyEnvironment environment{.all = {"ALL_PROXY", proxy}, .exempt = list};
  const auto chosen = ws::choose_proxy(environment, url);
  const auto parsed = ws::parse_proxy_url(proxy);
  const bool is_exempt = ws::is_exempt_from_proxy(list, url.host, url.port);
  HW_CHECK(chosen.is_ok() == (proxy.empty() || is_exempt || parsed.is_ok()));
  if (!chosen) return;
  HW_CHECK(chosen->has_value() == (!proxy.empty() && !is_exempt));
  if (*chosen) HW_CHECK(**chosen == *parsed);
}

void run(Input input) {
  const std::string list = input.text();
  ws::Url url;
  url.host = take_host(input);
  url.port = std::max<std::uint16_t>(input.number(), 2);
  const std::string text{input.rest_text()};

  const auto proxy = ws::parse_proxy_url(text);
  if (proxy)
    check_accepted(*proxy);
  else
    HW_CHECK(!proxy.error().text.empty() && is_printable(proxy.error().text));
  check_secret(text);
  check_exempt(list, url.host, url.port);
  check_choice(text, list, url);
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
