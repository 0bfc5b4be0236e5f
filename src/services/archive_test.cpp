#include "services/archive.h"

#include <gtest/gtest.h>

namespace weighhouse::services {
namespace {

Timestamp noon() { return Timestamp::parse("2026-01-06T12:00:00Z").take(); }

std::string bytes_of(const Archive& archive, ByteRange range) {
  std::string out;
  for (const auto& segment : archive.slice(range)) {
    if (const auto* text = std::get_if<std::string>(&segment.content)) {
      out += *text;
    } else {
      out += std::string("blobblobblob").substr(segment.offset, segment.length);
    }
    EXPECT_FALSE(segment.length == 0);
  }
  return out;
}

Archive sample() {
  return Archive{{{"jarvis.json", 2, crc32_of("{}"), std::string{"{}"}},
                  {"jarvis.pt", 12, crc32_of("blobblobblob"), Digest::of("blobblobblob")},
                  {"empty", 0, 0, std::string{}}},
                 noon()};
}

TEST(Archive, KnowsItsLengthBeforeTheFirstByte) {
  const auto archive = sample();
  const auto whole = bytes_of(archive, {});
  EXPECT_EQ(whole.size(), archive.size_bytes());
  EXPECT_EQ(whole.substr(0, 4), std::string("PK\x03\x04", 4));
  EXPECT_NE(whole.find("jarvis.ptblobblobblob"), std::string::npos) << "stored, right after its name";
  EXPECT_EQ(whole.substr(whole.size() - 22, 4), std::string("PK\x05\x06", 4));
}

TEST(Archive, GivesEveryRangeAsItStandsInTheWhole) {
  const auto archive = sample();
  const auto whole = bytes_of(archive, {});
  for (std::size_t from = 0; from <= whole.size(); ++from) {
    for (const std::size_t length : {std::size_t{1}, std::size_t{7}, std::size_t{64}, whole.size()}) {
      EXPECT_EQ(bytes_of(archive, {from, length}), whole.substr(from, length));
    }
  }
}

TEST(Archive, HasAnIdentityThatFollowsItsBytes) {
  EXPECT_EQ(sample().etag(), sample().etag());
  const Archive other{{{"jarvis.json", 2, crc32_of("[]"), std::string{"[]"}}}, noon()};
  EXPECT_NE(sample().etag(), other.etag());
}

TEST(Archive, UsesZip64BeyondFourGibibytes) {
  const std::uint64_t huge = std::uint64_t{5} << 30U;
  const Archive archive{{{"a", huge, 1, Digest::of("a")}, {"b", 1, 2, Digest::of("b")}}, noon()};
  EXPECT_GT(archive.size_bytes(), huge);
  const auto tail = archive.slice({archive.size_bytes() - 400, 400});
  std::string end;
  for (const auto& segment : tail) {
    if (const auto* text = std::get_if<std::string>(&segment.content)) end += *text;
  }
  EXPECT_NE(end.find(std::string("PK\x06\x06", 4)), std::string::npos);
  EXPECT_NE(end.find(std::string("PK\x06\x07", 4)), std::string::npos);
}

}  // namespace
}  // namespace weighhouse::services
