#include "dialects/wakebuilder/conversation.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>

#include "base/text.h"

namespace weighhouse::dialects {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using http::SocketMessage;

ListeningWish jarvis() { return {.model_id = "jarvis", .wake_word = "Hey Jarvis", .threshold = 0.6}; }

template <class T>
std::string bytes_of(const std::vector<T>& samples) {
  return {reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(T)};
}

class ConversationTest : public ::testing::Test {
 protected:
  // Hears the word wherever the last sample is loud.
  HearWindow hear() {
    return [this](const services::Sound& sound, std::chrono::milliseconds) -> Result<services::Heard> {
      rates.push_back(sound.rate);
      if (broken) return fail(ErrorCode::kUnavailable, "The process ended.");
      services::Heard heard;
      heard.confidence = sound.samples.back() > 1000 ? 0.9 : 0.1;
      return heard;
    };
  }

  static std::vector<json::object> said(const http::SocketTurn& turn) {
    std::vector<json::object> messages;
    for (const auto& message : turn.messages) messages.push_back(json::parse(message.data).as_object());
    return messages;
  }
  static SocketMessage sound(double seconds, std::int16_t value) {
    return {SocketMessage::Kind::kBinary,
            bytes_of(std::vector<std::int16_t>(static_cast<std::size_t>(seconds * 16'000), value))};
  }
  static SocketMessage chunk(double seconds, std::int16_t value, int rate = 16'000) {
    const auto bytes = bytes_of(std::vector<std::int16_t>(static_cast<std::size_t>(seconds * rate), value));
    return {SocketMessage::Kind::kText,
            json::serialize(json::object{
                {"type", "audio"}, {"data", encode_base64(std::as_bytes(std::span{bytes}))}, {"sample_rate", rate}})};
  }
  static SocketMessage command(const std::string& text) { return {SocketMessage::Kind::kText, text}; }

  ManualClock clock;
  std::vector<std::uint32_t> rates;
  bool broken = false;
  std::unique_ptr<http::SocketSession> realtime = realtime_session(jarvis(), hear(), clock);
  std::unique_ptr<http::SocketSession> chunks = chunk_session(jarvis(), hear(), clock);
};

TEST_F(ConversationTest, GreetsWithWhatItListensFor) {
  const auto ready = said(realtime->open()).at(0);
  EXPECT_EQ(ready, json::parse(R"({"type":"ready","model_id":"jarvis","wake_word":"Hey Jarvis","threshold":0.6,
                                   "cooldown_ms":1000,"noise_reduction":false,"using_onnx":false})")
                       .as_object());
  EXPECT_TRUE(chunks->open().messages.empty());
}

TEST_F(ConversationTest, AnswersEachWindowOfBinarySound) {
  EXPECT_TRUE(realtime->take(sound(0.9, 0)).messages.empty());
  const auto first = said(realtime->take(sound(0.1, 5000)));
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].at("type"), "detection");
  EXPECT_EQ(first[0].at("detected"), true);
  EXPECT_EQ(first[0].at("confidence"), 0.9);
  EXPECT_EQ(first[0].at("threshold"), 0.6);
  EXPECT_EQ(first[0].at("in_cooldown"), false);
  EXPECT_TRUE(first[0].contains("timestamp"));
  EXPECT_TRUE(first[0].contains("inference_time_ms"));
  const auto second = said(realtime->take(sound(0.5, 5000)));
  EXPECT_EQ(second.at(0).at("detected"), false);
  EXPECT_EQ(second.at(0).at("in_cooldown"), true);
}

TEST_F(ConversationTest, ObeysItsCommands) {
  EXPECT_EQ(said(realtime->take(command(R"({"type":"set_threshold","threshold":0.95})"))).at(0),
            json::parse(R"({"type":"threshold_updated","threshold":0.95})").as_object());
  EXPECT_EQ(said(realtime->take(sound(1, 5000))).at(0).at("detected"), false);
  EXPECT_EQ(said(realtime->take(command(R"({"type":"set_cooldown","cooldown_ms":250})"))).at(0),
            json::parse(R"({"type":"cooldown_updated","cooldown_ms":250})").as_object());
  EXPECT_EQ(said(realtime->take(command(R"({"type":"ping"})"))).at(0).at("type"), "pong");
  EXPECT_EQ(said(realtime->take(command(R"({"type":"reset"})"))).at(0).at("type"), "reset_complete");
  EXPECT_TRUE(realtime->take(sound(0.9, 5000)).messages.empty()) << "the stream begins anew";
}

TEST_F(ConversationTest, SaysWhatIsWrongAndGoesOn) {
  EXPECT_EQ(said(realtime->take(command("not json"))).at(0).at("message"), "Invalid JSON command");
  for (const char* wrong : {R"({"type":"dance"})", R"({"type":"set_threshold","threshold":2})",
                            R"({"type":"set_threshold"})", R"({"type":"set_cooldown","cooldown_ms":-1})"}) {
    EXPECT_EQ(said(realtime->take(command(wrong))).at(0).at("type"), "error") << wrong;
  }
  EXPECT_EQ(said(realtime->take({SocketMessage::Kind::kBinary, "odd"})).at(0).at("type"), "error");
  broken = true;
  EXPECT_EQ(said(realtime->take(sound(1, 0))).at(0).at("message"), "The process ended.");
  broken = false;
  EXPECT_EQ(said(realtime->take(sound(0.5, 0))).at(0).at("type"), "detection");
}

TEST_F(ConversationTest, AnswersEveryChunkOnce) {
  EXPECT_EQ(said(chunks->take(chunk(0.25, 0))).at(0).at("detected"), false) << "no whole window yet";
  const auto two_windows = said(chunks->take(chunk(1.25, 5000)));
  ASSERT_EQ(two_windows.size(), 1U);
  EXPECT_EQ(two_windows[0].at("detected"), true);
  EXPECT_EQ(two_windows[0].at("model_id"), "jarvis");
  EXPECT_EQ(said(chunks->take(chunk(0.1, 5000))).at(0).at("detected"), false) << "a word counts once";
  EXPECT_EQ(said(chunks->take(command(R"({"type":"set_threshold","threshold":0.5})"))).at(0).at("type"),
            "threshold_updated");
}

TEST_F(ConversationTest, ListensAtTheRateOfTheChunk) {
  chunks->take(chunk(1, 5000, 44'100));
  EXPECT_EQ(rates, (std::vector<std::uint32_t>{44'100}));
}

TEST_F(ConversationTest, RefusesChunksThatAreNone) {
  for (const char* wrong : {"x", "{}", R"({"type":"audio"})", R"({"type":"audio","data":"***"})",
                            R"({"type":"audio","data":"","sample_rate":1})"}) {
    EXPECT_EQ(said(chunks->take(command(wrong))).at(0).at("type"), "error") << wrong;
  }
  EXPECT_EQ(said(chunks->take({SocketMessage::Kind::kBinary, "xx"})).at(0).at("type"), "error");
}

TEST(SamplesOf, TellsFloatsFromIntegers) {
  std::vector<std::int16_t> integers;
  std::vector<float> floats;
  for (int i = 0; i < 1000; ++i) {
    const double wave = 0.3 * std::sin(i * 0.05);
    integers.push_back(static_cast<std::int16_t>(wave * 32767));
    floats.push_back(static_cast<float>(wave));
  }
  EXPECT_EQ(samples_of(bytes_of(integers)), integers);
  const auto read = samples_of(bytes_of(floats));
  ASSERT_EQ(read.size(), floats.size());
  EXPECT_NEAR(read[30], floats[30] * 32767, 1);
  const std::vector<std::int16_t> quiet{1, 0, 2, 0, 3, 0};
  EXPECT_EQ(samples_of(bytes_of(quiet)), quiet);
  EXPECT_TRUE(samples_of("").empty());
}

TEST(RefusingSession, SaysWhyAndCloses) {
  const auto turn = refusing_session("Model not found: x", {4004, "Model not found"})->open();
  EXPECT_EQ(json::parse(turn.messages.at(0).data).as_object(),
            json::parse(R"({"type":"error","message":"Model not found: x"})").as_object());
  EXPECT_EQ(turn.close->code, 4004);
  EXPECT_TRUE(refusing_session(std::nullopt, {4000, "x"})->open().messages.empty());
}

}  // namespace
}  // namespace weighhouse::dialects
