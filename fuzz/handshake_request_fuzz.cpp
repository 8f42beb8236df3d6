// What a user of the client may ask for: any URL, headers, subprotocols and origin. A request that
// we make is one that our server accepts, and it reads in it exactly what was asked: nothing can be
// smuggled into it.

#include "fuzz/handshake.hpp"
#include "heartwire/ws/handshake_client.hpp"
#include "heartwire/ws/handshake_server.hpp"
#include "heartwire/ws/url.hpp"

namespace heartwire::fuzz {
namespace {

/// Of the fields that are ours: Host, Upgrade, Connection, key, version, and these if asked for.
std::size_t own_fields(const ws::Url& url, const ws::HandshakeRequestOptions& options) {
  const auto is_authorization = [](const ws::Field& field) {
    return ws::equals_ignoring_case(field.name, "Authorization");
  };
  const bool has_own =
      std::any_of(options.headers.begin(), options.headers.end(), is_authorization);
  return 5 + (options.subprotocols.empty() ? 0U : 1U) + (options.origin ? 1U : 0U) +
         (url.user_info && !has_own ? 1U : 0U);
}

std::string trimmed(std::string value) {
  value.erase(0, std::min(value.find_first_not_of(" \t"), value.size()));
  value.erase(value.find_last_not_of(" \t") + 1);
  return value;
}

/// In order, which counts only among fields of one name (RFC 9110 section 5.3).
std::vector<std::string> values_of(const std::vector<ws::Field>& fields, std::string_view name) {
  std::vector<std::string> values;
  for (const ws::Field& field : fields)
    if (ws::equals_ignoring_case(field.name, name)) values.push_back(trimmed(field.value));
  return values;
}

void check_request(const std::string& request, const ws::Url& url,
                   const ws::HandshakeRequestOptions& options) {
  const ws::HeadLimits wide{.head_bytes_max = std::size_t{1} << 20, .fields_max = 1000};
  const auto reading = read_head(ws::HeadKind::request, wide, base::as_bytes(request), kWhole);
  HW_CHECK(reading.head && reading.consumed == request.size());
  HW_CHECK(reading.head->target == url.target);
  HW_CHECK(reading.head->fields.size() == own_fields(url, options) + options.headers.size());
  HW_CHECK(reading.head->find("Host") == ws::host_header(url));

  const auto read = ws::check_request(*reading.head);
  HW_CHECK(read.is_ok() && read->subprotocols == options.subprotocols);
  for (const ws::Field& field : options.headers) {
    const auto asked = values_of(options.headers, field.name);
    const auto got = values_of(reading.head->fields, field.name);
    HW_CHECK(got.size() >= asked.size());
    HW_CHECK(std::equal(asked.rbegin(), asked.rend(), got.rbegin(),
                        got.rbegin() + static_cast<std::ptrdiff_t>(asked.size())));
  }
}

void run(Input input) {
  const auto url = ws::parse_url("ws://" + input.text());
  ws::HandshakeRequestOptions options;
  const std::uint8_t counts = input.octet();
  for (unsigned i = counts & 3U; i > 0; --i) options.subprotocols.push_back(input.text());
  for (unsigned i = counts >> 2U & 3U; i > 0; --i) {
    std::string name = input.text();
    options.headers.push_back({std::move(name), input.text()});
  }
  if ((counts & 16U) != 0) options.origin = input.text();
  if (!url) return;

  const auto request = ws::make_request(*url, options, {});

  if (request) check_request(*request, *url, options);
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
