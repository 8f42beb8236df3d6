#include "heartwire/sim/wire_tap.hpp"

#include "heartwire/endpoint/frames.hpp"
#include "heartwire/endpoint/write_ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace heartwire::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class WireTapTest : public testing::Test {
 protected:
  class Keys final : public endpoint::MaskKeySource {
   public:
    std::uint32_t next_mask_key() override { return 0x12345678; }
  };

  base::Bytes framed(const std::string& text, endpoint::Compression* compression = nullptr) {
    workspace.output.clear();
    endpoint::FrameSink sink{base::Role::client, ledger, workspace, compression};
    sink.append_compressible({base::MessageType::text, text});
    return std::exchange(workspace.output, {});
  }
  std::vector<std::uint32_t> take(base::ByteView bytes) { return tap.take(bytes, workspace); }

  Keys keys;
  endpoint::Workspace workspace{keys};
  endpoint::WriteLedger ledger;
  WireTap tap{3};
};

TEST_F(WireTapTest, PassesTheRequestOver) {
  EXPECT_THAT(take(base::Bytes{'G', 'E'}), IsEmpty());
  base::Bytes bytes = framed("m7 xxx");
  bytes.insert(bytes.begin(), 'T');

  EXPECT_THAT(take(bytes), ElementsAre(7u));
}

TEST_F(WireTapTest, SaysWhichMessagesAreWhole) {
  base::Bytes bytes{'G', 'E', 'T'};
  for (const char* text : {"hello", "m1 x", "ping", "m2 xxxxxx"})
    for (const std::uint8_t octet : framed(text)) bytes.push_back(octet);

  const std::size_t all_but_one = bytes.size() - 1;
  EXPECT_THAT(take(base::ByteView{bytes}.first(all_but_one)), ElementsAre(1u));
  EXPECT_THAT(take(base::ByteView{bytes}.subspan(all_but_one)), ElementsAre(2u));
}

TEST_F(WireTapTest, ReadsWhatIsCompressed) {
  take(base::Bytes{'G', 'E', 'T'});
  endpoint::Compression compression({}, {}, base::Role::client);
  tap.agree({});

  const base::Bytes bytes = framed("m5 " + std::string(2'000, 'x'), &compression);

  ASSERT_LT(bytes.size(), 200u);
  EXPECT_THAT(take(bytes), ElementsAre(5u));
}

}  // namespace
}  // namespace heartwire::sim
