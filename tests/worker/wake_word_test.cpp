// Wake words in real worker processes: a word of tones is learned, heard, and written for other programs, which
// LibTorch and ONNX Runtime run as we do.

#include <boost/json.hpp>

#include "features/testing/sounds.h"
#include "fixture.h"
#include "learners/wake_word/log_mel_base.h"
#include "learners/wake_word/testing/tones.h"
#include "learners/wake_word/wake_model.h"

namespace weighhouse::workers {
namespace {

namespace json = boost::json;
namespace wake = learners::wake;
using ::testing::Contains;
using ::testing::HasSubstr;

class WakeWordInAWorker : public WorkerTest {
 protected:
  class Following final : public services::JobControl {
   public:
    void report(double, std::string_view phase, std::string_view) override { phases.insert(std::string{phase}); }
    bool cancelled() const override { return cancel; }
    void tell(std::string_view details) override {
      told.emplace_back(details);
      if (cancel_when_told) cancel = true;
    }
    std::set<std::string> phases{};
    std::vector<std::string> told{};
    bool cancel_when_told = false;
    std::atomic<bool> cancel{false};
  };

  WakeWordInAWorker() { settings.program = WEIGH_WORKER; }

  static std::string bytes_of(const services::WorkOutput& output) {
    const FileAccess access{FileDescriptor{::dup(output.file.get())}, output.size_bytes};
    std::string bytes(output.size_bytes, '\0');
    EXPECT_TRUE(access.read_at(0, std::as_writable_bytes(std::span{bytes})));
    return bytes;
  }
  static const services::WorkOutput* output_of(const services::WorkResult& made, std::string_view name) {
    for (const auto& output : made.outputs) {
      if (output.name == name) return &output;
    }
    return nullptr;
  }
  static std::string wav(const std::vector<float>& samples, int rate = 16'000) {
    return features::testing::wav_of(samples, rate);
  }
  static void add_recordings(services::WorkOrder& order, const std::vector<std::string>& files) {
    json::array list;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const std::string input = "recording_" + std::to_string(i);
      order.inputs.push_back({input, file_with(files[i])});
      list.push_back(json::object{{"input", input}, {"name", "take " + std::to_string(i) + ".wav"}});
    }
    auto parameters = json::parse(order.parameters).as_object();
    parameters["recordings"] = std::move(list);
    order.parameters = json::serialize(parameters);
  }

  static services::WorkOrder tiny_fit() {
    services::WorkOrder order{.job = "1", .kind = "fit-wake-word", .parameters = {}};
    json::array negatives;
    std::string pack;
    for (std::uint64_t i = 0; i < 2; ++i) {
      const auto bytes = wav(wake::testing::babble(8, i));
      negatives.push_back(json::object{
          {"name", "evening " + std::to_string(i) + ".wav"}, {"offset", pack.size()}, {"size", bytes.size()}});
      pack += bytes;
    }
    negatives.push_back(json::object{{"name", "notes.txt"}, {"offset", 0}, {"size", 7}});
    order.parameters = json::serialize(json::object{{"wake_word", "jarvis"},
                                                    {"base", wake::kLogMelBase},
                                                    {"options", json::object{{"epochs", 3},
                                                                             {"positives", 100},
                                                                             {"noise_minutes", 0.2},
                                                                             {"hidden", {16}},
                                                                             {"batch_size", 64},
                                                                             {"learning_rate", 0.005},
                                                                             {"use_tcn", true}}},
                                                    {"negatives", std::move(negatives)}});
    order.inputs.push_back({"negatives", file_with(pack)});
    add_recordings(order, {wav(wake::testing::word(0)), wav(wake::testing::word(9))});
    return order;
  }

  Result<services::WorkResult> check(const std::vector<std::string>& recordings) {
    services::WorkOrder order{.job = "1", .kind = "check-recordings", .parameters = "{}"};
    add_recordings(order, recordings);
    return worker.run(std::move(order), control);
  }
  std::string refusal(const std::string& recording) {
    const auto made = check({recording});
    return made ? std::string{} : made.error().message;
  }

