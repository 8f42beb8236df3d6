// URLs. What is accepted has only parts that may stand in a request, and reads back the same from
// how it is shown; what is refused is told in printable text without the password.

#include "fuzz/input.hpp"
#include "heartwire/ws/head.hpp"
#include "heartwire/ws/url.hpp"

#include <algorithm>

namespace heartwire::fuzz {
namespace {

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

bool is_graphic(std::string_view text) {
  return is_printable(text) && text.find(' ') == std::string_view::npos;
}

void check_accepted(std::string_view text, const ws::Url& url) {
  HW_CHECK(is_graphic(text));
  HW_CHECK(!url.host.empty() && is_graphic(url.host) && url.port != 0);
  HW_CHECK(url.target.starts_with('/') && is_graphic(url.target));
  HW_CHECK(url.target.find('#') == std::string::npos);

  ws::Url shown = url;
  shown.user_info.reset();
  const auto again = ws::parse_url(ws::display(url));
  HW_CHECK(again.is_ok() && *again == shown);
  const auto host = ws::parse_url((url.is_secure ? "wss://" : "ws://") + ws::host_header(url));
  HW_CHECK(host.is_ok() && host->host == url.host && host->port == url.port);
}

void run(Input input) {
  const std::string text{input.rest_text()};
  const auto url = ws::parse_url(text);
  if (url) {
    check_accepted(text, *url);
  } else {
    HW_CHECK(!url.error().text.empty() && is_printable(url.error().text));
  }

  // Whatever a user and a password may be, and whatever else is wrong, they are not told.
  constexpr std::string_view kSecret = "Tr0ub4dor";
  const std::string_view after = std::string_view{text}.substr(0, text.find_first_of("@/?#"));
  if (text.find(kSecret) != std::string::npos) return;
  const std::string user = "user:" + std::string{kSecret} + "@";
  for (const std::string& wrong : {"ws://" + user + std::string{after}, user + text}) {
    const auto secret = ws::parse_url(wrong);
    const std::string told = secret ? ws::display(*secret) : secret.error().text;
    HW_CHECK(told.find(kSecret) == std::string::npos);
  }
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
