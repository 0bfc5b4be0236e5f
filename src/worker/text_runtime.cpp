#include "worker/text_runtime.h"

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>

#include "base/bytes.h"
#include "learners/text/model_file.h"
#include "worker/text/encoder_inputs.h"
#include "worker/text/files.h"

namespace weighhouse::worker {
namespace json = boost::json;

namespace {

class TextClassifier final : public runtimes::LoadedModel {
 public:
  TextClassifier(learners::TextModel model, std::uint64_t size_bytes)
      : model_(std::move(model)), size_bytes_(size_bytes) {
    for (const auto& label : model_.labels()) labels_.emplace_back(label);
  }

  std::uint64_t size_bytes() const override { return size_bytes_; }

  Result<std::string> answer(std::string_view request) const override {
    boost::system::error_code error;
    const auto parsed = json::parse(request, error);
    const auto* texts = !error && parsed.is_object() ? parsed.get_object().if_contains("texts") : nullptr;
    if (texts == nullptr || !texts->is_array()) return wrong();
    const auto* explain = parsed.get_object().if_contains("explain");
    const bool explained = explain != nullptr && explain->is_bool() && explain->get_bool();
    // One for each thread, so that a stream of texts allocates nothing.
    thread_local learners::TextModel::Workspace workspace;
    thread_local learners::TextPrediction prediction;
    json::array predictions;
    predictions.reserve(texts->get_array().size());
    for (const auto& text : texts->get_array()) {
      if (!text.is_string()) return wrong();
      const std::string_view bytes = text.get_string();
      TRY(model_.encode(bytes, workspace));
      model_.predict(bytes, workspace, prediction);
      json::object one{{"label", model_.labels()[prediction.label]}, {"scores", json::value_from(prediction.scores)}};
      if (explained) one["words"] = words_of(bytes);
      predictions.push_back(std::move(one));
    }
    return json::serialize(json::object{{"labels", labels_}, {"predictions", std::move(predictions)}});
  }

 private:
  static tl::unexpected<Error> wrong() {
    return fail(ErrorCode::kInvalidArgument, "A text classifier is asked with {\"texts\": [\"…\"]}.");
  }

  json::array words_of(std::string_view text) const {
    json::array words;
    const auto label = model_.predict(text).label;
    for (const auto& word : model_.explain(text, label))
      words.push_back(json::array{word.begin_bytes, word.end_bytes, word.share});
    return words;
  }

  learners::TextModel model_;
  std::uint64_t size_bytes_;
  json::array labels_{};
};

class TextRuntime final : public runtimes::Runtime {
 public:
  explicit TextRuntime(std::shared_ptr<const runtimes::Runtime> onnx) : encoders_(std::move(onnx)) {}
  std::string_view name() const override { return "text"; }
  Result<std::shared_ptr<const runtimes::LoadedModel>> load(std::vector<runtimes::ModelFile> files) const override {
    const auto of_encoder = std::stable_partition(
        files.begin(), files.end(), [](const runtimes::ModelFile& file) { return !is_encoder_file(file.name); });
    std::vector<runtimes::ModelFile> encoder_files{std::make_move_iterator(of_encoder),
                                                   std::make_move_iterator(files.end())};
    files.erase(of_encoder, files.end());
    auto file = TRY(runtimes::only_file(std::move(files), name()));
    const auto info = TRY(stat_file(file.file.get(), file.name));
    const FileAccess bytes{std::move(file.file), info.size_bytes};
    auto model = TRY(learners::read_text_model(bytes));
    if (!model.needs_encoder()) return std::make_shared<const TextClassifier>(std::move(model), info.size_bytes);
    if (encoder_files.empty()) return fail(lacks_encoder(model));
    auto encoder = TRY(encoders_.get(model.record().base_digest, std::move(encoder_files)));
    // Counted for each that holds it: whichever goes last takes it along.
    const auto size_bytes = info.size_bytes + encoder->size_bytes();
    model = TRY(model.with_encoder(std::move(encoder)));
    return std::make_shared<const TextClassifier>(std::move(model), size_bytes);
  }

 private:
  mutable SharedEncoders encoders_;
};

}  // namespace

std::shared_ptr<const runtimes::Runtime> text_runtime(std::shared_ptr<const runtimes::Runtime> onnx) {
  return std::make_shared<const TextRuntime>(std::move(onnx));
}

}  // namespace weighhouse::worker
