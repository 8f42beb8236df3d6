// What a client makes of a SOCKS5 proxy's answers. Octet by octet they are never out of turn; cut
// otherwise they give the same or are found to be so. What we send is what RFC 1928 and RFC 1929
// spell, never before the answer it waits for, and the tunnel opens right behind the reply.

#include "fuzz/proxy.hpp"
#include "heartwire/base/ip_address.hpp"
#include "heartwire/ws/socks5.hpp"

namespace heartwire::fuzz {
namespace {

constexpr std::string_view kOutOfTurn = "out of turn";

void append_number(base::Bytes& out, std::size_t number) {
  out.push_back(static_cast<std::uint8_t>(number));
}

void append(base::Bytes& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

struct Wish {
  std::string host{};
  std::uint16_t port = 0;
  std::optional<ws::UserInfo> user{};
};

base::Bytes credentials_for(const ws::UserInfo& user) {
  base::Bytes out{1};
  append_number(out, user.user.size());
  append(out, user.user);
  append_number(out, user.password.size());
  append(out, user.password);
  return out;
}

base::Bytes request_for(const Wish& wish) {
  base::Bytes out{5, 1, 0};
  if (const auto address = base::parse_ip(wish.host)) {
    append_number(out, address->is_v6 ? 4 : 1);
    out.insert(out.end(), address->bytes().begin(), address->bytes().end());
  } else {
    append_number(out, 3);
    append_number(out, wish.host.size());
    append(out, wish.host);
  }
  append_number(out, wish.port >> 8U);
  append_number(out, wish.port);
  return out;
}

/// How long a reply is that begins so; nothing if it is none or not yet known.
std::optional<std::size_t> reply_size(base::ByteView reply) {
  if (reply.size() < 5 || reply[0] != 5 || reply[1] != 0 || reply[2] != 0) return std::nullopt;
  if (reply[3] == 1) return 4 + 4 + 2;
  if (reply[3] == 4) return 4 + 16 + 2;
  if (reply[3] == 3) return 4 + 1 + std::size_t{reply[4]} + 2;
  return std::nullopt;
}

/// The whole talk again, answer by answer, as the two RFCs tell it.
ProxyTalk talk_plainly(const Wish& wish, base::ByteView said) {
  ProxyTalk came;
  came.sent = wish.user ? base::Bytes{5, 2, 0, 2} : base::Bytes{5, 1, 0};
  if (said.size() < 2 || said[0] != 5) return came;
  const bool wants_user = said[1] == 2 && wish.user;
  if (said[1] != 0 && !wants_user) return came;
  std::size_t at = 2;
  if (wants_user) {
    const base::Bytes credentials = credentials_for(*wish.user);
    came.sent.insert(came.sent.end(), credentials.begin(), credentials.end());
    if (said.size() < 4 || said[2] != 1 || said[3] != 0) return came;
    at = 4;
  }
  const base::Bytes request = request_for(wish);
  came.sent.insert(came.sent.end(), request.begin(), request.end());
  const auto size = reply_size(said.subspan(at));
  came.is_done = size && said.size() >= at + *size;
  if (came.is_done) came.taken = at + *size;
  return came;
}

void check_other_cut(const ProxyTalk& other, const ProxyTalk& octets, std::size_t size) {
  const bool is_out_of_turn =
      other.failure && other.failure->text.find(kOutOfTurn) != std::string::npos;
  if (is_out_of_turn) {
    HW_CHECK(!octets.is_done || octets.taken < size || other.sent.size() < octets.sent.size());
    return;
  }
  HW_CHECK(other.failure == octets.failure && other.is_done == octets.is_done);
  HW_CHECK(other.sent == octets.sent);
}

void run(Input input) {
  const std::uint8_t flags = input.octet();
  const std::uint8_t how = input.octet();
  Wish wish{.host = take_host(input), .port = input.number(), .user = take_user(flags)};
  const base::Bytes said = copy(input.rest());
  const ws::Socks5 machine(wish.host, wish.port, wish.user);

  const ProxyTalk octets = talk(machine, said, kOctets);

  const ProxyTalk plain = talk_plainly(wish, said);
  HW_CHECK(octets.sent == plain.sent && octets.is_done == plain.is_done);
  if (octets.is_done) HW_CHECK(octets.taken == plain.taken);
  if (octets.failure) {
    HW_CHECK(octets.failure->text.find(kOutOfTurn) == std::string::npos);
    check_failure(*octets.failure, said);
  }
  check_other_cut(talk(machine, said, kWhole), octets, said.size());
  check_other_cut(talk(machine, said, how), octets, said.size());
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
