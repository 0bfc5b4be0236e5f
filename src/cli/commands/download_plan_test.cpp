#include "cli/commands/download_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace weighhouse::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

client::Object version_of(const std::vector<std::string>& paths) {
  boost::json::array files;
  for (const auto& path : paths)
    files.push_back(client::Object{{"path", path}, {"digest", Digest::of(path).to_string()}, {"size_bytes", 3}});
  return {{"model", "custom/jarvis"}, {"reference", "custom/jarvis@3"}, {"files", std::move(files)}};
}

std::vector<std::string> targets(const Result<std::vector<WantedFile>>& files) {
  std::vector<std::string> out;
  for (const auto& file : files.value()) out.push_back(file.target);
  return out;
}

TEST(DownloadPlan, PutsASingleFileHere) {
  EXPECT_THAT(targets(plan_download(version_of({"onnx/jarvis.onnx"}), {}, {})), ElementsAre("jarvis.onnx"));
}

TEST(DownloadPlan, PutsSeveralFilesIntoAFolderNamedLikeTheModel) {
  EXPECT_THAT(targets(plan_download(version_of({"jarvis.pt", "onnx/jarvis.onnx"}), {}, {})),
              ElementsAre("jarvis/jarvis.pt", "jarvis/onnx/jarvis.onnx"));
}

TEST(DownloadPlan, TakesTheOutputAsAFileOrAFolder) {
  const auto folder = TemporaryDirectory::create().take();
  const auto one = version_of({"jarvis.pt"});
  EXPECT_THAT(targets(plan_download(one, {}, folder.path())), ElementsAre(folder.path() + "/jarvis.pt"));
  EXPECT_THAT(targets(plan_download(one, {}, folder.path() + "/other.pt")), ElementsAre(folder.path() + "/other.pt"));
  EXPECT_THAT(targets(plan_download(one, {}, folder.path() + "/new/")), ElementsAre(folder.path() + "/new/jarvis.pt"));
  EXPECT_THAT(targets(plan_download(version_of({"a", "b"}), {}, folder.path() + "/new")),
              ElementsAre(folder.path() + "/new/a", folder.path() + "/new/b"));
}

TEST(DownloadPlan, ChoosesOneFile) {
  const auto version = version_of({"jarvis.pt", "jarvis.json"});
  EXPECT_THAT(targets(plan_download(version, "jarvis.json", {})), ElementsAre("jarvis.json"));
  const auto missing = plan_download(version, "jarvis.onnx", {});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("weigh show custom/jarvis@3"));
}

TEST(DownloadPlan, RefusesPathsThatLeaveTheFolder) {
  for (const auto* path : {"../x", "/etc/passwd", "a/../../x", "a\\b", "C:/x", ""})
    EXPECT_FALSE(plan_download(version_of({path, "b"}), {}, {}).has_value()) << path;
  auto version = version_of({"a", "b"});
  version["model"] = "custom/..";
  EXPECT_FALSE(plan_download(version, {}, {}).has_value());
}

}  // namespace
}  // namespace weighhouse::cli
