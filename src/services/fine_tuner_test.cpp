// Fine-tuning over real rows and blobs; only the processes are stood in for.

#include "services/fine_tuner.h"

#include <gmock/gmock.h>

#include "formats/testing/zip_writer.h"
#include "services/testing/house_fixture.h"
#include "services/testing/stand_ins.h"

namespace weighhouse::services {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

std::string script(const std::string& weights) {
  formats::testing::ZipFileSpec zip;
  zip.entries = {{.name = "net/code/__torch__.py", .data = "class Net(Module):\n  pass\n"},
                 {.name = "net/constants.pkl", .data = std::string{"\x80\x02).", 4}},
                 {.name = "net/data.pkl", .data = std::string{"\x80\x02}.", 4}},
                 {.name = "net/data/0", .data = weights},
                 {.name = "net/version", .data = "3\n"}};
  return formats::testing::write_zip(zip);
}

class FineTunerTest : public HouseFixture {
 protected:
  void SetUp() override {
    jobs.add_lane("work", {});
    jobs.add_kind({.name = std::string{kFineTuneJob}, .lane = "work"},
                  [](const Caller&, const std::string&, JobControl&) -> Result<JobOutcome> { return std::string{}; });
    auto version = files({{"voice.pt", script("weights")}}, alice);
    version.kind = registry::Kind::kSeparator;
    version.metadata = R"({"sample_rate":8000,"task":"separation"})";
    ASSERT_TRUE(publisher.publish(alice, ref("base"), std::move(version)));
  }

  SoundFile sound(const std::string& bytes, const std::string& name) { return {take(bytes, alice).digest, name}; }
  FineTuneRequest request() {
    KnownSounds sounds;
    sounds.audio.push_back(
        {.sound = sound("mixed", "b.wav"), .references = {sound("one", "1.wav"), sound("two", "2.wav")}});
    sounds.audio.push_back({.sound = sound("alone", "a.wav")});
    sounds.noise.push_back(sound("fan", "fan.wav"));
    return {.model = ref("mine"),
            .base = registry::Reference::parse("base").take(),
            .sounds = sounds,
            .options = R"({"epochs":2,"seed":7})"};
  }
  static ScriptedWork::Answer tuned() {
    return {
        .result = R"({"task":"separation","epochs":2,"val_loss":-3.5,"metrics":[{"name":"val_loss","value":-3.5}]})",
        .outputs = {{"model.pt", "tuned"}, {"metadata.json", R"({"task":"separation","custom":true,"epochs":2})"}}};
  }
  Result<json::object> end(const Result<JobOutcome>& outcome) {
    if (!outcome) return fail(outcome.error());
    const auto result =
        metadata->transact_value<std::string>([&](registry::Transaction& rows) { return outcome->write(rows); });
    if (!result) return fail(result.error());
    return json::parse(*result).as_object();
  }
  std::string refusal(const FineTuneRequest& wanted) {
    const auto job = submit_fine_tune(desk, alice, wanted);
    return job ? std::string{} : job.error().message;
  }

  JobRunner jobs{*metadata, clock};
  ScriptedWork work;
  QuietControl control;
  SoundDesk desk{*metadata, intake, jobs};
  FineTuner tuner{*metadata, blobs, intake, publisher, work, clock, ""};
};

TEST_F(FineTunerTest, MakesAVersionThatNamesItsBaseAndItsData) {
  const auto job = submit_fine_tune(desk, alice, request()).take();
  work.answers.push_back(tuned());
  const auto result = end(tuner.run(alice, job.parameters, control)).take();
  EXPECT_EQ(result.at("model"), "custom/mine");
  EXPECT_EQ(result.at("version"), 1);
  const auto view = catalog.get_version(alice, ref("mine"), std::nullopt).take();
  EXPECT_EQ(view.model.kind, registry::Kind::kSeparator);
  EXPECT_EQ(view.metrics.at("val_loss"), -3.5);
  EXPECT_EQ(view.version.origin.parent, "custom/base@1");
  const auto record = json::parse(view.version.metadata).as_object();
  EXPECT_EQ(record.at("base_model"), "custom/base");
  EXPECT_EQ(record.at("custom"), true);
  EXPECT_EQ(record.at("base_digest").as_string(), Digest::of(script("weights")).to_string());
  std::vector<std::string> paths;
  for (const auto& file : view.files) {
    paths.push_back(file.path.text());
    if (file.path.text() == "audio_data.json") {
      EXPECT_EQ(record.at("data_digest").as_string(), file.digest.to_string());
    }
  }
  EXPECT_THAT(paths, UnorderedElementsAre("model.pt", "audio_data.json"));
}

TEST_F(FineTunerTest, HandsTheProcessEachSoundOnceWithWhatIsSaidOfIt) {
  const auto job = submit_fine_tune(desk, alice, request()).take();
  work.answers.push_back(tuned());
  ASSERT_TRUE(tuner.run(alice, job.parameters, control));
  ASSERT_EQ(work.asked.size(), 1U);
  const auto parameters = json::parse(work.asked[0].parameters).as_object();
  EXPECT_EQ(parameters.at("task"), "separation");
  EXPECT_EQ(parameters.at("base"), (json::object{{"sample_rate", 8000}}));
  // By name: the order in which they were given says nothing.
  EXPECT_EQ(parameters.at("audio"), json::parse(R"([{"sound":0},{"sound":1,"references":[2,3]}])"));
  EXPECT_EQ(parameters.at("noise"), json::parse("[4]"));
  ASSERT_EQ(work.asked[0].inputs.size(), 2U);
  EXPECT_EQ(work.asked[0].inputs[0], (std::pair<std::string, std::string>{"model.pt", script("weights")}));
  EXPECT_EQ(work.asked[0].inputs[1].second, "alonemixedonetwofan");
}

TEST_F(FineTunerTest, NothingIsLeftOfATrainingThatFailed) {
  const auto job = submit_fine_tune(desk, alice, request()).take();
  work.answers.push_back(fail(ErrorCode::kUnavailable, "The process was killed."));
  EXPECT_FALSE(tuner.run(alice, job.parameters, control));
  EXPECT_FALSE(catalog.get_model(alice, ref("mine")));
}

TEST_F(FineTunerTest, RefusesAtOnceWhatCannotSucceed) {
  auto wanted = request();
  wanted.options = R"({"epochs":0})";
  EXPECT_THAT(refusal(wanted), HasSubstr("epochs is a number from 1 to 1000, not 0"));
  wanted.options = R"({"epoch":3})";
  EXPECT_THAT(refusal(wanted), HasSubstr("no option \"epoch\""));
  wanted = request();
  wanted.task = "translation";
  EXPECT_THAT(refusal(wanted), HasSubstr("not \"translation\""));
  wanted = request();
  wanted.sounds.audio[0].sound.digest = Digest::of("never sent");
  EXPECT_THAT(refusal(wanted), HasSubstr("Upload them first"));
  wanted = request();
  wanted.sounds.audio.clear();
  EXPECT_THAT(refusal(wanted), HasSubstr("files of sound are taken"));
  ASSERT_TRUE(publish("weights", {{"weights.safetensors", "no program"}}));
  wanted = request();
  wanted.base = registry::Reference::parse("weights").take();
  EXPECT_THAT(refusal(wanted), HasSubstr("has no TorchScript file"));
  ASSERT_TRUE(publish("mine", {{"notes.txt", "of another kind"}}));
  EXPECT_THAT(refusal(request()), HasSubstr("a separator needs a model of its own"));
}

}  // namespace
}  // namespace weighhouse::services
