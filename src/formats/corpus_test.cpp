#include <gtest/gtest.h>

#include "base/file.h"
#include "formats/testing/fuzz_checks.h"

// What the fuzzers begin with and what they once found, in every build and with every compiler.
namespace weighhouse::formats {
namespace {

std::string corpus(std::string_view target) { return join_path(WEIGH_FUZZ_CORPUS, target); }

struct Target {
  const char* name;
  void (*check)(std::string_view);
};

class Corpus : public ::testing::TestWithParam<Target> {};

TEST_P(Corpus, HoldsEveryPromise) {
  const auto& [target, check_target] = GetParam();
  const auto names = list_directory(corpus(target)).take();
  EXPECT_FALSE(names.empty());
  for (const auto& name : names) {
    SCOPED_TRACE(name);
    check_target(read_file(join_path(corpus(target), name)).take());
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, Corpus,
                         ::testing::Values(Target{"zip", testing::check_zip}, Target{"pickle", testing::check_pickle},
                                           Target{"pytorch", testing::check_pytorch},
                                           Target{"safetensors", testing::check_safetensors},
                                           Target{"onnx", testing::check_onnx}, Target{"gguf", testing::check_gguf},
                                           Target{"tflite", testing::check_tflite},
                                           Target{"audio", testing::check_audio},
                                           Target{"detect", testing::check_detect}),
                         [](const auto& target) { return std::string{target.param.name}; });

Report inspected(std::string_view name) {
  const auto bytes = read_file(corpus(name)).take();
  return inspect(MemoryAccess{bytes}, name).take();
}

// Files that PyTorch itself wrote.
TEST(RealFiles, StateDictWithTiedWeights) {
  const auto report = inspected("zip/torch-1.13-state_dict.pt");
  EXPECT_EQ(report.level, Level::kDataOnly);
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(report.summary, "PyTorch state_dict, 7 tensors, 37 parameters");
  EXPECT_EQ(report.tensors[1].tied_to, "emb.weight");
}

TEST(RealFiles, StateDictFromBefore16) {
  const auto report = inspected("pickle/torch-1.13-legacy.pt");
  EXPECT_EQ(report.level, Level::kDataOnly);
  EXPECT_EQ(report.summary, "PyTorch state_dict from before 1.6, 7 tensors, 37 parameters");
}

TEST(RealFiles, ScriptedModule) {
  const auto report = inspected("zip/torch-1.13-script.pt");
  EXPECT_EQ(report.format, Format::kTorchscript);
  EXPECT_EQ(report.level, Level::kCodeBearing);
  EXPECT_EQ(report.summary, "TorchScript object \"__torch__.Tiny\", 1 tensor, 4 parameters, 1 code file");
}

TEST(RealFiles, EveryElementType) {
  const auto report = inspected("zip/torch-1.13-types.pt");
  std::vector<std::string> types;
  for (const auto& tensor : report.tensors) types.push_back(tensor.type);
  EXPECT_EQ(types, (std::vector<std::string>{"F16", "BF16", "BOOL", "I8", "C64", "F32"}));
  EXPECT_TRUE(report.findings.empty());
}

TEST(RealFiles, ArrayOfObjectsFromNumpy) { EXPECT_EQ(inspected("zip/numpy-objects.npz").level, Level::kCodeBearing); }

// Files that joblib itself wrote, of a dict with seven entries.
TEST(RealFiles, JoblibWithArraysOfSixTypes) {
  for (const std::string_view name :
       {"pickle/plain.joblib", "pickle/proto2.joblib", "detect/zlib.joblib", "detect/gz.joblib.gz"}) {
    const auto report = inspected(name);
    EXPECT_EQ(report.format, Format::kPickle) << name;
    EXPECT_EQ(report.level, Level::kCodeBearing) << name;
    std::map<std::string, std::string> types;
    for (const auto& tensor : report.tensors) types.emplace(tensor.name, tensor.type);
    EXPECT_EQ(
        types,
        (std::map<std::string, std::string>{
            {"weights", "F32"}, {"bias", "F64"}, {"names", "STRING"}, {"f", "I64"}, {"big", "I32"}, {"s", "F64"}}))
        << name;
  }
}

TEST(RealFiles, JoblibWithAnArrayOfObjects) {
  const auto report = inspected("pickle/object.joblib");
  EXPECT_EQ(report.level, Level::kCodeBearing);
  ASSERT_EQ(report.tensors.size(), 2U);
  EXPECT_EQ(report.tensors[0].type, "OBJECT");
  EXPECT_EQ(report.tensors[1].type, "F16");
}

TEST(FuzzChecks, HearTheWordOnlyInOurOwnSentences) {
  EXPECT_TRUE(testing::says_safe("This file is safe."));
  EXPECT_TRUE(testing::says_safe("Safe"));
  EXPECT_FALSE(testing::says_safe("The name \"safe\" promises safetensors."));
}

}  // namespace
}  // namespace weighhouse::formats
