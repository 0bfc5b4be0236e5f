// Models of sound are weighed over real rows and blobs; only the processes are stood in for.

#include "services/sound_evaluator.h"

#include <gmock/gmock.h>

#include "formats/testing/zip_writer.h"
#include "services/testing/house_fixture.h"
#include "services/testing/stand_ins.h"

namespace weighhouse::services {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

std::string script() {
  formats::testing::ZipFileSpec zip;
  zip.entries = {{.name = "net/code/__torch__.py", .data = "class Net(Module):\n  pass\n"},
                 {.name = "net/constants.pkl", .data = std::string{"\x80\x02).", 4}},
                 {.name = "net/data.pkl", .data = std::string{"\x80\x02}.", 4}},
                 {.name = "net/version", .data = "3\n"}};
  return formats::testing::write_zip(zip);
}

class SoundEvaluatorTest : public HouseFixture {
 protected:
  void SetUp() override {
    jobs.add_lane("work", {});
    jobs.add_kind({.name = std::string{kEvaluateSoundsJob}, .lane = "work"},
                  [](const Caller&, const std::string&, JobControl&) -> Result<JobOutcome> { return std::string{}; });
    add("voice", registry::Kind::kSeparator, "model.pt", script());
    add("better", registry::Kind::kSeparator, "model.pt", script());
    add("jarvis", registry::Kind::kWakeWord, "wake_word.safetensors", "weights");
  }
  void add(std::string_view name, registry::Kind kind, const std::string& path, const std::string& bytes) {
    auto version = files({{path, bytes}}, alice);
    version.kind = kind;
    ASSERT_TRUE(publisher.publish(alice, ref(name), std::move(version)));
  }
  SoundEvaluation request(std::string_view model, const std::string& label = "") {
    KnownSounds sounds;
    for (const auto* name : {"a.wav", "b.wav", "c.wav"})
      sounds.audio.push_back({.sound = {take(name, alice).digest, name}, .label = label});
    return {.model = ref(model), .sounds = sounds, .data_name = "evening"};
  }
  // The id of an evaluation of files whose SI-SDR are these.
  Evaluator::View weigh(std::string_view model, const std::vector<double>& si_sdr) {
    const auto job = submit_sound_evaluation(desk, alice, request(model)).take();
    json::array list;
    for (std::size_t i = 0; i < si_sdr.size(); ++i) {
      list.push_back(
          json::object{{"name", std::to_string(i)},
                       {"si_sdr", si_sdr[i]},
                       {"sounds", json::array{json::object{{"name", "output_1.wav"}, {"offset", 4}, {"size", 6}}}}});
    }
    const json::object summary{{"form", "separation"}, {"items", 3}, {"seconds", 0.5}, {"si_sdr", 4}, {"files", list}};
    work.answers.push_back(ScriptedWork::Answer{json::serialize(summary), {{"sounds.zip", "zip:sounds"}}});
    const auto outcome = evaluator.run(alice, job.parameters, control).take();
    const auto result =
        metadata->transact_value<std::string>([&](registry::Transaction& rows) { return outcome.write(rows); }).take();
    return texts.get(alice, json::parse(result).at("evaluation").as_string().c_str()).take();
  }
  std::string refusal(const SoundEvaluation& wanted) {
    const auto job = submit_sound_evaluation(desk, alice, wanted);
    return job ? std::string{} : job.error().message;
  }

  JobRunner jobs{*metadata, clock};
  ScriptedWork work;
  QuietControl control;
  SoundDesk desk{*metadata, intake, jobs};
  SoundEvaluator evaluator{*metadata, blobs, intake, work, clock, ""};
  Evaluator texts{*metadata, blobs, intake, work, jobs, clock};
};

TEST_F(SoundEvaluatorTest, TheFiguresBecomeMetricsAndTheOutputsAreKept) {
  const auto view = weigh("voice", {3, 4, 5});
  EXPECT_TRUE(is_of_sounds(view.evaluation));
  EXPECT_EQ(view.evaluation.items, 3);
  EXPECT_EQ(catalog.get_version(alice, ref("voice"), std::nullopt)->metrics.at("si_sdr"), 4);
  const auto sound = find_sound(view.evaluation, 1, "output_1.wav").take();
  EXPECT_EQ(read_all(*blobs.open(sound.blob, sound.range).take(), 100).value(), "sounds");
  const auto missing = find_sound(view.evaluation, 1, "output_7.wav");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(find_sound(view.evaluation, 3, "output_1.wav"));
}

TEST_F(SoundEvaluatorTest, TheSameSoundsInAnyOrderAreTheSameData) {
  const auto first = weigh("voice", {3, 4, 5});
  const auto second = weigh("better", {4, 5.5, 6});
  EXPECT_EQ(first.evaluation.data, second.evaluation.data);
  auto turned = request("voice").sounds;
  std::swap(turned.audio[0], turned.audio[2]);
  EXPECT_EQ(Digest::of(json::serialize(to_json(turned))), first.evaluation.data);
}

TEST_F(SoundEvaluatorTest, AComparisonSaysByHowMuchOneIsBetterOnEachFile) {
  const auto first = weigh("voice", {3, 4, 5});
  const auto second = weigh("better", {4, 5.5, 6});
  const auto comparison = compare_sounds(first, second).take();
  EXPECT_EQ(comparison.metric, "si_sdr");
  EXPECT_NEAR(comparison.difference.difference, 3.5 / 3, 1e-9);
  EXPECT_EQ(comparison.verdict, scales::Verdict::kBetter);
  ASSERT_EQ(comparison.files.size(), 3U);
  EXPECT_EQ(comparison.files[1].to, 5.5);
  EXPECT_EQ(compare_sounds(second, first)->verdict, scales::Verdict::kWorse);
  auto other = second;
  other.evaluation.data = Digest::of("other sounds");
  EXPECT_THAT(compare_sounds(first, other).error().message, HasSubstr("different data"));
}

TEST_F(SoundEvaluatorTest, AWakeWordNeedsToKnowInWhichFilesItIsSaid) {
  EXPECT_THAT(refusal(request("jarvis")), HasSubstr("neither labelled positive"));
  EXPECT_EQ(refusal(request("jarvis", "positive")), "");
  add("words", registry::Kind::kTextClassifier, "classifier.safetensors", "weights");
  EXPECT_THAT(refusal(request("words")), HasSubstr("only separators are weighed"));
  add("notes", registry::Kind::kOther, "notes.txt", "text");
  EXPECT_THAT(refusal(request("notes")), HasSubstr("is a other, and on sounds"));
}

}  // namespace
}  // namespace weighhouse::services
