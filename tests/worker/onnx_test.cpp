#include <boost/json.hpp>
#include <filesystem>

#include "fixture.h"
#include "workers/prediction_worker.h"

namespace weighhouse::workers {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

using Files = std::vector<std::pair<std::string, std::string>>;  // name, bytes

class OnnxInAWorker : public WorkerTest {
 protected:
  OnnxInAWorker() { settings.program = WEIGH_WORKER; }
  static std::string bytes_of(const std::string& name) {
    return read_file(std::string{WEIGH_MODELS} + "/" + name).value();
  }
  static services::ModelSource source(const Files& files) {
    std::string key;
    for (const auto& [name, bytes] : files) key += name + Digest::of(bytes).to_string();
    return {.key = key, .runtime = "onnx", .open = [files] {
              std::vector<services::WorkFile> opened;
              for (const auto& [name, bytes] : files) opened.push_back({name, file_with(bytes)});
              return Result<std::vector<services::WorkFile>>{std::move(opened)};
            }};
  }
  static Result<std::string> ask(PredictionWorker& worker, const Files& files, std::string_view request = kQuestion) {
    return worker.predict(source(files), request, 60s);
  }
  // Tests that run models: only where the build could get ONNX Runtime.
  static bool has_library(const Result<std::string>& answer) {
    return answer || answer.error().code != ErrorCode::kFailedPrecondition;
  }
  static constexpr std::string_view kQuestion = R"({"inputs":[{"type":"float32","shape":[2,3],"data":[1,0,0,0,1,1]}]})";
  const std::string whole = bytes_of("affine.onnx");
  const std::string apart = bytes_of("affine_apart.onnx");
  const std::string data = bytes_of("affine.data");
};

TEST_F(OnnxInAWorker, AnswersWithTensors) {
  PredictionWorker worker{settings};
  const auto answer = ask(worker, {{"affine.onnx", whole}});
  if (!has_library(answer)) GTEST_SKIP() << answer.error().message;
  ASSERT_TRUE(answer) << answer.error().message;
  const auto output = json::parse(*answer).at("outputs").at(0);
  EXPECT_EQ(output.at("name"), "y");
  EXPECT_EQ(output.at("shape"), json::parse("[2,2]"));
  EXPECT_EQ(json::value_to<std::vector<double>>(output.at("data")), (std::vector<double>{1.5, 4.5, 8.5, 12.5}));
  EXPECT_EQ(ask(worker, {{"affine.onnx", whole}}, R"({"describe":true})").value(),
            R"({"inputs":[{"name":"x","type":"F32","shape":["batch","3"]}],)"
            R"("outputs":[{"name":"y","type":"F32","shape":["batch","2"]}]})");
  EXPECT_GE(worker.health().models, 0U);
}

TEST_F(OnnxInAWorker, TakesExternalDataFromTheFilesThatCameWithIt) {
  PredictionWorker worker{settings};
  const auto answer = ask(worker, {{"affine.data", data}, {"affine_apart.onnx", apart}});
  if (!has_library(answer)) GTEST_SKIP() << answer.error().message;
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer.value(), ask(worker, {{"affine.onnx", whole}}).value());
}

// These are said before ONNX Runtime is looked for.
TEST_F(OnnxInAWorker, RefusesExternalDataThatAreElsewhere) {
  PredictionWorker worker{settings};
  const auto absent = ask(worker, {{"affine_apart.onnx", apart}});
  EXPECT_EQ(absent.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(absent.error().message, HasSubstr("affine.data"));
  EXPECT_EQ(ask(worker, {{"affine.data", data.substr(1)}, {"affine_apart.onnx", apart}}).error().code,
            ErrorCode::kInvalidArgument);
  for (const std::string location : {"../ine.data", "/etc/passwd"}) {
    auto escaping = apart;
    for (auto at = escaping.find("affine.data"); at != std::string::npos; at = escaping.find("affine.data"))
      escaping.replace(at, location.size(), location);
    const auto refused = ask(worker, {{"affine_apart.onnx", escaping}, {"affine.data", data}});
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument) << location;
    EXPECT_THAT(refused.error().message, HasSubstr("folder")) << location;
  }
  EXPECT_EQ(worker.health().deaths, 0U);
}

TEST_F(OnnxInAWorker, RefusesWhatIsNoModelOrNoQuestionAndLivesOn) {
  PredictionWorker worker{settings};
  const auto library = ask(worker, {{"affine.onnx", whole}});
  EXPECT_EQ(ask(worker, {{"a.onnx", "not a model"}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ask(worker, {{"a.onnx", ""}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ask(worker, {{"a.onnx", whole}, {"b.onnx", whole}}).error().code, ErrorCode::kInvalidArgument);
  for (std::size_t size = 1; size < whole.size(); size += 7) {
    const auto cut = ask(worker, {{"a.onnx", whole.substr(0, size)}});
    EXPECT_TRUE(cut || cut.error().code == ErrorCode::kInvalidArgument ||
                cut.error().code == ErrorCode::kFailedPrecondition)
        << size;
  }
  if (!has_library(library)) GTEST_SKIP() << library.error().message;
  for (const char* request :
       {"no JSON", R"({"method":"paint","inputs":[]})", R"({"inputs":[]})",
        R"({"inputs":[{"type":"float32","shape":[1,2],"data":[1,0]}]})",
        R"({"inputs":[{"type":"int64","shape":[1,3],"data":[1,0,1]}]})", R"({"inputs":[{"texts":["a"]}]})",
        R"({"inputs":[{"name":"z","type":"float32","shape":[1,3],"data":[1,0,1]}]})"}) {
    EXPECT_EQ(ask(worker, {{"affine.onnx", whole}}, request).error().code, ErrorCode::kInvalidArgument) << request;
  }
  EXPECT_TRUE(ask(worker, {{"affine.onnx", whole}}));
  EXPECT_EQ(worker.health().deaths, 0U);
}

TEST_F(OnnxInAWorker, SaysHowToGetTheLibraryWhereThereIsNone) {
  const std::string folder = join_path(home.path(), "bin");
  ASSERT_TRUE(make_directories(folder));
  for (const std::string name : {"weigh-worker", "weigh-onnx.so"})
    std::filesystem::copy_file(std::string{WEIGH_BESIDE} + "/" + name, join_path(folder, name));
  settings.program = join_path(folder, "weigh-worker");
  PredictionWorker worker{settings};
  const auto answer = ask(worker, {{"affine.onnx", whole}});
  if (answer) GTEST_SKIP() << "this system has an ONNX Runtime of its own";
  EXPECT_EQ(answer.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(answer.error().message, HasSubstr("scripts/onnx_runtime"));
  EXPECT_EQ(worker.health().deaths, 0U);
}

}  // namespace
}  // namespace weighhouse::workers
