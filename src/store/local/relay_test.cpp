#include "store/local/relay.h"

#include <atomic>
#include <chrono>
#include <cstring>
#include <gtest/gtest.h>
#include <thread>

#include "store/testing/blobs.h"

namespace weighhouse::store {
namespace {

constexpr std::size_t kPage = Relay::kAlignment;

Relay::Consumer collect_into(std::string& seen, bool takes_several = false) {
  return {.take = [&seen](std::uint64_t offset, std::span<const std::byte> bytes) -> Result<> {
            EXPECT_EQ(offset, seen.size());
            EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes.data()) % kPage, offset % kPage);
            seen.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            return {};
          },
          .takes_several = takes_several};
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
  const auto bytes = pattern(500'000);
  std::string first;
  std::string second;
  Relay relay{{.buffer_bytes = kPage, .buffers = 3}, 0, {collect_into(first), collect_into(second, true)}};
  for (std::size_t at = 0; at < bytes.size(); at += 7777) {
    ASSERT_TRUE(send(relay, std::string_view{bytes}.substr(at, 7777)));
  }
  ASSERT_TRUE(relay.drain());
  EXPECT_EQ(first, bytes);
  EXPECT_EQ(second, bytes);
}

TEST(RelayTest, UsesNoThreadForWhatFitsIntoOneBuffer) {
  std::thread::id consumed_by;
  Relay relay{
      {.buffer_bytes = kPage, .buffers = 2}, 0, {{.take = [&](std::uint64_t, std::span<const std::byte>) -> Result<> {
        consumed_by = std::this_thread::get_id();
        return {};
      }}}};
  ASSERT_TRUE(send(relay, std::string(kPage, 'x')));
  ASSERT_TRUE(relay.drain());
  EXPECT_EQ(consumed_by, std::this_thread::get_id());
}

TEST(RelayTest, GoesOnAfterItWasDrained) {
  const auto bytes = pattern(60'000);
  std::string seen;
  Relay relay{{.buffer_bytes = 2 * kPage, .buffers = 2}, 0, {collect_into(seen, true)}};
  std::size_t at = 0;
  for (const std::size_t count :
       {std::size_t{10}, std::size_t{4086}, std::size_t{1}, std::size_t{40'000}, std::size_t{15'903}}) {
    ASSERT_TRUE(send(relay, std::string_view{bytes}.substr(at, count)));
    ASSERT_TRUE(relay.drain());
    ASSERT_TRUE(relay.drain());
    at += count;
    EXPECT_EQ(seen.size(), at);
  }
  EXPECT_EQ(seen, bytes);
}

struct Piece {
  std::uint64_t offset;
  std::size_t size;
  bool operator==(const Piece&) const = default;
};

TEST(RelayTest, CutsBuffersWhereItIsToldAndSoThatTheyEndWithAPage) {
  std::vector<Piece> seen;
  Relay relay{{.buffer_bytes = kPage, .buffers = 8},
              5000,
              {{.take = [&](std::uint64_t offset, std::span<const std::byte> bytes) -> Result<> {
                seen.push_back({offset, bytes.size()});
                return {};
              }}}};
  ASSERT_TRUE(send(relay, std::string(3292, 'x')));
  relay.cut();
  relay.cut();
  ASSERT_TRUE(send(relay, "y"));
  ASSERT_TRUE(relay.drain());
  EXPECT_EQ(seen, (std::vector<Piece>{{5000, 3192}, {8192, 100}, {8292, 1}}));
}

TEST(RelayTest, GivesWhoeverIsBehindAllThatLiesSideBySide) {
  std::vector<Piece> seen;
  std::atomic<bool> may_go_on = false;
  Relay relay{{.buffer_bytes = kPage, .buffers = 4},
              0,
              {{.take = [&](std::uint64_t offset, std::span<const std::byte> bytes) -> Result<> {
                  may_go_on.wait(false);
                  seen.push_back({offset, bytes.size()});
                  return {};
                },
                .takes_several = true}}};
  ASSERT_TRUE(send(relay, std::string(4 * kPage, 'x')));
  std::this_thread::sleep_for(std::chrono::milliseconds{20});
  may_go_on = true;
  may_go_on.notify_all();
  ASSERT_TRUE(relay.drain());
  std::uint64_t total = 0;
  for (const auto& piece : seen) total += piece.size;
  EXPECT_EQ(total, 4 * kPage);
  EXPECT_LT(seen.size(), 4U);
}

TEST(RelayTest, ReportsTheFirstFailureOfAConsumerFromThenOn) {
  std::string seen;
  Relay relay{{.buffer_bytes = kPage, .buffers = 2},
              0,
              {collect_into(seen), {.take = [](std::uint64_t offset, std::span<const std::byte>) -> Result<> {
                 if (offset < 3 * kPage) return {};
                 return fail(ErrorCode::kResourceExhausted, "The disk is full at " + std::to_string(offset) + ".");
               }}}};
  Result<> sent;
  for (int i = 0; i < 1000 && sent; ++i) sent = send(relay, std::string(kPage, 'x'));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().message, "The disk is full at 12288.");
  EXPECT_EQ(relay.drain().error().message, "The disk is full at 12288.");
  EXPECT_FALSE(relay.room());
}

TEST(RelayTest, EndsWithBytesStillUnderWay) {
  std::string seen;
  Relay relay{{.buffer_bytes = kPage, .buffers = 4}, 0, {collect_into(seen)}};
  ASSERT_TRUE(send(relay, std::string(50'000, 'x')));
}

}  // namespace
}  // namespace weighhouse::store
