#include "dialects/wakebuilder/training_form.h"

#include <gtest/gtest.h>

namespace weighhouse::dialects {
namespace {

constexpr const char* kType = "multipart/form-data; boundary=x";

std::string field(const std::string& name, const std::string& value) {
  return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
}
std::string file(const std::string& name, const std::string& filename, const std::string& bytes) {
  return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + filename +
         "\"\r\nContent-Type: audio/wav\r\n\r\n" + bytes + "\r\n";
}
Result<TrainingForm> read(const std::string& parts) { return read_training_form(kType, parts + "--x--\r\n"); }

TEST(TrainingForm, TakesRecordingsByBothOfTheirNames) {
  const auto form =
      read(field("wake_word", "jarvis") + file("audio_files", "a.wav", "one") + file("recordings", "b.wav", "two"))
          .take();
  EXPECT_EQ(form.wake_word, "jarvis");
  EXPECT_EQ(form.model_type, "ast");
  ASSERT_EQ(form.recordings.size(), 2U);
  EXPECT_EQ(form.recordings[0].name, "a.wav");
  EXPECT_EQ(form.recordings[1].bytes, "two");
}

TEST(TrainingForm, SaysUpstreamsOptionsInOurWords) {
  const auto form = read(field("num_epochs", "50") + field("target_positive_samples", "4000") +
                         field("max_real_negatives", "600") + field("early_stopping", "false") +
                         field("classifier_hidden_dims", "[32, 16]") + field("use_tts_positives", "False"))
                        .take();
  EXPECT_EQ(form.options.at("epochs"), 50);
  EXPECT_EQ(form.options.at("positives"), 4000);
  EXPECT_EQ(form.options.at("max_negative_minutes"), 10.0);
  EXPECT_EQ(form.options.at("patience"), 500);
  EXPECT_EQ(form.options.at("hidden"), (boost::json::array{32, 16}));
  EXPECT_EQ(form.options.at("use_tts_positives"), false);
  EXPECT_EQ(form.hyperparameters.at("num_epochs"), 50);
}

TEST(TrainingForm, PassesOverLayersThatAreNoList) {
  EXPECT_FALSE(read(field("classifier_hidden_dims", "[32,"))->options.contains("hidden"));
}

TEST(TrainingForm, NamesTheFieldOfANumberThatIsOutOfRange) {
  for (const auto& [name, value] : {std::pair{"num_epochs", "5"},
                                    {"batch_size", "7"},
                                    {"dropout", "0.8"},
                                    {"num_epochs", "ten"},
                                    {"num_epochs", "10.5"}}) {
    const auto form = read(field(name, value));
    ASSERT_FALSE(form.has_value()) << name;
    EXPECT_EQ(form.error().code, ErrorCode::kInvalidArgument);
    ASSERT_FALSE(form.error().details.empty());
    EXPECT_EQ(form.error().details.front().first, "field");
  }
  EXPECT_FALSE(read(field("model_type", "lstm")).has_value());
}

TEST(TrainingForm, RefusesWhatIsNoForm) { EXPECT_FALSE(read_training_form("application/json", "{}").has_value()); }

}  // namespace
}  // namespace weighhouse::dialects
