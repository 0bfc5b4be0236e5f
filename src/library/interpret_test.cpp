#include "library/interpret.h"

#include <gmock/gmock.h>

namespace weighhouse::library {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

DiskEntry folder(const std::string& key, const std::vector<std::string>& paths) {
  const auto slash = key.find('/');
  DiskEntry entry{.key = key, .folder = key, .name_space = key.substr(0, slash), .name = key.substr(slash + 1)};
  std::uint64_t inode = 1;
  for (const auto& path : paths) entry.files.push_back({path, {10, 100, inode++}});
  std::sort(entry.files.begin(), entry.files.end());
  return entry;
}

LedgerEntry known(const std::string& key, const std::vector<std::pair<std::string, Part>>& files) {
  LedgerEntry entry{.key = key, .model = {"01"}};
  for (const auto& [path, part] : files)
    entry.files.push_back({.path = path, .digest = Digest::of(path), .stamp = {10, 100, 1}, .part = part});
  return entry;
}

Candidate candidate(const Shape& shape) {
  const auto* found = std::get_if<Candidate>(&shape);
  EXPECT_NE(found, nullptr) << (std::holds_alternative<Broken>(shape) ? std::get<Broken>(shape).message : "nothing");
  return found == nullptr ? Candidate{} : *found;
}

std::vector<std::string> paths(const std::vector<DiskFile>& files) {
  std::vector<std::string> list;
  for (const auto& file : files) list.push_back(file.path);
  return list;
}

TEST(Interpret, KeepsTheRecordOfAPairOutOfItsFiles) {
  const auto found =
      candidate(read_shape(folder("custom/jarvis", {"jarvis.json", "jarvis.onnx", "jarvis.pt"}), nullptr));
  EXPECT_EQ(found.metadata->path, "jarvis.json");
  EXPECT_THAT(paths(found.files), ElementsAre("jarvis.onnx", "jarvis.pt"));
}

TEST(Interpret, TakesTheOneJsonBesideTheOneWeightsForTheRecordOnlyWherePairsLive) {
  EXPECT_EQ(candidate(read_shape(folder("custom/jarvis", {"old.pt", "other.json"}), nullptr)).metadata->path,
            "other.json");
  const auto elsewhere = candidate(read_shape(folder("tts/vits", {"config.json", "model_file.pt"}), nullptr));
  EXPECT_FALSE(elsewhere.metadata.has_value());
  EXPECT_THAT(paths(elsewhere.files), ElementsAre("config.json", "model_file.pt"));
}

TEST(Interpret, TakesAClassifiersFolderWhateverWasDerivedFromIt) {
  for (const std::vector<std::string>& derived :
       {std::vector<std::string>{}, {"classifier.onnx"}, {"classifier.onnx", "classifier.pt"}}) {
    std::vector<std::string> names{"classifier.safetensors", "tickets.json", "training_data.jsonl"};
    names.insert(names.end(), derived.begin(), derived.end());
    const auto found = candidate(read_shape(folder("custom/copied", names), nullptr));
    ASSERT_TRUE(found.metadata.has_value());
    EXPECT_EQ(found.metadata->path, "tickets.json");
    EXPECT_EQ(found.files.size(), names.size() - 1);
  }
}

TEST(Interpret, PrefersModelPtWithMetadataJson) {
  const auto found = candidate(read_shape(folder("custom/x", {"charts.json", "metadata.json", "model.pt"}), nullptr));
  EXPECT_EQ(found.metadata->path, "metadata.json");
}

TEST(Interpret, RemembersWhichFileItWroteTheRecordTo) {
  const auto before = known("nlu/intent", {{"intent.json", Part::kMetadata}, {"model.bin", Part::kFile}});
  EXPECT_EQ(candidate(read_shape(folder("nlu/intent", {"intent.json", "model.bin"}), &before)).metadata->path,
            "intent.json");
}

TEST(Interpret, FindsNothingInANewEmptyFolderAndSomethingMissingInAKnownOne) {
  EXPECT_TRUE(std::holds_alternative<Nothing>(read_shape(folder("custom/jarvis", {}), nullptr)));
  const auto before = known("custom/jarvis", {{"jarvis.pt", Part::kFile}});
  EXPECT_TRUE(std::holds_alternative<Broken>(read_shape(folder("custom/jarvis", {}), &before)));
}

TEST(Interpret, FindsARestoreOnlyInFoldersOfTheSameShape) {
  const auto pair = candidate(read_shape(folder("custom/jarvis", {"jarvis.json", "jarvis.pt", "jarvis_v1/jarvis.json",
                                                                  "jarvis_v1/jarvis.pt", "recordings/one.wav"}),
                                         nullptr));
  ASSERT_EQ(pair.restores.size(), 1U);
  EXPECT_EQ(pair.restores[0].folder, "custom/jarvis/jarvis_v1");
  EXPECT_THAT(paths(pair.files), ElementsAre("jarvis.pt", "recordings/one.wav"));

  // A transformer has folders with models in them that belong to it.
  const auto before = known(
      "st/mini", {{"config.json", Part::kFile}, {"model.safetensors", Part::kFile}, {"onnx/model.onnx", Part::kFile}});
  const auto whole =
      candidate(read_shape(folder("st/mini", {"config.json", "model.safetensors", "onnx/model.onnx"}), &before));
  EXPECT_THAT(whole.restores, IsEmpty());
  const auto copied =
      candidate(read_shape(folder("st/mini", {"config.json", "mini_old/config.json", "mini_old/model.safetensors",
                                              "mini_old/onnx/model.onnx", "model.safetensors", "onnx/model.onnx"}),
                           &before));
  ASSERT_EQ(copied.restores.size(), 1U);
  EXPECT_THAT(paths(copied.restores[0].files), ElementsAre("config.json", "model.safetensors", "onnx/model.onnx"));
}

TEST(Interpret, SeesDifferencesByStampsAlone) {
  auto before = known("custom/jarvis", {{"jarvis.pt", Part::kFile}, {"jarvis.json", Part::kMetadata}});
  auto now = folder("custom/jarvis", {"jarvis.json", "jarvis.pt"});
  for (auto& file : now.files) file.stamp = {10, 100, 1};
  EXPECT_TRUE(difference(now, before).none());
  now.files[1].stamp.modified_ns = 101;
  EXPECT_THAT(difference(now, before).changed, ElementsAre("jarvis.pt"));
  now.files[1].path = "other.pt";
  EXPECT_THAT(difference(now, before).added, ElementsAre("other.pt"));
  EXPECT_THAT(difference(now, before).missing, ElementsAre("jarvis.pt"));
}

TEST(Interpret, JudgesChangedBytesToBeANewVersionAndOtherNamesOfAPairToBeTheSame) {
  const auto before = known(
      "custom/jarvis", {{"jarvis.pt", Part::kFile}, {"jarvis.json", Part::kMetadata}, {"jarvis.onnx", Part::kDerived}});
  const Digest weights = Digest::of("jarvis.pt");
  EXPECT_EQ(judge({{"jarvis.pt", weights}}, before).meaning, Meaning::kSame);
  EXPECT_EQ(judge({{"model.pt", weights}}, before).meaning, Meaning::kSame);
  EXPECT_EQ(judge({{"jarvis.pt", Digest::of("other")}}, before).meaning, Meaning::kNewVersion);
  EXPECT_EQ(judge({{"jarvis.pt", weights}, {"history.json", Digest::of("h")}}, before).meaning, Meaning::kNewVersion);
}

TEST(Interpret, JudgesFilesThatOnlyWentMissingToBeAnAccident) {
  const auto before = known("nlu/intent", {{"model.bin", Part::kFile}, {"vocab.txt", Part::kFile}});
  const auto verdict = judge({{"model.bin", Digest::of("model.bin")}}, before);
  EXPECT_EQ(verdict.meaning, Meaning::kIncomplete);
  EXPECT_THAT(verdict.missing, ElementsAre("vocab.txt"));
  EXPECT_EQ(judge({{"model.bin", Digest::of("new")}}, before).meaning, Meaning::kNewVersion);
}

TEST(Interpret, NamesAreNoIdentityOutsideOfPairs) {
  const auto before = known("nlu/intent", {{"a.bin", Part::kFile}, {"b.txt", Part::kFile}});
  EXPECT_EQ(judge({{"a.bin", Digest::of("b.txt")}, {"b.txt", Digest::of("a.bin")}}, before).meaning,
            Meaning::kNewVersion);
}

TEST(Interpret, FindsARenamedFolderByStampsOrByDigests) {
  const auto gone = known("custom/jarvis", {{"jarvis.pt", Part::kFile}, {"jarvis.onnx", Part::kDerived}});
  auto moved = folder("custom/friday", {"jarvis.onnx", "jarvis.pt"});
  for (auto& file : moved.files) file.stamp = {10, 100, 1};
  EXPECT_EQ(find_moved_by_stamps(moved, {&gone}), &gone);
  moved.files[0].stamp.inode = 7;
  EXPECT_EQ(find_moved_by_stamps(moved, {&gone}), nullptr);
  EXPECT_EQ(find_moved_by_digests({{"x.pt", Digest::of("jarvis.pt")}}, {&gone}), &gone);
  EXPECT_EQ(find_moved_by_digests({{"x.pt", Digest::of("jarvis.pt")}, {"x.onnx", Digest::of("jarvis.onnx")}}, {&gone}),
            &gone);
  EXPECT_EQ(find_moved_by_digests({{"x.pt", Digest::of("other")}}, {&gone}), nullptr);
}

}  // namespace
}  // namespace weighhouse::library
