// Lists in header fields, such as Sec-WebSocket-Protocol: the elements against a splitter that
// walks the octets, and which of them a server picks.

#include "fuzz/input.hpp"
#include "heartwire/ws/handshake_server.hpp"
#include "heartwire/ws/head.hpp"

#include <algorithm>
#include <string>

namespace heartwire::fuzz {
namespace {

constexpr std::string_view kName = "Sec-WebSocket-Protocol";

std::vector<std::string> split_plainly(const std::vector<std::string>& values) {
  std::vector<std::string> elements;
  for (const std::string& value : values) {
    std::string element;
    for (const char c : value + ",") {
      if (c != ',') {
        element += c;
        continue;
      }
      const auto is_space = [](char one) { return one == ' ' || one == '\t'; };
      while (!element.empty() && is_space(element.back())) element.pop_back();
      while (!element.empty() && is_space(element.front())) element.erase(element.begin());
      if (!element.empty()) elements.push_back(element);
      element.clear();
    }
  }
  return elements;
}

void check_choice(const std::vector<std::string>& offered, const std::vector<std::string>& ours) {
  ws::UpgradeRequest request;
  request.subprotocols = offered;
  const std::string chosen{ws::choose_subprotocol(request, ours)};
  const auto is_ours = [&](const std::string& one) {
    return std::find(ours.begin(), ours.end(), one) != ours.end();
  };
  const auto first = std::find_if(offered.begin(), offered.end(), is_ours);
  HW_CHECK(chosen == (first == offered.end() ? "" : *first));
}

void run(Input input) {
  const std::vector<std::string> ours = {input.text(), "chat", "v12.stomp"};
  std::vector<std::string> values;
  ws::Head head;
  for (std::size_t count = input.octet() % 4; count > 0; --count) {
    head.fields.push_back({"X-Other", "chat"});
    values.push_back(input.text());
    head.fields.push_back(
        {count % 2 == 0 ? "sec-websocket-PROTOCOL" : std::string{kName}, values.back()});
  }

  const auto found = head.list(kName);
  const std::vector<std::string> elements{found.begin(), found.end()};
  HW_CHECK(elements == split_plainly(values));
  HW_CHECK(head.count(kName) == values.size());
  HW_CHECK(head.find(kName).has_value() == !values.empty());
  for (const std::string& element : elements) HW_CHECK(head.has_token(kName, element));
  check_choice(elements, ours);
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
