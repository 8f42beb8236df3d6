// The frame reader, both roles. Cut anywhere, the same bytes give the same steps; memory stays
// within what came and within its bound; what is accepted reads back the same when it is written
// again; and after a Close or a fault nothing more is read.

#include "fuzz/input.hpp"
#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/message_reader.hpp"
#include "heartwire/ws/message_writer.hpp"
#include "heartwire/ws/utf8.hpp"

#include <optional>
#include <variant>

namespace heartwire::fuzz {
namespace {

using base::Role;

/// Above the size of what the reader keeps of one frame, whatever its payload.
constexpr std::size_t kFrameStateMax = 512;

/// A step that owns what it says.
struct Step {
  std::size_t kind = 0;
  int detail = 0;  ///< Message: its type and reserved bits; Close: the code; fault: which.
  std::string text{};

  bool operator==(const Step&) const = default;
};

Step to_owned(const ws::ReadStep& step) {
  Step owned{.kind = step.index()};
  if (const auto* message = std::get_if<ws::Message>(&step)) {
    owned.detail = static_cast<int>(message->type) * 8 + message->rsv;
    owned.text = base::as_text(message->payload);
  } else if (const auto* ping = std::get_if<ws::Ping>(&step)) {
    owned.text = base::as_text(ping->payload);
  } else if (const auto* pong = std::get_if<ws::Pong>(&step)) {
    owned.text = base::as_text(pong->payload);
  } else if (const auto* close = std::get_if<ws::CloseFrame>(&step)) {
    owned.detail = close->code.value_or(0);
    owned.text = close->reason;
  } else if (const auto* error = std::get_if<ws::ProtocolError>(&step)) {
    owned.detail = static_cast<int>(*error);
  }
  return owned;
}

bool is_last(const ws::ReadStep& step) {
  return std::holds_alternative<ws::CloseFrame>(step) ||
         std::holds_alternative<ws::ProtocolError>(step);
}

struct Reading {
  Role role = Role::server;
  ws::ReaderLimits limits{};
  std::uint8_t rsv_allowed = 0;
};

std::uint64_t bytes_max(const Reading& reading, bool is_encoded) {
  const std::uint64_t plain = reading.limits.message_bytes_max;
  return is_encoded ? plain + plain / 16 + 64 : plain;
}

void check_memory(const ws::MessageReader& reader, const Reading& reading, std::size_t came) {
  const std::size_t held = reader.bytes_held();
  HW_CHECK(held <= kFrameStateMax + bytes_max(reading, reading.rsv_allowed != 0));
  HW_CHECK(held <= kFrameStateMax + 2 * came);
  if (reader.is_mid_message()) HW_CHECK(held > 0);
}

void check_silent(ws::MessageReader& reader, const ws::ReaderLimits& limits,
                  const ws::ReadStep& last) {
  base::Bytes more = {0x81, 0x01, 'x'};
  base::MutableByteView input{more};
  const ws::ReadStep step = reader.next(input, limits);

  HW_CHECK(input.empty() && reader.bytes_held() == 0);
  if (std::holds_alternative<ws::ProtocolError>(last))
    HW_CHECK(to_owned(step) == to_owned(last));
  else
    HW_CHECK(std::holds_alternative<ws::NeedMore>(step));
}

std::vector<Step> read(const Reading& reading, base::ByteView bytes, std::uint8_t how) {
  ws::MessageReader reader(reading.role, reading.rsv_allowed);
  std::vector<Step> steps;
  std::size_t came = 0;
  for (base::Bytes& piece : cut(bytes, how)) {
    came += piece.size();
    for (base::MutableByteView input{piece};;) {
      const std::size_t before = input.size();
      const ws::ReadStep step = reader.next(input, reading.limits);
      check_memory(reader, reading, came);
      if (std::holds_alternative<ws::NeedMore>(step)) {
        HW_CHECK(input.empty());
        break;
      }
      steps.push_back(to_owned(step));
      if (is_last(step)) {
        check_silent(reader, reading.limits, step);
        return steps;
      }
      HW_CHECK(input.size() < before);
    }
  }
  return steps;
}

/// `step` as the other role would write it; nothing for a fault, and for what an extension wrote.
std::optional<base::Bytes> written(const Step& step, Role reader) {
  const auto key = reader == Role::server ? std::optional<ws::MaskKey>{0x12345678} : std::nullopt;
  const base::ByteView payload = base::as_bytes(step.text);
  base::Bytes out;
  if (step.kind == ws::ReadStep(ws::Message{}).index()) {
    if (step.detail % 8 != 0) return std::nullopt;
    ws::append_message(out, static_cast<ws::MessageType>(step.detail / 8), payload, key);
  } else if (step.kind == ws::ReadStep(ws::Ping{}).index()) {
    ws::append_ping(out, payload, key);
  } else if (step.kind == ws::ReadStep(ws::Pong{}).index()) {
    ws::append_pong(out, payload, key);
  } else if (step.kind == ws::ReadStep(ws::CloseFrame{}).index()) {
    const auto code = static_cast<std::uint16_t>(step.detail);
    ws::append_close(out, code == 0 ? std::nullopt : std::optional{code}, step.text, key);
  } else {
    return std::nullopt;
  }
  return out;
}

void check_step(const Step& step, const Reading& reading) {
  const bool is_message = step.kind == ws::ReadStep(ws::Message{}).index();
  if (is_message) HW_CHECK(step.text.size() <= bytes_max(reading, step.detail % 8 != 0));
  if (is_message && step.detail == static_cast<int>(ws::MessageType::text) * 8)
    HW_CHECK(ws::is_utf8(step.text));
  Reading again = reading;
  again.limits.frame_bytes_max = reading.limits.message_bytes_max;
  if (const auto bytes = written(step, reading.role))
    HW_CHECK(read(again, *bytes, kWhole) == std::vector<Step>{step});
}

void run(Input input) {
  const std::uint8_t flags = input.octet();
  const std::uint8_t how = input.octet();
  Reading reading;
  reading.role = (flags & 1U) != 0 ? Role::client : Role::server;
  reading.rsv_allowed = (flags & 2U) != 0 ? ws::kRsv1 : std::uint8_t{0};
  if ((flags & 4U) != 0) reading.limits = {100, 60, 5};
  const base::Bytes bytes = copy(input.rest());

  const std::vector<Step> steps = read(reading, bytes, kWhole);

  HW_CHECK(read(reading, bytes, how) == steps);
  HW_CHECK(read(reading, bytes, kOctets) == steps);
  for (const Step& step : steps) check_step(step, reading);
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
