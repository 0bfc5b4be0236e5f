#include <array>
#include <boost/json.hpp>
#include <cstdio>

#include "fixture.h"
#include "workers/prediction_worker.h"
#include "workers/process.h"

namespace weighhouse::workers {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

class Program : public WorkerTest {
 protected:
  Program() { settings.program = WEIGH_WORKER; }

  // A file of tests/worker/models.
  static services::ModelSource model(const std::string& name) {
    return {.key = name, .runtime = "torch", .open = [name]() -> Result<std::vector<services::WorkFile>> {
              auto file = TRY(open_file(std::string{WEIGH_MODELS} + "/" + name, OpenMode::kRead));
              std::vector<services::WorkFile> files;
              files.push_back({name, std::move(file)});
              return files;
            }};
  }
};

TEST_F(Program, SaysHelloAndLeavesWhenAskedTo) {
  auto process = Process::start({.program = WEIGH_WORKER, .name = "test"});
  ASSERT_TRUE(process) << process.error().message;
  EXPECT_THAT((*process)->hello().runtimes, ::testing::Contains("torch"));
  (*process)->finish();
  EXPECT_THAT(children(), ::testing::IsEmpty());
}

TEST_F(Program, RunsTorchScriptFromAnOpenFile) {
  PredictionWorker worker{settings};
  const auto answer =
      worker.predict(model("affine.pt"), R"({"inputs":[{"type":"float32","shape":[2,3],"data":[1,0,0,0,1,1]}]})", 60s);
  ASSERT_TRUE(answer) << answer.error().message;
  const auto output = json::parse(*answer).at("outputs").at(0);
  EXPECT_EQ(output.at("shape"), json::parse("[2,2]"));
  EXPECT_EQ(json::value_to<std::vector<double>>(output.at("data")), (std::vector<double>{1.5, 4.5, 5.5, 11.5}));
  const auto methods = worker.predict(model("affine.pt"), R"({"describe":true})", 60s);
  EXPECT_THAT(methods.value(), HasSubstr("\"forward\""));
  EXPECT_THAT(methods.value(), HasSubstr("\"lengths\""));
  const auto lengths =
      worker.predict(model("affine.pt"), R"({"method":"lengths","inputs":[{"texts":["one","three"]}]})", 60s);
  EXPECT_EQ(json::value_to<std::vector<int>>(json::parse(lengths.value()).at("outputs").at(0).at("data")),
            (std::vector<int>{3, 5}));
}

TEST_F(Program, TellsWhatTorchRefusesAndLivesOn) {
  PredictionWorker worker{settings};
  const auto wrong_shape =
      worker.predict(model("affine.pt"), R"({"inputs":[{"type":"float32","shape":[1,2],"data":[1,0]}]})", 60s);
  EXPECT_EQ(wrong_shape.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(worker.predict(model("affine.pt"), R"({"method":"paint","inputs":[]})", 60s).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(worker.predict(model("affine.pt"), "no JSON", 60s).error().code, ErrorCode::kInvalidArgument);
  const auto broken = worker.predict(model("README.md"), R"({"inputs":[]})", 60s);
  EXPECT_EQ(broken.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(broken.error().message, HasSubstr("no TorchScript"));
  EXPECT_EQ(worker.health().deaths, 0U);
}

// Shared libraries that a program asks for by name, and theirs not followed.
std::string libraries_of(const std::string& program) {
  const auto command = "readelf -d '" + program + "'";
  std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(command.c_str(), "r"), ::pclose};
  std::string text;
  std::array<char, 4096> buffer;
  while (const auto count = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) text.append(buffer.data(), count);
  return text;
}

TEST_F(Program, AloneLinksWhatLearns) {
  EXPECT_THAT(libraries_of(std::string{WEIGH_BESIDE} + "/weigh-torch.so"), HasSubstr("libtorch"));
  EXPECT_THAT(libraries_of(WEIGH_WORKER), Not(HasSubstr("libtorch")));
  const auto weigh = libraries_of(WEIGH_PROGRAM);
  ASSERT_THAT(weigh, HasSubstr("NEEDED"));
  for (const char* library : {"libtorch", "libc10", "blas", "lapack", "onnx", "libgomp"})
    EXPECT_THAT(weigh, Not(HasSubstr(library)));
}

}  // namespace
}  // namespace weighhouse::workers
