#include "base/text.h"

#include <array>
#include <gtest/gtest.h>
#include <limits>

namespace weighhouse {
namespace {

TEST(Text, HexGoesBothWaysInLowerCaseOnly) {
  const std::array bytes{std::byte{0x00}, std::byte{0xAB}, std::byte{0xFF}};
  EXPECT_EQ(encode_hex(bytes), "00abff");
  std::array<std::byte, 3> read{};
  ASSERT_TRUE(decode_lower_hex("00abff", read));
  EXPECT_EQ(read, bytes);
  for (const auto* wrong : {"00ABFF", "00abf", "00abff0", "00abfg", ""}) EXPECT_FALSE(decode_lower_hex(wrong, read));
}

TEST(Text, Base64IsThatOfTheStandard) {
  const auto encode = [](std::string_view text) { return encode_base64(std::as_bytes(std::span{text})); };
  EXPECT_EQ(encode(""), "");
  EXPECT_EQ(encode("f"), "Zg==");
  EXPECT_EQ(encode("fo"), "Zm8=");
  EXPECT_EQ(encode("foobar"), "Zm9vYmFy");
  for (const auto* text : {"", "Zg==", "Zm8=", "Zm9vYmFy", "+/+/"}) {
    const auto bytes = decode_base64(text);
    ASSERT_TRUE(bytes) << text;
    EXPECT_EQ(encode(*bytes), text);
  }
  for (const auto* wrong : {"Zg", "Zg=", "Z===", "Zg==Zg==", "Zm9-", "=Zg=", "Zm 9"})
    EXPECT_FALSE(decode_base64(wrong)) << wrong;
}

TEST(Text, PercentEncodingKeepsEveryByte) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(decode_percent(encode_percent(all)), all);
  EXPECT_EQ(encode_percent("a b/ü~"), "a%20b%2F%C3%BC~");
  EXPECT_EQ(decode_percent("%2f+"), "/+");
  for (const auto* wrong : {"%", "%2", "%zz", "a%4"}) EXPECT_FALSE(decode_percent(wrong)) << wrong;
}

TEST(Text, LetterCaseIsThatOfAscii) {
  EXPECT_EQ(to_lower("ABZ[Ü"), "abz[Ü");
  EXPECT_TRUE(equal_ignoring_case("Content-Type", "content-TYPE"));
  EXPECT_FALSE(equal_ignoring_case("abc", "abcd"));
}

TEST(Text, SplitsAtEverySeparatorAndTrimsTheEnds) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(split("a//b", '/'), (Parts{"a", "", "b"}));
  EXPECT_EQ(split("", '/'), (Parts{""}));
  EXPECT_EQ(split("/", '/'), (Parts{"", ""}));
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
}

TEST(Text, Utf8IsWellFormedOrNotUtf8) {
  for (const auto* text : {"", "plain", "ü", "€", "\xF0\x9F\x98\x80"}) EXPECT_TRUE(is_utf8(text)) << text;
  // A lone continuation, overlong forms, a surrogate, beyond the last character, cut short.
  for (const auto* wrong : {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF"})
    EXPECT_FALSE(is_utf8(wrong));
}

TEST(Text, OfStrangersIsSafeToShow) {
  EXPECT_EQ(printable("a\nb\x1B[31m\x7F"), "a\\x0ab\\x1b[31m\\x7f");
  EXPECT_EQ(printable("ü\xFF"), "ü\\xff");
  EXPECT_EQ(printable("abcdef", 3), "abc…");
  EXPECT_EQ(printable("abc", 3), "abc");
  EXPECT_TRUE(is_utf8(printable("üüü", 3)));
}

TEST(Text, SizesHaveThreeFigures) {
  EXPECT_EQ(format_size(0), "0 B");
  EXPECT_EQ(format_size(999), "999 B");
  EXPECT_EQ(format_size(1000), "1.00 kB");
  EXPECT_EQ(format_size(12'345), "12.3 kB");
  EXPECT_EQ(format_size(999'499), "999 kB");
  EXPECT_EQ(format_size(999'500), "1.00 MB");
  EXPECT_EQ(format_size(std::numeric_limits<std::uint64_t>::max()), "18.4 EB");
}

TEST(Text, DurationsAreAsLongAsTheyMatter) {
  EXPECT_EQ(format_duration(0.44), "0.4 s");
  EXPECT_EQ(format_duration(12.4), "12 s");
  EXPECT_EQ(format_duration(200), "3 min 20 s");
  EXPECT_EQ(format_duration(7500), "2 h 5 min");
  EXPECT_EQ(format_duration(-1), "?");
  EXPECT_EQ(format_duration(std::numeric_limits<double>::quiet_NaN()), "?");
}

TEST(Text, NumbersReadBackAsThemselves) {
  EXPECT_EQ(format_number(0.5), "0.5");
  EXPECT_EQ(format_number(1e-05), "1e-05");
  EXPECT_EQ(format_number(12), "12.0");
  EXPECT_EQ(format_number(std::numeric_limits<double>::infinity()), "null");
  for (const double value : {0.1, 1.0 / 3, 6.02214076e23, -0.0}) EXPECT_EQ(parse_double(format_number(value)), value);
}

TEST(Text, ANumberIsTheWholeText) {
  EXPECT_EQ(parse_int("-42"), -42);
  EXPECT_EQ(parse_int("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const auto* wrong : {"", " 1", "1 ", "1.0", "0x1", "+1", "9223372036854775808"})
    EXPECT_FALSE(parse_int(wrong)) << wrong;
  EXPECT_EQ(parse_double("1e3"), 1000.0);
  for (const auto* wrong : {"", "1,5", "1 ", "one"}) EXPECT_FALSE(parse_double(wrong)) << wrong;
}

TEST(EditDistance, CountsLettersPutInTakenOutOrChanged) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("model", "model"), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("modls", "models"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

}  // namespace
}  // namespace weighhouse
