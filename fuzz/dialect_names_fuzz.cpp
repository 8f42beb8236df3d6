// Dialects by name, as people write them in options. A name gives a dialect of that name or a
// reason; and with whatever probe and answer it holds, two that speak it never answer each other
// without end.

#include "fuzz/input.hpp"
#include "heartwire/core/dialect.hpp"

namespace heartwire::fuzz {
namespace {

using base::Role;
using core::Meaning;

/// One side probes; each then answers what it is given, as long as it has an answer.
void check_exchange_ends(const core::Dialect& dialect, Role prober) {
  std::string message;
  const core::ProbeForm form = dialect.write_probe(prober, 7, message);
  if (form == core::ProbeForm::none || form == core::ProbeForm::protocol_ping) return;
  auto type = form == core::ProbeForm::text ? core::MessageType::text : core::MessageType::binary;
  Role reader = prober == Role::client ? Role::server : Role::client;
  std::string reply;
  const core::Reading heard = dialect.read(reader, {type, message}, reply);
  if (reply.empty()) return;

  HW_CHECK(heard.meaning == Meaning::probe);
  std::string again;
  HW_CHECK(dialect.read(prober, {heard.reply_type, reply}, again).meaning != Meaning::probe);
  HW_CHECK(again.empty());
}

void run(Input input) {
  const std::string name = input.text();
  const auto made = core::dialect::by_name(name);
  if (!made) {
    HW_CHECK(!made.error().empty());
    return;
  }
  HW_CHECK(name.starts_with((*made)->name()));
  for (const Role role : {Role::client, Role::server}) {
    check_exchange_ends(**made, role);
    std::string reply;
    const std::string payload{input.text()};
    const core::Reading reading = (*made)->read(role, {core::MessageType::text, payload}, reply);
    HW_CHECK(reply.empty() || reading.meaning == Meaning::probe);
  }
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
