#include "http/detail/frame_reader.h"

#include <gtest/gtest.h>
#include <vector>

#include "http/detail/frames_testing.h"

namespace weighhouse::http::detail {
namespace {

using Kind = FrameReader::Event::Kind;
using frames_testing::masked;

constexpr std::size_t kLimit = 1000;

// All events of these bytes, which come `piece` at a time.
std::vector<FrameReader::Event> events_of(std::string_view bytes, std::size_t piece, std::size_t limit = kLimit) {
  FrameReader reader{limit};
  std::vector<FrameReader::Event> events;
  for (std::size_t end = 0, begin = 0; end < bytes.size();) {
    end = std::min(bytes.size(), end + piece);
    while (begin < end) {
      const std::size_t used = reader.read(bytes.substr(begin, end - begin));
      begin += used;
      auto event = reader.take();
      if (event) events.push_back(*std::move(event));
      if (!event && used == 0) return events;
    }
  }
  return events;
}

FrameReader::Event only_event(const std::string& bytes, std::size_t limit = kLimit) {
  const auto events = events_of(bytes, bytes.size(), limit);
  EXPECT_EQ(events.size(), 1U);
  return events.empty() ? FrameReader::Event{} : events.front();
}

TEST(FrameReader, ReadsMessagesHoweverTheyArrive) {
  const std::string bytes = masked(0x81, "hello") + masked(0x82, std::string("\x00\xFF", 2)) + masked(0x81, "");
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 1000U}) {
    SCOPED_TRACE(piece);
    const auto events = events_of(bytes, piece);
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[0].message.kind, SocketMessage::Kind::kText);
    EXPECT_EQ(events[0].message.data, "hello");
    EXPECT_EQ(events[1].message.kind, SocketMessage::Kind::kBinary);
    EXPECT_EQ(events[1].message.data, std::string("\x00\xFF", 2));
    EXPECT_EQ(events[2].message.data, "");
  }
}

TEST(FrameReader, PutsPartsTogetherAndLetsPingsBetweenThem) {
  const std::string bytes =
      masked(0x01, "one ") + masked(0x89, "there?") + masked(0x00, "two ") + masked(0x80, "three");
  const auto events = events_of(bytes, 4);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, Kind::kPing);
  EXPECT_EQ(events[0].message.data, "there?");
  EXPECT_EQ(events[1].kind, Kind::kMessage);
  EXPECT_EQ(events[1].message.data, "one two three");
}

TEST(FrameReader, ReadsLengthsOfAllThreeWidths) {
  for (const std::size_t size : {125U, 126U, 65535U, 65536U}) {
    SCOPED_TRACE(size);
    const std::string payload(size, 'x');
    const auto event = only_event(masked(0x82, payload), 100'000);
    EXPECT_EQ(event.message.data, payload);
  }
}

TEST(FrameReader, RefusesAMessageBeyondTheLimitByItsHeadAlone) {
  const std::string bytes = masked(0x82, std::string(kLimit + 1, 'x')).substr(0, 8);
  const auto event = only_event(bytes);
  EXPECT_EQ(event.kind, Kind::kBroken);
  EXPECT_EQ(event.close.code, 1009);
}

TEST(FrameReader, CountsThePartsOfAMessageTogether) {
  const std::string half(kLimit / 2 + 1, 'x');
  const auto event = only_event(masked(0x02, half) + masked(0x80, half));
  EXPECT_EQ(event.close.code, 1009);
}

TEST(FrameReader, RefusesWhatBreaksTheRules) {
  const std::string unmasked{"\x81\x01xabcd", 7};
  const std::vector<std::string> wrong{
      unmasked,
      masked(0xC1, "a reserved bit"),
      masked(0x83, "no such frame"),
      masked(0x80, "a part of nothing"),
      masked(0x01, "one") + masked(0x81, "another before its end"),
      masked(0x09, "a ping in parts"),
      masked(0x89, std::string(126, 'x')),
      masked(0x88, "x"),
      masked(0x88, std::string("\x03\xE7", 2)),  // 999
      masked(0x88, std::string("\x03\xED", 2)),  // 1005 is never sent
  };
  for (const auto& bytes : wrong) {
    const auto event = only_event(bytes);
    EXPECT_EQ(event.kind, Kind::kBroken) << bytes;
    EXPECT_EQ(event.close.code, 1002) << bytes;
    EXPECT_FALSE(event.close.reason.empty());
  }
}

TEST(FrameReader, RefusesTextThatIsNotUtf8) {
  EXPECT_EQ(only_event(masked(0x81, "\xFF")).close.code, 1007);
  EXPECT_EQ(only_event(masked(0x88, std::string("\x03\xE8\xFF", 3))).close.code, 1007);
}

TEST(FrameReader, ReadsACloseAndNothingAfterIt) {
  const auto event = only_event(masked(0x88, std::string("\x0F\xA4", 2) + "enough") + masked(0x81, "more"));
  EXPECT_EQ(event.kind, Kind::kClose);
  EXPECT_EQ(event.close.code, 4004);
  EXPECT_EQ(event.close.reason, "enough");
  EXPECT_EQ(only_event(masked(0x88, "")).close.code, 1005);
}

TEST(Frames, AreWrittenUnmaskedWithTheShortestLength) {
  EXPECT_EQ(as_frame({SocketMessage::Kind::kText, "hi"}), "\x81\x02hi");
  EXPECT_EQ(as_frame({SocketMessage::Kind::kBinary, std::string(126, 'x')}).substr(0, 4),
            std::string("\x82\x7E\x00\x7E", 4));
  EXPECT_EQ(as_frame({SocketMessage::Kind::kBinary, std::string(65536, 'x')}).substr(0, 10),
            std::string("\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10));
  EXPECT_EQ(ping_frame(), std::string("\x89\x00", 2));
  EXPECT_EQ(pong_frame("x"), "\x8A\x01x");
}

TEST(Frames, CutAReasonThatIsTooLongBetweenTwoLetters) {
  EXPECT_EQ(close_frame({4000, "no"}), std::string("\x88\x04\x0F\xA0no", 6));
  EXPECT_EQ(close_frame({1005, ""}), std::string("\x88\x00", 2));
  std::string reason;
  for (int i = 0; i < 62; ++i) reason += "\xC3\xA9";
  const std::string frame = close_frame({4000, reason});
  EXPECT_EQ(frame.size(), 2U + 2U + 122U);
}

}  // namespace
}  // namespace weighhouse::http::detail
