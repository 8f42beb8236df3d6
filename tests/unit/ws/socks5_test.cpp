#include "heartwire/ws/socks5.hpp"

#include "tests/unit/ws/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace heartwire::ws {
namespace {

using test::hex;
using testing::HasSubstr;
using testing::Not;

const UserInfo kUser{"me", "pw"};

/// What the proxy says, and what it is answered.
struct Exchange {
  base::Bytes said;
  base::Bytes answered;
};

/// Plays `script` with `machine`, each saying cut into single octets or not.
void play(Socks5 machine, const base::Bytes& greeting, const std::vector<Exchange>& script,
          bool is_cut) {
  EXPECT_EQ(machine.start(), greeting);
  for (std::size_t i = 0; i < script.size(); ++i) {
    const base::ByteView said = script[i].said;
    if (is_cut)
      for (std::size_t at = 0; at + 1 < said.size(); ++at) {
        const auto step = machine.receive(said.subspan(at, 1));
        ASSERT_TRUE(step);
        EXPECT_EQ(*step, ProxyStep{});
      }
    const auto step = machine.receive(is_cut ? said.last(1) : said);
    ASSERT_TRUE(step) << step.error().text;
    EXPECT_EQ(*step, (ProxyStep{script[i].answered, i + 1 == script.size()}));
  }
}

void play_both_ways(const Socks5& machine, const base::Bytes& greeting,
                    const std::vector<Exchange>& script) {
  play(machine, greeting, script, false);
  play(machine, greeting, script, true);
}

const base::Bytes kWell = hex("05 00 00 01 00000000 0000");

/// How a machine that was told `said`, without a user, fails.
ProxyFailure failure(const std::vector<base::Bytes>& said,
                     std::optional<UserInfo> user = std::nullopt) {
  Socks5 machine("example.org", 443, std::move(user));
  machine.start();
  for (const base::Bytes& bytes : said) {
    const auto step = machine.receive(bytes);
    if (!step) return step.error();
    EXPECT_FALSE(step->is_done);
  }
  ADD_FAILURE() << "it did not fail";
  return {};
}

TEST(Socks5, leaves_a_name_to_the_proxy) {
  play_both_ways({"example.org", 443, {}}, hex("05 01 00"),
                 {{hex("05 00"), hex("05 01 00 03 0b 6578616d706c652e6f7267 01bb")}, {kWell, {}}});
}

TEST(Socks5, sends_an_address_as_such) {
  play_both_ways({"192.0.2.1", 80, {}}, hex("05 01 00"),
                 {{hex("05 00"), hex("05 01 00 01 c0000201 0050")}, {kWell, {}}});
  play_both_ways(
      {"2001:db8::1", 80, {}}, hex("05 01 00"),
      {{hex("05 00"), hex("05 01 00 04 20010db8000000000000000000000001 0050")}, {kWell, {}}});
}

TEST(Socks5, authenticates_when_the_proxy_wants_it) {
  play_both_ways({"192.0.2.1", 80, kUser}, hex("05 02 00 02"),
                 {{hex("05 02"), hex("01 02 6d65 02 7077")},
                  {hex("01 00"), hex("05 01 00 01 c0000201 0050")},
                  {kWell, {}}});
}

TEST(Socks5, keeps_its_password_when_the_proxy_does_not_want_it) {
  play_both_ways({"192.0.2.1", 80, kUser}, hex("05 02 00 02"),
                 {{hex("05 00"), hex("05 01 00 01 c0000201 0050")}, {kWell, {}}});
}

TEST(Socks5, takes_a_bound_address_of_every_type_and_length) {
  const base::Bytes asked = hex("05 01 00 01 c0000201 0050");
  for (const char* reply : {"05 00 00 04 20010db8000000000000000000000001 1f90",
                            "05 00 00 03 04 686f7374 1f90", "05 00 00 03 00 1f90"})
    play_both_ways({"192.0.2.1", 80, {}}, hex("05 01 00"),
                   {{hex("05 00"), asked}, {hex(reply), {}}});
  base::Bytes longest = hex("05 00 00 03 ff");
  longest.resize(5 + 255 + 2, 'x');
  play_both_ways({"192.0.2.1", 80, {}}, hex("05 01 00"), {{hex("05 00"), asked}, {longest, {}}});
}

TEST(Socks5, carries_the_longest_words) {
  Socks5 machine(std::string(255, 'h'), 80, UserInfo{std::string(255, 'u'), std::string(255, 'p')});
  machine.start();

  EXPECT_EQ(machine.receive(hex("05 02"))->to_send.size(), 1U + 1 + 255 + 1 + 255);
  EXPECT_EQ(machine.receive(hex("01 00"))->to_send.size(), 4U + 1 + 255 + 2);
}

TEST(Socks5, tells_that_it_wants_credentials_or_others) {
  EXPECT_EQ(failure({hex("05 ff")}),
            (ProxyFailure{ProxyFault::credentials,
                          0,
                          {},
                          "it wants a user and password, socks5h://USER:PASSWORD@HOST:PORT"}));
  EXPECT_THAT(failure({hex("05 ff")}, kUser).text, HasSubstr("it takes neither"));
  const ProxyFailure rejected = failure({hex("05 02"), hex("01 01")}, kUser);
  EXPECT_EQ(rejected.fault, ProxyFault::credentials);
  EXPECT_EQ(rejected.text, "it did not take the user and password");
}

TEST(Socks5, tells_in_words_why_it_could_not_connect) {
  const std::pair<const char*, const char*> replies[] = {{"05 01", "general failure"},
                                                         {"05 02", "rules do not allow"},
                                                         {"05 03", "network unreachable"},
                                                         {"05 04", "host unreachable"},
                                                         {"05 05", "connection refused"},
                                                         {"05 06", "time to live"},
                                                         {"05 07", "command"},
                                                         {"05 08", "type of address"},
                                                         {"05 09", "reply code 9"},
                                                         {"05 ff", "reply code 255"}};
  for (const auto& [reply, words] : replies) {
    const ProxyFailure told = failure({hex("05 00"), hex(reply)});
    EXPECT_EQ(told.fault, ProxyFault::refused);
    EXPECT_THAT(told.text, HasSubstr(words));
  }
}

TEST(Socks5, refuses_what_is_not_socks5_from_the_first_octet_that_shows_it) {
  for (const std::vector<base::Bytes>& said : std::vector<std::vector<base::Bytes>>{
           {hex("48")},                                         // H of HTTP
           {hex("04")},                                         // SOCKS4
           {hex("05 01")},                                      // a method not offered
           {hex("05 02")},                                      // likewise: there is no user
           {hex("05 00"), hex("04")},                           //
           {hex("05 00"), hex("05 00 01 01 00")},               // reserved
           {hex("05 00"), hex("05 00 00 02 00")},               // address type
           {hex("05 00"), hex("05 00 00 00 00")},               // address type
           {hex("05 00 05 00 00 01 00000000 0000")},            // out of turn
           {hex("05 00"), hex("05 00 00 01 00000000 0000 48")}  // behind the reply
       }) {
    const ProxyFailure told = failure(said);
    EXPECT_EQ(told.fault, ProxyFault::garbled);
    EXPECT_THAT(told.text, HasSubstr("its answer is not SOCKS5: "));
  }
  EXPECT_EQ(failure({hex("05 02"), hex("05")}, kUser).fault, ProxyFault::garbled);
}

TEST(Socks5, never_tells_the_password) {
  const UserInfo user{"me", "secret"};
  for (const std::vector<base::Bytes>& said : std::vector<std::vector<base::Bytes>>{
           {hex("05 ff")}, {hex("05 02"), hex("01 01")}, {hex("05 02"), hex("05")}})
    EXPECT_THAT(failure(said, user).text, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace heartwire::ws
