#include "sources/address.h"

#include <gtest/gtest.h>

namespace weighhouse::sources {
namespace {

TEST(AddressTest, IsAnOriginAndATarget) {
  const auto address = Address::parse("https://host:8443/a/b?c=d#e").value();
  EXPECT_EQ(address.origin, "https://host:8443");
  EXPECT_EQ(address.target, "/a/b?c=d");
  EXPECT_EQ(Address::parse("http://host").value().target, "/");
  EXPECT_EQ(Address::parse("http://host?x").value().target, "/?x");
}

TEST(AddressTest, HoldsNoPasswordAndNothingThatCouldEndALine) {
  for (const char* text : {"", "host/a", "ftp://host/a", "http://", "https:///a", "http://eve:secret@host/",
                           "http://host/a b", "http://host/a\r\nX: y", "http://host/\xc3\xa4"}) {
    EXPECT_EQ(Address::parse(text).error().code, ErrorCode::kInvalidArgument) << text;
  }
}

TEST(AddressTest, FollowsWhereALocationLeads) {
  const auto from = Address::parse("https://host/a/b?c").value();
  EXPECT_EQ(from.follow("https://other/x").value().to_string(), "https://other/x");
  EXPECT_EQ(from.follow("//other/x").value().to_string(), "https://other/x");
  EXPECT_EQ(from.follow("/x").value().to_string(), "https://host/x");
  EXPECT_EQ(from.follow("x?y").value().to_string(), "https://host/a/x?y");
  EXPECT_FALSE(from.follow("/x y"));
}

TEST(AddressTest, EncodesAPathPieceByPiece) { EXPECT_EQ(path_of("a b/c%"), "/a%20b/c%25"); }

}  // namespace
}  // namespace weighhouse::sources
