#include "http/detail/chunk_decoder.h"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace weighhouse::http::detail {
namespace {

using State = ChunkDecoder::State;

struct Heard {
  std::string body;
  std::size_t consumed = 0;
  State state = State::kUnfinished;
  bool operator==(const Heard&) const = default;
};

// Each piece is copied to memory of its own size, so that a sanitizer sees who reads beyond it.
Heard hear(const std::vector<std::string_view>& pieces, std::size_t room = 4) {
  ChunkDecoder decoder;
  Heard heard;
  std::vector<std::byte> out(room);
  for (const auto piece : pieces) {
    const auto memory = std::make_unique<char[]>(piece.size());
    std::ranges::copy(piece, memory.get());
    std::string_view rest{memory.get(), piece.size()};
    while (!rest.empty() && decoder.state() == State::kUnfinished) {
      const auto decoded = decoder.decode(rest, out);
      EXPECT_TRUE(decoded.consumed > 0 && decoded.consumed <= rest.size() && decoded.produced <= out.size());
      heard.body.append(reinterpret_cast<const char*>(out.data()), decoded.produced);
      heard.consumed += decoded.consumed;
      rest.remove_prefix(decoded.consumed);
    }
  }
  heard.state = decoder.state();
  return heard;
}

Heard hear_all(std::string_view encoded) { return hear({encoded}); }

const std::vector<std::string>& honest_bodies() {
  static const std::vector<std::string> bodies{
      "0\r\n\r\n",
      "000;last\r\n\r\n",
      "5\r\nhello\r\n0\r\n\r\n",
      "5;note=\"x;y\"\r\nhello\r\n00000000000000a\r\n, \r\n0\r\n\r\n!\r\n0\r\nHost: evil\r\nX-Sum:\r\n\r\n",
      "1\r\n\r\r\n1\r\n\n\r\nB\r\n01234567890\r\n0\r\n\r\n",
  };
  return bodies;
}

TEST(ChunkDecoder, TakesTheFramesOff) {
  const std::vector<std::string> plain{"", "", "hello", "hello, \r\n0\r\n\r\n!", "\r\n01234567890"};
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const std::string& encoded = honest_bodies()[i];
    EXPECT_EQ(hear_all(encoded), (Heard{plain[i], encoded.size(), State::kComplete})) << encoded;
    EXPECT_EQ(hear_all(encoded + "GET /next").consumed, encoded.size()) << "what follows is another request's";
  }
}

TEST(ChunkDecoder, HearsTheSameInWhateverPiecesItComes) {
  for (const std::string& encoded : honest_bodies()) {
    const Heard whole = hear_all(encoded);
    std::vector<std::string_view> bytes;
    for (std::size_t at = 0; at < encoded.size(); ++at) {
      const auto [first, second] =
          std::pair{std::string_view{encoded}.substr(0, at), std::string_view{encoded}.substr(at)};
      EXPECT_EQ(hear({first, second}), whole) << at;
      EXPECT_EQ(hear({first}).state, State::kUnfinished) << at;
      bytes.push_back(second.substr(0, 1));
    }
    for (const std::size_t room : {1U, 2U, 100U}) EXPECT_EQ(hear(bytes, room), whole);
  }
}

TEST(ChunkDecoder, WaitsForRoomAndTakesNothingMeanwhile) {
  ChunkDecoder decoder;
  std::array<std::byte, 2> out{};
  EXPECT_EQ(decoder.decode("3\r\nabc\r\n0\r\n\r\n", out).consumed, 5);
  EXPECT_EQ(decoder.decode("c\r\n0\r\n\r\n", {}).consumed, 0);
  EXPECT_EQ(decoder.decode("c\r\n0\r\n\r\n", out).consumed, 8);
  EXPECT_EQ(decoder.state(), State::kComplete);
  EXPECT_EQ(decoder.decode("more", out).consumed, 0);
}

TEST(ChunkDecoder, RefusesASizeThatSomebodyCouldReadDifferently) {
  for (const std::string size : {"", "zz", "0x5", "-5", "+5", " 5", "5 ", "5\t", "5,", "g", "\r\n5", "\n5", "5.0"}) {
    EXPECT_EQ(hear_all(size + "\r\nhello\r\n0\r\n\r\n").state, State::kBroken) << size;
  }
  EXPECT_EQ(hear_all(std::string{"5\0\r\nhello", 10}).state, State::kBroken);
  EXPECT_EQ(hear_all("FFFFFFFFFFFFFFFF\r\nx").state, State::kUnfinished);
  EXPECT_EQ(hear_all("10000000000000000\r\nx").state, State::kBroken) << "more than a number holds";
  EXPECT_EQ(hear_all(std::string(17, '0')).state, State::kBroken) << "no end of zeros";
}

TEST(ChunkDecoder, RefusesALineThatDoesNotEndInBothItsBytes) {
  for (const std::string encoded :
       {"5\nhello\r\n0\r\n\r\n", "5\rhello\r\n0\r\n\r\n", "5;x\nhello\r\n", "5;x\r\rhello\r\n", "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n", "5\r\nhelloo\r\n0\r\n\r\n", "5\r\nhello\r0\r\n\r\n", "0\r\n\n", "0\r\n\r\r\n",
        "0\r\nX: 1\n\r\n", "0\r\nX: 1\rY"}) {
    EXPECT_EQ(hear_all(encoded).state, State::kBroken) << encoded;
  }
}

TEST(ChunkDecoder, RefusesATrailerThatIsNone) {
  for (const std::string trailer : {": 1", " X: 1", "X : 1", "X", "X: \x01", "X: 1\r\n 2", "G\xE9: 1", "X: \x7f"}) {
    EXPECT_EQ(hear_all("0\r\n" + trailer + "\r\n\x01").state, State::kBroken) << trailer;
  }
}

TEST(ChunkDecoder, BoundsWhatItReadsOnlyToForget) {
  const auto with_extension = [](std::size_t bytes) { return "1;" + std::string(bytes, 'e') + "\r\nx\r\n"; };
  const auto most = with_extension(ChunkDecoder::kMostExtensionBytes);
  EXPECT_EQ(hear_all(most + most + "0\r\n\r\n").state, State::kComplete) << "each chunk may have one";
  EXPECT_EQ(hear_all(with_extension(ChunkDecoder::kMostExtensionBytes + 1)).state, State::kBroken);
  std::string trailers = "0\r\n";
  while (trailers.size() < ChunkDecoder::kMostTrailerBytes) trailers += "Note: some trailer\r\n";
  EXPECT_EQ(hear_all(trailers.substr(0, 1003) + "\r\n\r\n").state, State::kComplete);
  EXPECT_EQ(hear_all(trailers + trailers.substr(3)).state, State::kBroken);
}

TEST(ChunkDecoder, SurvivesGarbage) {
  std::mt19937 random{20260106};
  const std::string_view alphabet{"0159aF\r\n\r\n;=: X\0\xff", 18};
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (std::size_t i = random() % 60; i > 0; --i) text += alphabet[random() % alphabet.size()];
    const std::size_t cut = text.empty() ? 0 : random() % text.size();
    EXPECT_EQ(hear({std::string_view{text}.substr(0, cut), std::string_view{text}.substr(cut)}), hear_all(text));
  }
}

}  // namespace
}  // namespace weighhouse::http::detail
