#include "base/digest.h"

#include <gtest/gtest.h>

namespace weighhouse {
namespace {

constexpr std::string_view kAbc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Digest, IsThePublishedOneOfKnownTexts) {
  EXPECT_EQ(Digest::of("abc").to_string(), kAbc);
  EXPECT_EQ(Digest{}.hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Digest::of(""), Digest{});
}

TEST(Digest, ReadsExactlyWhatItWrites) {
  const auto digest = Digest::parse(kAbc);
  ASSERT_TRUE(digest);
  EXPECT_EQ(*digest, Digest::of("abc"));
  EXPECT_EQ(Digest::parse_hex(digest->hex()).value(), *digest);
  const std::string text{kAbc};
  std::string upper = text;
  upper[8] = 'A';
  for (const std::string& wrong : {digest->hex(), upper, text + "0", text.substr(0, text.size() - 1),
                                   "SHA256:" + digest->hex(), " " + text, std::string{}}) {
    const auto refused = Digest::parse(wrong);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(Sha256, TakesBytesInAnyPieces) {
  const std::string bytes(1000, 'x');
  for (const std::size_t piece : {1U, 63U, 64U, 65U, 999U}) {
    Sha256 hasher;
    for (std::size_t at = 0; at < bytes.size(); at += piece) hasher.update(std::string_view{bytes}.substr(at, piece));
    EXPECT_EQ(hasher.size_bytes(), bytes.size());
    EXPECT_EQ(std::move(hasher).finish(), Digest::of(bytes)) << piece;
  }
}

TEST(Sha256, GoesOnFromAStateThatWasKept) {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(i * 7);
  for (const std::size_t at : {0U, 64U, 640U, 960U}) {
    Sha256 first;
    first.update(std::string_view{bytes}.substr(0, at));
    const auto kept = first.midstate();
    EXPECT_EQ(kept.size_bytes, at);
    Sha256 second{kept};
    EXPECT_EQ(second.size_bytes(), at);
    second.update(std::string_view{bytes}.substr(at));
    EXPECT_EQ(std::move(second).finish(), Digest::of(bytes)) << at;
    // Telling the state changes nothing for the one that was asked.
    first.update(std::string_view{bytes}.substr(at));
    EXPECT_EQ(std::move(first).finish(), Digest::of(bytes)) << at;
  }
}

}  // namespace
}  // namespace weighhouse
