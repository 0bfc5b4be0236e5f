#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "learners/text/text_model_parts.h"
#include "worker/text/files.h"
#include "worker/text/orders.h"
#include "worker/text/text_work.h"

namespace weighhouse::worker {
namespace json = boost::json;

using runtimes::LoadedModel;
using runtimes::ModelFile;

namespace {

constexpr std::size_t kMostWords = 20;

json::array words_of(const learners::TextModel& model, std::string_view text, std::uint32_t label) {
  auto shares = model.explain(text, label);
  std::stable_sort(shares.begin(), shares.end(),
                   [](const auto& a, const auto& b) { return std::abs(a.share) > std::abs(b.share); });
  if (shares.size() > kMostWords) shares.resize(kMostWords);
  json::array words;
  for (const auto& share : shares) {
    words.push_back(json::object{{"text", text.substr(share.begin_bytes, share.end_bytes - share.begin_bytes)},
                                 {"weight", share.share}});
  }
  return words;
}

class LoadedClassifier final : public LoadedModel {
 public:
  explicit LoadedClassifier(learners::TextModel model) : model_(std::move(model)) {
    for (const auto& label : model_.labels()) labels_.emplace_back(label);
  }

  std::uint64_t size_bytes() const override {
    const auto& space = model_.parts().space;
    // A name, a weight, two slots to find it by, and a weight for each label.
    return space.size() *
           (sizeof(std::uint64_t) + sizeof(float) + 2 * sizeof(std::uint32_t) + sizeof(float) * model_.labels().size());
  }

  Result<std::string> answer(std::string_view request) const override {
    json::error_code error;
    const auto value = json::parse(json::string_view{request.data(), request.size()}, error);
    const auto* texts = !error && value.is_object() ? value.get_object().if_contains("texts") : nullptr;
    if (texts == nullptr || !texts->is_array()) {
      return fail(ErrorCode::kInvalidArgument, "A question to a classifier has \"texts\".");
    }
    const auto* explain = value.get_object().if_contains("explain");
    const bool with_words = explain != nullptr && explain->is_bool() && explain->get_bool();

    learners::TextModel::Workspace workspace;
    learners::TextPrediction prediction;
    json::array predictions;
    for (const auto& text : texts->get_array()) {
      if (!text.is_string()) return fail(ErrorCode::kInvalidArgument, "Each of \"texts\" is a text.");
      const std::string_view words{text.get_string()};
      model_.predict(words, workspace, prediction);
      json::array scores;
      scores.reserve(prediction.scores.size());
      for (const float score : prediction.scores) scores.emplace_back(score);
      json::object one{{"scores", std::move(scores)}};
      if (with_words) one["words"] = words_of(model_, words, prediction.label);
      predictions.push_back(std::move(one));
    }
    return json::serialize(json::object{{"labels", labels_}, {"predictions", std::move(predictions)}});
  }

 private:
  learners::TextModel model_;
  json::array labels_;
};

class TextRuntime final : public runtimes::Runtime {
 public:
  std::string_view name() const override { return "text"; }
  Result<std::shared_ptr<const LoadedModel>> load(std::vector<ModelFile> files) const override {
    const auto file = TRY(runtimes::only_file(std::move(files), name()));
    auto model = TRY(read_classifier(file.file.get()));
    return std::make_shared<const LoadedClassifier>(std::move(model));
  }
};

}  // namespace

std::shared_ptr<const runtimes::Runtime> text_runtime() { return std::make_shared<const TextRuntime>(); }

void add_text_work(Abilities& abilities, const std::string& program) {
  abilities.orders["fit"] = [program](OrderContext& order) { return fit_text(order, program); };
  abilities.orders["evaluate"] = evaluate_text;
  abilities.runtimes.push_back(text_runtime());
}

}  // namespace weighhouse::worker
