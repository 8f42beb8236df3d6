// When to come back, by a Retry-After field and by a close reason: never beyond a day, never before
// now, and what we announce is what we understand.

#include "fuzz/input.hpp"
#include "heartwire/ws/close_frame.hpp"
#include "heartwire/ws/head.hpp"
#include "heartwire/ws/retry_after.hpp"
#include "heartwire/ws/utf8.hpp"

#include <chrono>
#include <optional>

namespace heartwire::fuzz {
namespace {

using std::chrono::seconds;

void check_bound(std::optional<seconds> delay) {
  HW_CHECK(!delay || (*delay >= seconds{0} && *delay <= ws::kRetryAfterMax));
}

void check_field(Input& input) {
  ws::Head response;
  const std::string value = input.text();
  const std::string date = input.text();
  response.fields = {{"Retry-After", value}};
  const auto without_date = ws::retry_after(response);
  check_bound(without_date);
  response.fields.push_back({"Date", date});
  const auto with_date = ws::retry_after(response);
  check_bound(with_date);

  // A number of seconds needs no date and heeds none.
  if (without_date) HW_CHECK(with_date == without_date);
}

void check_reason(Input& input) {
  const seconds announced{input.number() * seconds::rep{input.number()}};
  const std::string words = input.text();
  const std::string own = ws::make_close_reason(announced);
  check_bound(ws::close_retry_after(words));

  const auto understood = ws::close_retry_after(own);
  HW_CHECK(understood == std::min(announced, ws::kRetryAfterMax));
  HW_CHECK(ws::cut_close_reason(own) == own);
  HW_CHECK(ws::close_retry_after(own + " " + words) == understood);
  if (words.find("retry-after=") == std::string::npos)
    HW_CHECK(ws::close_retry_after(words + ";" + own) == understood);

  const std::string_view sendable = ws::cut_close_reason(words);
  HW_CHECK(sendable.size() <= ws::kCloseReasonBytesMax && ws::is_utf8(sendable));
  HW_CHECK(std::string_view{words}.starts_with(sendable));
}

void run(Input input) {
  check_field(input);
  check_reason(input);
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