  JobWorker worker{settings};
  Following control;
};

TEST_F(WakeWordInAWorker, IsLearnedAndWrittenForOtherProgramsThatHearTheSame) {
  auto made = worker.run(tiny_fit(), control).take();
  EXPECT_THAT(control.phases, Contains("training"));
  EXPECT_EQ(control.told.size(), 3U);
  EXPECT_EQ(json::parse(control.told[0]).at("epoch").at("epoch"), 1);
  const auto result = json::parse(made.result).as_object();
  EXPECT_EQ(result.at("wake_word"), "jarvis");
  const auto warnings = json::serialize(result.at("warnings"));
  EXPECT_THAT(warnings, HasSubstr("notes.txt"));
  EXPECT_THAT(warnings, HasSubstr("use_tcn"));
  EXPECT_THAT(warnings, HasSubstr("No synthetic voices"));

  const auto* weights = output_of(made, "wake_word.safetensors");
  const auto* program = output_of(made, "model.pt");
  ASSERT_NE(weights, nullptr);
  ASSERT_NE(program, nullptr);
  ASSERT_NE(output_of(made, "training_history.json"), nullptr);
  const auto record = json::parse(bytes_of(*output_of(made, "metadata.json"))).as_object();
  for (const char* key : {"wake_word", "model_type", "threshold", "accuracy", "f1_score", "precision", "recall",
                          "trainable_params", "training_config", "threshold_analysis", "thresholds", "data_stats"})
    EXPECT_TRUE(record.contains(key)) << key;
  EXPECT_EQ(record.at("training_config").at("epochs_trained"), 3);

  services::WorkOrder order{.job = "2", .kind = "export-wake-word", .parameters = "{}"};
  add_recordings(order, {wav(wake::testing::word(0))});
  order.inputs.push_back({"wake_word.safetensors", file_with(bytes_of(*weights))});
  order.inputs.push_back({"model.pt", file_with(bytes_of(*program))});
  const auto exported = worker.run(std::move(order), control);
  ASSERT_TRUE(exported) << exported.error().message;
  ASSERT_NE(output_of(*exported, "model.onnx"), nullptr);
  const auto said = json::parse(exported->result).as_object();
  EXPECT_FALSE(said.contains("torch_failure")) << exported->result;
  EXPECT_EQ(said.at("torch_parity").at("sounds"), 7);
  EXPECT_LT(said.at("torch_parity").at("max_difference").to_number<double>(), 1e-4);
  // Without ONNX Runtime the file is not compared, and says so.
  const auto& onnx = said.at("onnx_parity").as_object();
  if (!onnx.contains("not_compared")) {
    EXPECT_LT(onnx.at("max_difference").to_number<double>(), 1e-4);
  }
  expect_nothing_left();
}

TEST_F(WakeWordInAWorker, TheSameOrderGivesTheSameBytes) {
  const auto first = worker.run(tiny_fit(), control).take();
  const auto second = worker.run(tiny_fit(), control).take();
  for (const char* name : {"wake_word.safetensors", "model.pt", "training_history.json"})
    EXPECT_EQ(bytes_of(*output_of(first, name)), bytes_of(*output_of(second, name))) << name;
}

TEST_F(WakeWordInAWorker, LeavesNothingWhenItIsCancelledInTheMiddle) {
  control.cancel_when_told = true;
  const auto made = worker.run(tiny_fit(), control);
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ErrorCode::kCancelled);
  expect_nothing_left();
}

TEST_F(WakeWordInAWorker, RefusesRecordingsWithTheReason) {
  EXPECT_TRUE(check({wav(wake::testing::word(1)), wav(wake::testing::word(1), 8'000)}).has_value());
  EXPECT_EQ(refusal(wav(wake::testing::glide(300, 600, 0.3))), "Recording too short (0.3s). Minimum is 0.5s");
  EXPECT_EQ(refusal(wav(wake::testing::glide(300, 600, 4.2))), "Recording too long (4.2s). Maximum is 3.0s");
  EXPECT_THAT(refusal(wav(std::vector<float>(16'000, 0.0F))), HasSubstr("silent"));
  auto loud = wake::testing::word(1);
  for (float& sample : loud) sample = sample > 0 ? 1.0F : -1.0F;
  EXPECT_THAT(refusal(wav(loud)), HasSubstr("clipped"));
  EXPECT_THAT(refusal("this is a letter to somebody, and not a sound"), HasSubstr("Invalid audio file 'take 0.wav': "));
  const auto whole = wav(wake::testing::word(1));
  EXPECT_NE(refusal(whole.substr(0, 30)), "");
}

}  // namespace
}  // namespace weighhouse::workers
