#include "heartwire/net/server_tls.hpp"

#include "tests/unit/net/test_tls_pair.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace heartwire::net {
namespace {

TEST(ServerTls, gives_the_new_context_to_who_asks_and_leaves_the_old_to_who_has_it) {
  testing::Certificates certificates;
  ServerTls tls(testing::server_context(certificates.issue({})));
  const TlsContext old = tls.current();
  const TlsContext fresh = testing::server_context(certificates.issue({}));

  tls.replace(fresh);

  EXPECT_EQ(tls.current().native(), fresh.native());
  EXPECT_NE(old.native(), fresh.native());
  EXPECT_EQ(old.role(), TlsRole::server) << "still usable";
}

TEST(ServerTls, may_be_asked_while_it_is_replaced) {
  testing::Certificates certificates;
  const TlsContext one = testing::server_context(certificates.issue({}));
  const TlsContext other = testing::server_context(certificates.issue({}));
  ServerTls tls(one);
  std::thread replacer([&] {
    for (int i = 0; i < 200; ++i) tls.replace(i % 2 == 0 ? other : one);
  });

  for (int i = 0; i < 200; ++i) {
    const TlsContext now = tls.current();
    EXPECT_TRUE(now.native() == one.native() || now.native() == other.native());
  }

  replacer.join();
}

}  // namespace
}  // namespace heartwire::net
