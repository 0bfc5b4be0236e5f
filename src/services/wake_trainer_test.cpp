// Fits and exports of wake words over real rows and blobs; only the processes and the voices are stood in for.

#include "services/wake_trainer.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "services/testing/house_fixture.h"
#include "services/testing/stand_ins.h"
#include "services/wake_exporter.h"

namespace weighhouse::services {
namespace {

namespace json = boost::json;
using ::testing::Contains;
using ::testing::HasSubstr;

// Says everything in a few samples.
class FakeVoices final : public SpeechSynthesizer {
 public:
  Result<> require() const override { return {}; }
  bool has_voice(std::string_view) const override { return true; }
  Result<std::vector<SpokenClip>> speak(std::span<const Utterance> utterances, const SpeechProgress& progress,
                                        const std::atomic<bool>&) const override {
    for (const auto& one : utterances) said.push_back(one.text);
    progress(utterances.size(), utterances.size());
    return std::vector<SpokenClip>(utterances.size(), SpokenClip{22'050, {1, 2, 3}});
  }
  // As it is written.
  Result<std::vector<std::vector<std::string>>> pronounce(std::span<const std::string> texts) const override {
    std::vector<std::vector<std::string>> sounds;
    for (const auto& text : texts) {
      sounds.emplace_back();
      for (const char letter : text) sounds.back().emplace_back(1, letter);
    }
    return sounds;
  }
  mutable std::vector<std::string> said;
};

class Talking final : public WorkRunner {
 public:
  explicit Talking(ScriptedWork& script) : script_(script) {}
  Result<WorkResult> run(WorkOrder order, JobControl& control) override {
    if (order.kind == kWakeFitJob) {
      control.report(0.56, "training", "epoch 1 of 2");
      control.tell(R"({"epoch":{"epoch":1,"val_loss":0.5},"total_epochs":2})");
    }
    return script_.run(std::move(order), control);
  }

 private:
  ScriptedWork& script_;
};

class NamedControl final : public JobControl {
 public:
  void report(double progress, std::string_view phase, std::string_view) override {
    phases.emplace_back(phase);
    EXPECT_GE(progress, last);
    last = progress;
  }
  bool cancelled() const override { return false; }
  std::string job_id() const override { return "job"; }
  std::vector<std::string> phases;
  double last = 0;
};

class WakeTrainerTest : public HouseFixture {
 protected:
  void SetUp() override {
    jobs.add_lane("work", {});
    for (const auto kind : {kWakeFitJob, kWakeExportJob}) {
      jobs.add_kind({.name = std::string{kind}, .lane = "work"},
                    [](const Caller&, const std::string&, JobControl&) -> Result<JobOutcome> { return std::string{}; });
    }
  }

  SoundFile sound(const std::string& bytes, const std::string& name) {
    MemorySource source{bytes};
    return {intake.take(alice, source, {.name = name})->digest, name};
  }
  WakeFitRequest request(const std::string& word = "jarvis") {
    return {.model = ref("jarvis"),
            .wake_word = word,
            .recordings = {sound("first", "one.WAV"), sound("second", "two.weird-ending")},
            .negatives = {sound("an evening", "evening.flac")},
            .options = R"({"positives":100,"sentences":4,"seed":7,"use_hard_negatives":false})"};
  }
  static ScriptedWork::Answer looked_at() { return {.result = R"({"recordings":[]})"}; }
  static ScriptedWork::Answer fitted() {
    return {.result = R"({"wake_word":"jarvis","metrics":[{"name":"f1","value":0.9}]})",
            .outputs = {{"wake_word.safetensors", "weights"},
                        {"model.pt", "program"},
                        {"training_history.json", "{}"},
                        {"metadata.json", R"({"kind":"wake-word","wake_word":"jarvis","threshold":0.7})"}}};
  }
  Result<json::object> end(const Result<JobOutcome>& outcome) {
    if (!outcome) return fail(outcome.error());
    const auto result =
        metadata->transact_value<std::string>([&](registry::Transaction& rows) { return outcome->write(rows); });
    if (!result) return fail(result.error());
    return json::parse(*result).as_object();
  }
  Result<json::object> fit(const WakeFitRequest& wanted) {
    work.answers.push_back(looked_at());
    const auto job = trainer.fit(alice, wanted, WhenBusy::kWait);
    if (!job) return fail(job.error());
    return end(trainer.run_fit(alice, job->parameters, control));
  }
  std::string refusal(const WakeFitRequest& wanted) {
    const auto job = trainer.fit(alice, wanted, WhenBusy::kWait);
    return job ? std::string{} : job.error().message;
  }
  Result<Published> publish_encoder(std::string_view model,
                                    const std::vector<std::pair<std::string, std::string>>& contents) {
    auto version = files(contents, alice);
    version.kind = registry::Kind::kEncoder;
    return publisher.publish(alice, ref(model), std::move(version));
  }
  std::vector<std::string> paths() {
    std::vector<std::string> list;
    const auto view = catalog.get_version(alice, ref("jarvis"), std::nullopt).take();
    for (const auto& file : view.files) list.push_back(file.path.text());
    return list;
  }

  JobRunner jobs{*metadata, clock};
  ScriptedWork work;
  Talking talking{work};
  FakeVoices voices;
  NamedControl control;
  WakeTrainer trainer{*metadata, blobs, intake, publisher, talking, jobs, clock, &voices, {}};
  WakeExporter exporter{*metadata, blobs, intake, work, jobs, clock};
};

TEST_F(WakeTrainerTest, AFitMakesAVersionWithItsRecordingsAndAnExportToCome) {
  work.answers.push_back(looked_at());
  const auto job = trainer.fit(alice, request(), WhenBusy::kRefuse).take();
  work.answers.push_back(fitted());
  const auto outcome = trainer.run_fit(alice, job.parameters, control).take();
  ASSERT_TRUE(outcome.next().has_value());
  EXPECT_EQ(outcome.next()->kind, kWakeExportJob);
  const auto result = end(outcome).take();
  EXPECT_EQ(result.at("model"), "custom/jarvis");
  EXPECT_EQ(result.at("version"), 1);
  EXPECT_EQ(result.at("export_job").as_string(), outcome.next()->id);
  EXPECT_THAT(paths(), ::testing::UnorderedElementsAre("wake_word.safetensors", "model.pt", "training_history.json",
                                                       "recordings/recording_001.wav", "recordings/recording_002.wav"));
  const auto view = catalog.get_version(alice, ref("jarvis"), std::nullopt).take();
  EXPECT_EQ(view.model.kind, registry::Kind::kWakeWord);
  EXPECT_EQ(view.metrics.at("f1"), 0.9);
  const auto record = json::parse(view.version.metadata).as_object();
  EXPECT_EQ(record.at("recordings"), (json::array{"recording_001.wav", "recording_002.wav"}));
  EXPECT_TRUE(record.contains("created_at"));
  EXPECT_TRUE(view.model.in_library);
}

TEST_F(WakeTrainerTest, TheProcessGetsVoicesSimilarWordsAndSoundWithoutTheWord) {
  work.answers.push_back(looked_at());
  auto wanted = request();
  wanted.options = R"({"positives":100,"sentences":4,"seed":7})";
  const auto job = trainer.fit(alice, wanted, WhenBusy::kWait).take();
  work.answers.push_back(fitted());
  ASSERT_TRUE(trainer.run_fit(alice, job.parameters, control));
  const auto& asked = work.asked.back();
  const auto parameters = json::parse(asked.parameters).as_object();
  EXPECT_EQ(parameters.at("wake_word"), "jarvis");
  EXPECT_EQ(parameters.at("recordings").as_array().size(), 2U);
  const auto& clips = parameters.at("clips").as_array();
  std::map<std::string, int> sources;
  for (const auto& clip : clips) ++sources[std::string{clip.at("source").as_string()}];
  EXPECT_EQ(sources["spoken"], 25);
  EXPECT_GE(sources["similar"], 10);
  EXPECT_EQ(sources["speech"], 4);
  std::map<std::string, std::string> inputs{asked.inputs.begin(), asked.inputs.end()};
  EXPECT_EQ(inputs["clips"].size(), clips.size() * 3 * sizeof(std::int16_t));
  EXPECT_EQ(inputs["negatives"], "an evening");
  EXPECT_EQ(inputs["recording_001"], "first");
  EXPECT_THAT(control.phases, Contains("validating"));
  EXPECT_THAT(control.phases, Contains("augmenting"));
  EXPECT_THAT(control.phases, Contains("generating_negatives"));
  EXPECT_THAT(control.phases, Contains("training"));
  EXPECT_EQ(trainer.epochs_of("job"), R"([{"epoch":1,"val_loss":5E-1,"total_epochs":2E0}])");
}

TEST_F(WakeTrainerTest, WordsRecordingsAndOptionsAreRefusedWithASentence) {
  EXPECT_EQ(refusal(request("j")), "Wake word must be at least 2 characters");
  auto wanted = request();
  wanted.recordings.clear();
  EXPECT_THAT(refusal(wanted), HasSubstr("from 1 to 5 recordings"));
  wanted = request();
  wanted.options = R"({"epochs":0})";
  EXPECT_THAT(refusal(wanted), HasSubstr("epochs is a number from 1 to 500"));
  ASSERT_TRUE(publish("jarvis", {{"model.onnx", "weights"}}));
  EXPECT_THAT(refusal(request()), HasSubstr("a wake word needs a model of its own"));
  EXPECT_TRUE(work.asked.empty());
}

TEST_F(WakeTrainerTest, ARecordingThatIsNoneIsToldAtOnceAndNothingIsKept) {
  work.answers.push_back(fail(ErrorCode::kInvalidArgument, "Recording too short (0.3s). Minimum is 0.5s"));
  EXPECT_EQ(refusal(request()), "Recording too short (0.3s). Minimum is 0.5s");
  EXPECT_TRUE(jobs.list({.kind = std::string{kWakeFitJob}})->empty());
}

TEST_F(WakeTrainerTest, OneIsTrainedAtATimeForWhoDoesNotWait) {
  work.answers.push_back(looked_at());
  ASSERT_TRUE(trainer.fit(alice, request(), WhenBusy::kRefuse));
  const auto second = trainer.fit(alice, request(), WhenBusy::kRefuse);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(second.error().message, "Server is busy with another training job. Please try again later.");
}

TEST_F(WakeTrainerTest, AProcessThatDiesLeavesNoModel) {
  work.answers.push_back(looked_at());
  const auto job = trainer.fit(alice, request(), WhenBusy::kWait).take();
  work.answers.push_back(fail(ErrorCode::kUnavailable, "The process ended by signal 9.", {{"reason", "crashed"}}));
  EXPECT_FALSE(trainer.run_fit(alice, job.parameters, control));
  EXPECT_EQ(catalog.get_model(alice, ref("jarvis")).error().code, ErrorCode::kNotFound);
}

TEST_F(WakeTrainerTest, AnExportIsADerivedFileAndSaysHowNearItCame) {
  work.answers.push_back(looked_at());
  const auto job = trainer.fit(alice, request(), WhenBusy::kWait).take();
  work.answers.push_back(fitted());
  ASSERT_TRUE(end(trainer.run_fit(alice, job.parameters, control)));
  const auto exporting = exporter.submit(alice, ref("jarvis"), std::nullopt).take();
  work.answers.push_back(ScriptedWork::Answer{.result = R"({"onnx_parity":{"sounds":8,"max_difference":1e-6}})",
                                              .outputs = {{"model.onnx", "graph"}}});
  const auto result = end(exporter.run(alice, exporting.parameters, control)).take();
  EXPECT_EQ(result.at("path"), "jarvis.onnx");
  std::map<std::string, std::string> inputs{work.asked.back().inputs.begin(), work.asked.back().inputs.end()};
  EXPECT_EQ(inputs["model.pt"], "program");
  EXPECT_EQ(inputs["recording_001.wav"], "first");
  const auto view = catalog.get_version(alice, ref("jarvis"), std::nullopt).take();
  ASSERT_EQ(view.derived.size(), 1U);
  EXPECT_EQ(json::parse(view.version.metadata).at("onnx_parity").at("sounds"), 8);

  // A later one that fails takes its word back, and the version stays.
  work.answers.push_back(fail(ErrorCode::kFailedPrecondition, "Its encoder cannot be written."));
  const auto again = end(exporter.run(alice, exporting.parameters, control)).take();
  EXPECT_EQ(again.at("onnx_failure"), "Its encoder cannot be written.");
  const auto after = catalog.get_version(alice, ref("jarvis"), std::nullopt).take();
  const auto record = json::parse(after.version.metadata);
  EXPECT_FALSE(record.as_object().contains("onnx_parity"));
}

TEST_F(WakeTrainerTest, AnExportOfAVersionWithoutAProgramMakesThatToo) {
  auto version = files({{"wake_word.safetensors", "weights"}}, alice);
  version.kind = registry::Kind::kWakeWord;
  ASSERT_TRUE(publisher.publish(alice, ref("jarvis"), std::move(version)));
  const auto exporting = exporter.submit(alice, ref("jarvis"), std::nullopt).take();
  work.answers.push_back(
      ScriptedWork::Answer{.result = "{}", .outputs = {{"model.onnx", "graph"}, {"model.pt", "program"}}});
  const auto result = end(exporter.run(alice, exporting.parameters, control)).take();
  EXPECT_EQ(result.at("path"), "jarvis.onnx");
  EXPECT_EQ(result.at("digest").as_string(), Digest::of("graph").to_string());
  const auto view = catalog.get_version(alice, ref("jarvis"), std::nullopt).take();
  std::vector<std::string> derived;
  for (const auto& one : view.derived) derived.push_back(one.file.path.text());
  EXPECT_THAT(derived, ::testing::UnorderedElementsAre("jarvis.onnx", "jarvis.pt"));
}

TEST_F(WakeTrainerTest, AnImportedEncoderIsHandedToTheProcessWithItsDigest) {
  ASSERT_TRUE(publish_encoder("ear", {{"embedding.onnx", "a graph"}}));
  auto wanted = request();
  wanted.base = "custom/ear";
  wanted.options = R"({"positives":100,"sentences":4,"use_hard_negatives":false,"trim_ends":true})";
  work.answers.push_back(looked_at());
  const auto job = trainer.fit(alice, wanted, WhenBusy::kWait).take();
  EXPECT_EQ(json::parse(work.asked.back().parameters).at("trim_ends"), true);
  work.answers.push_back(fitted());
  ASSERT_TRUE(trainer.run_fit(alice, job.parameters, control));
  const auto parameters = json::parse(work.asked.back().parameters).as_object();
  EXPECT_EQ(parameters.at("base"), "custom/ear");
  EXPECT_EQ(parameters.at("base_digest").as_string(), Digest::of("a graph").to_string());
  std::map<std::string, std::string> inputs{work.asked.back().inputs.begin(), work.asked.back().inputs.end()};
  EXPECT_EQ(inputs["base.onnx"], "a graph");
}

TEST_F(WakeTrainerTest, ABaseThatIsNoneIsRefusedWithTheWayToBringOne) {
  auto wanted = request();
  wanted.base = "google/ear";
  EXPECT_EQ(trainer.fit(alice, wanted, WhenBusy::kWait).error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refusal(wanted), HasSubstr("weigh import FILE.onnx --kind encoder --name google/ear"));
  ASSERT_TRUE(publish_encoder("words", {{"tokenizer.json", "{}"}, {"model.safetensors", "w"}}));
  wanted.base = "custom/words";
  EXPECT_THAT(refusal(wanted), HasSubstr("one .onnx file"));
  EXPECT_TRUE(work.asked.empty());
}

TEST_F(WakeTrainerTest, OnlyWakeWordsOfOursAreExported) {
  ASSERT_TRUE(publish("jarvis", {{"model.pt", "weights"}}));
  EXPECT_EQ(exporter.submit(alice, ref("jarvis"), std::nullopt).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace weighhouse::services
