#include <algorithm>
#include <boost/json.hpp>

#include "fixture.h"
#include "learners/text/fit.h"
#include "learners/text/model_file.h"
#include "learners/text/testing/intents.h"
#include "workers/prediction_worker.h"

namespace weighhouse::workers {
namespace {

namespace json = boost::json;

class TextInAWorker : public WorkerTest {
 protected:
  TextInAWorker() { settings.program = WEIGH_WORKER; }
  services::ModelSource source() const {
    return {.key = "text", .runtime = "text", .open = [this] {
              std::vector<services::WorkFile> files;
              files.push_back({"model.safetensors", file_with(file)});
              return Result<std::vector<services::WorkFile>>{std::move(files)};
            }};
  }
  learners::TextModel model = learners::fit_text_classifier(learners::testing::intents(20), {}).take().model;
  std::string file = learners::to_safetensors(model);
};

TEST_F(TextInAWorker, IsAnsweredAsTheModelItselfWould) {
  PredictionWorker worker{settings};
  const auto answer =
      worker.predict(source(), R"({"texts":["where is my parcel","thanks, love it"],"explain":true})", 60s);
  ASSERT_TRUE(answer) << answer.error().message;
  const auto said = json::parse(*answer);
  const auto direct = model.predict("where is my parcel");
  const auto& first = said.at("predictions").at(0);
  EXPECT_EQ(first.at("label"), "locate");
  EXPECT_FLOAT_EQ(first.at("scores").at(direct.label).to_number<float>(), direct.score());
  EXPECT_EQ(first.at("words").as_array().size(), 4U);
  EXPECT_EQ(said.at("predictions").at(1).at("label"), "praise");
  EXPECT_EQ(said.at("labels").as_array().size(), 3U);
}

TEST_F(TextInAWorker, RefusesWhatIsNoQuestionAndWhatIsNoModel) {
  PredictionWorker worker{settings};
  for (const char* request : {"", "[]", R"({"texts":"one"})", R"({"texts":[1]})"})
    EXPECT_EQ(worker.predict(source(), request, 60s).error().code, ErrorCode::kInvalidArgument) << request;
  file.resize(file.size() / 2);
  auto broken = source();
  broken.key = "broken";
  EXPECT_EQ(worker.predict(broken, R"({"texts":["a"]})", 60s).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(worker.health().deaths, 0U);
}

}  // namespace
}  // namespace weighhouse::workers
