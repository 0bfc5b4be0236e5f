#include "http/multipart.h"

#include <gtest/gtest.h>
#include <random>

namespace weighhouse::http {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=\"--x y\"";

std::string form(std::string_view inner) {
  std::string text;
  for (const char c : inner) text += c == '\n' ? "\r\n" : std::string(1, c);
  return text;
}

const std::string kForm = form(
    "a preamble nobody reads\n"
    "----x y\n"
    "Content-Disposition: form-data; name=\"model\"\n"
    "\n"
    "jarvis\n"
    "----x y  \n"
    "Content-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\" C:\\c.wav\"; "
    "filename*=UTF-8''gr%C3%BC%C3%9Fe.wav\n"
    "Content-Type: audio/wav\n"
    "\n"
    "RIFF\n----x \n\n\n"
    "----x y\n"
    "content-disposition: form-data; name=empty; filename=\"C:\\c.wav\"\n"
    "\n"
    "\n"
    "----x y--\n"
    "an epilogue");

void expect_right(const std::vector<FormPart>& parts) {
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].head.name, "model");
  EXPECT_EQ(parts[0].head.filename, std::nullopt);
  EXPECT_EQ(parts[0].bytes, "jarvis");
  EXPECT_EQ(parts[1].head.filename, "grüße.wav");
  EXPECT_EQ(parts[1].head.content_type, "audio/wav");
  EXPECT_EQ(parts[1].bytes, "RIFF\r\n----x \r\n\r\n");
  EXPECT_EQ(parts[2].head.name, "empty");
  EXPECT_EQ(parts[2].head.filename, "C:\\c.wav");
  EXPECT_EQ(parts[2].bytes, "");
}

class Gatherer final : public PartVisitor {
 public:
  Result<> begin(const PartHead& head) override {
    parts.push_back({head});
    return {};
  }
  Result<> bytes(std::span<const std::byte> bytes) override {
    parts.back().bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }
  Result<> end() override {
    ++ended;
    return {};
  }
  std::vector<FormPart> parts;
  int ended = 0;
};

TEST(Multipart, ReadsAWholeForm) { expect_right(parse_form(kType, kForm).take()); }

TEST(Multipart, ReadsAFormInPiecesOfAnySize) {
  for (const std::size_t step : {1UL, 2UL, 3UL, 7UL, 50UL}) {
    Gatherer gatherer;
    auto reader = MultipartReader::open(kType, gatherer).take();
    for (std::size_t at = 0; at < kForm.size(); at += step) {
      const auto piece = std::string_view{kForm}.substr(at, step);
      ASSERT_TRUE(reader.feed(std::as_bytes(std::span{piece})).has_value());
    }
    EXPECT_TRUE(reader.finish().has_value());
    EXPECT_EQ(gatherer.ended, 3);
    expect_right(gatherer.parts);
  }
}

TEST(Multipart, RefusesWhatIsNoForm) {
  for (const char* type : {"", "application/json", "multipart/mixed; boundary=a", "multipart/form-data",
                           "multipart/form-data; boundary="}) {
    EXPECT_EQ(parse_form(type, "").error().code, ErrorCode::kInvalidArgument) << type;
  }
}

TEST(Multipart, RefusesAFormThatIsCutOffOrBroken) {
  constexpr std::string_view kShort = "multipart/form-data; boundary=b";
  for (const char* body : {"", "--b", "--b\n", "--b\nContent-Disposition: form-data; name=a\n\nx",
                           "--b\nContent-Disposition: form-data; name=a\n\nx\n--b", "--b junk\n\n\n--b--",
                           "--b\nContent-Disposition: form-data\n\nx\n--b--", "--b\n\nx\n--b--",
                           "--b\nContent-Disposition: form-data; name=\"\xff\"\n\nx\n--b--"}) {
    EXPECT_EQ(parse_form(kShort, form(body)).error().code, ErrorCode::kInvalidArgument) << body;
  }
}

TEST(Multipart, HasLimits) {
  constexpr std::string_view kShort = "multipart/form-data; boundary=b";
  std::string many;
  for (int i = 0; i < 5; ++i) many += "--b\nContent-Disposition: form-data; name=a\n\nx\n";
  EXPECT_TRUE(parse_form(kShort, form(many + "--b--"), {.parts = 5}).has_value());
  EXPECT_EQ(parse_form(kShort, form(many + "--b--"), {.parts = 4}).error().code, ErrorCode::kResourceExhausted);
  const std::string long_head = "--b\nX: " + std::string(10'000, 'x') + "\n\nx\n--b--";
  EXPECT_FALSE(parse_form(kShort, form(long_head)).has_value());
}

TEST(Multipart, SurvivesGarbage) {
  std::mt19937 random{20260106};
  for (int round = 0; round < 3000; ++round) {
    std::string body = kForm;
    for (std::size_t flips = random() % 10; flips > 0; --flips)
      body[random() % body.size()] = static_cast<char>(random() % 256);
    body.resize(random() % body.size());
    (void)parse_form(kType, body);
  }
}

}  // namespace
}  // namespace weighhouse::http
