#include "store/local/relay.h"

#include <cstring>
#include <gtest/gtest.h>

#include "store/testing/blobs.h"

namespace weighhouse::store {
namespace {

Relay::Consumer collect_into(std::string& seen) {
  return [&seen](std::uint64_t offset, std::span<const std::byte> bytes) -> Result<> {
    EXPECT_EQ(offset, seen.size());
    seen.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  };
}

Result<> send(Relay& relay, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto room = TRY(relay.room());
    const std::size_t count = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), count);
    relay.filled(count);
    bytes.remove_prefix(count);
  }
  return {};
}

TEST(RelayTest, ShowsEveryConsumerAllBytesInOrder) {
  const auto bytes = pattern(100'000);
  std::string first;
  std::string second;
  Relay relay{{.buffer_bytes = 1000, .buffers = 3}, 0, {collect_into(first), collect_into(second)}};
  for (std::size_t at = 0; at < bytes.size(); at += 7777) {
    ASSERT_TRUE(send(relay, std::string_view{bytes}.substr(at, 7777)));
  }
  ASSERT_TRUE(relay.drain());
  EXPECT_EQ(first, bytes);
  EXPECT_EQ(second, bytes);
}

TEST(RelayTest, UsesNoThreadForWhatFitsIntoOneBuffer) {
  std::thread::id consumed_by;
  Relay relay{{.buffer_bytes = 1000, .buffers = 2}, 0, {[&](std::uint64_t, std::span<const std::byte>) -> Result<> {
                consumed_by = std::this_thread::get_id();
                return {};
              }}};
  ASSERT_TRUE(send(relay, std::string(1000, 'x')));
  ASSERT_TRUE(relay.drain());
  EXPECT_EQ(consumed_by, std::this_thread::get_id());
}

TEST(RelayTest, GoesOnAfterItWasDrained) {
  const auto bytes = pattern(10'000);
  std::string seen;
  Relay relay{{.buffer_bytes = 1000, .buffers = 2}, 0, {collect_into(seen)}};
  std::size_t at = 0;
  for (const std::size_t count :
       {std::size_t{10}, std::size_t{990}, std::size_t{1}, std::size_t{4000}, std::size_t{4999}}) {
    ASSERT_TRUE(send(relay, std::string_view{bytes}.substr(at, count)));
    ASSERT_TRUE(relay.drain());
    ASSERT_TRUE(relay.drain());
    at += count;
    EXPECT_EQ(seen.size(), at);
  }
  EXPECT_EQ(seen, bytes);
}

TEST(RelayTest, CutsBuffersWhereItIsTold) {
  std::vector<std::pair<std::uint64_t, std::size_t>> seen;
  Relay relay{{.buffer_bytes = 100, .buffers = 4},
              5000,
              {[&](std::uint64_t offset, std::span<const std::byte> bytes) -> Result<> {
                seen.emplace_back(offset, bytes.size());
                return {};
              }}};
  ASSERT_TRUE(send(relay, std::string(150, 'x')));
  relay.cut();
  relay.cut();
  ASSERT_TRUE(send(relay, "y"));
  ASSERT_TRUE(relay.drain());
  EXPECT_EQ(seen, (std::vector<std::pair<std::uint64_t, std::size_t>>{{5000, 100}, {5100, 50}, {5150, 1}}));
}

TEST(RelayTest, ReportsTheFirstFailureOfAConsumerFromThenOn) {
  std::string seen;
  Relay relay{{.buffer_bytes = 100, .buffers = 2},
              0,
              {collect_into(seen), [](std::uint64_t offset, std::span<const std::byte>) -> Result<> {
                 if (offset < 300) return {};
                 return fail(ErrorCode::kResourceExhausted, "The disk is full at " + std::to_string(offset) + ".");
               }}};
  Result<> sent;
  for (int i = 0; i < 1000 && sent; ++i) sent = send(relay, std::string(100, 'x'));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().message, "The disk is full at 300.");
  EXPECT_EQ(relay.drain().error().message, "The disk is full at 300.");
  EXPECT_FALSE(relay.room());
}

TEST(RelayTest, EndsWithBytesStillUnderWay) {
  std::string seen;
  Relay relay{{.buffer_bytes = 100, .buffers = 4}, 0, {collect_into(seen)}};
  ASSERT_TRUE(send(relay, std::string(1234, 'x')));
}

}  // namespace
}  // namespace weighhouse::store
