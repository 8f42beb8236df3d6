#include "heartwire/net/shared_tls.hpp"

#include "tests/unit/net/test_certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace heartwire::net {
namespace {

using namespace testing;

class SharedTls : public ::testing::Test {
 protected:
  Certificates certificates;
  TlsOptions options{.ca_file = certificates.ca_file()};
};

TEST_F(SharedTls, is_one_for_all_who_ask_alike) {
  const auto one = shared_client_tls(options).value();
  const auto other = shared_client_tls(options).value();
  EXPECT_EQ(one, other);
}

TEST_F(SharedTls, is_another_for_who_asks_otherwise) {
  const auto one = shared_client_tls(options).value();
  options.server_name = "other.example";
  EXPECT_NE(shared_client_tls(options).value(), one);
  options = {};
  EXPECT_NE(shared_client_tls(options).value(), one);
}

TEST_F(SharedTls, is_made_anew_when_a_file_has_changed) {
  options.ca_file = certificates.write_file("other-ca.pem", certificates.ca_pem());
  const auto one = shared_client_tls(options).value();
  certificates.write_file("other-ca.pem", certificates.ca_pem() + "\n");
  EXPECT_NE(shared_client_tls(options).value(), one);
}

TEST_F(SharedTls, goes_with_the_last_who_holds_it) {
  const std::weak_ptr<const TlsContext> gone = shared_client_tls(options).value();
  EXPECT_TRUE(gone.expired());
  EXPECT_TRUE(shared_client_tls(options));
}

TEST_F(SharedTls, names_the_file_that_is_missing_each_time) {
  options.ca_file = "/nowhere/ca.pem";
  for (int times = 0; times < 2; ++times) {
    const auto made = shared_client_tls(options);
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error(), ::testing::HasSubstr("/nowhere/ca.pem"));
  }
}

TEST_F(SharedTls, may_be_asked_for_on_several_threads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([this] { EXPECT_TRUE(shared_client_tls(options)); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace heartwire::net
