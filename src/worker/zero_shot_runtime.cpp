#include "worker/zero_shot_runtime.h"

#include <boost/json.hpp>
#include <optional>

#include "encoders/zero_shot.h"

namespace weighhouse::worker {
namespace json = boost::json;

namespace {

std::optional<std::vector<std::string>> texts_at(const json::object& asked, std::string_view key) {
  const auto* listed = asked.if_contains(json::string_view{key.data(), key.size()});
  if (listed == nullptr || !listed->is_array()) return std::nullopt;
  std::vector<std::string> texts;
  texts.reserve(listed->get_array().size());
  for (const auto& one : listed->get_array()) {
    if (!one.is_string()) return std::nullopt;
    texts.emplace_back(one.get_string());
  }
  return texts;
}

class Judge final : public runtimes::LoadedModel {
 public:
  explicit Judge(std::shared_ptr<const encoders::TextEncoder> encoder) : judge_(std::move(encoder)) {}

  std::uint64_t size_bytes() const override { return judge_.size_bytes(); }

  Result<std::string> answer(std::string_view request) const override {
    json::error_code error;
    const auto parsed = json::parse(request, error);
    if (error || !parsed.is_object()) return wrong();
    const json::object& asked = parsed.get_object();
    const auto texts = texts_at(asked, "texts");
    auto labels = texts_at(asked, "labels");
    if (!texts || !labels || labels->empty()) return wrong();
    encoders::ZeroShot::Question question{.labels = *std::move(labels)};
    const auto* hypothesis = asked.if_contains("hypothesis");
    if (hypothesis != nullptr && hypothesis->is_string()) question.hypothesis = hypothesis->get_string();
    const auto* alone = asked.if_contains("each_alone");
    question.each_alone = alone != nullptr && alone->is_bool() && alone->get_bool();
    json::array predictions;
    for (const auto& text : *texts) {
      const auto scores = TRY(judge_.judge(text, question));
      json::object prediction;
      prediction["scores"] = json::value_from(scores);
      predictions.push_back(std::move(prediction));
    }
    json::object answer;
    answer["labels"] = json::value_from(question.labels);
    answer["predictions"] = std::move(predictions);
    return json::serialize(answer);
  }

 private:
  static tl::unexpected<Error> wrong() {
    return fail(ErrorCode::kInvalidArgument,
                "A judge without training is asked with {\"texts\": [\"…\"], \"labels\": [\"…\"]}.");
  }

  encoders::ZeroShot judge_;
};

class ZeroShotRuntime final : public runtimes::Runtime {
 public:
  explicit ZeroShotRuntime(std::shared_ptr<const runtimes::Runtime> onnx) : onnx_(std::move(onnx)) {}
  std::string_view name() const override { return "zero-shot"; }
  Result<std::shared_ptr<const runtimes::LoadedModel>> load(std::vector<runtimes::ModelFile> files) const override {
    auto encoder = TRY(encoders::open_encoder(std::move(files), *onnx_));
    return std::make_shared<const Judge>(std::move(encoder));
  }

 private:
  std::shared_ptr<const runtimes::Runtime> onnx_;
};

}  // namespace

std::shared_ptr<const runtimes::Runtime> zero_shot_runtime(std::shared_ptr<const runtimes::Runtime> onnx) {
  return std::make_shared<const ZeroShotRuntime>(std::move(onnx));
}

}  // namespace weighhouse::worker
