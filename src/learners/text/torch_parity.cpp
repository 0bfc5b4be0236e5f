#include "learners/text/torch_parity.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace weighhouse::learners {
namespace {

using runtimes::Tensor;
using runtimes::Texts;
using runtimes::Value;

tl::unexpected<Error> refused(const std::string& reason) {
  return fail(ErrorCode::kInvalidArgument, "The TorchScript file does not answer as it should: " + reason + ".");
}

// Its labels() are the model's, in their order.
Result<> require_labels(const runtimes::TensorModel& exported, const TextModel& model) {
  const auto told = TRY(exported.run("labels", {}));
  const auto labels = model.labels();
  const auto is_label = [](const Value& value, const std::string& label) {
    const auto* texts = std::get_if<Texts>(&value.content);
    return texts != nullptr && texts->size() == 1 && texts->front() == label;
  };
  if (std::equal(told.begin(), told.end(), labels.begin(), labels.end(), is_label)) return {};
  return refused("its labels are others");
}

// What follows the labels of `texts` texts: a row of scores for each.
Result<std::vector<float>> scores_in(const std::vector<Value>& answer, std::size_t texts, std::size_t labels) {
  const auto* scores = answer.size() == texts + 1 ? std::get_if<Tensor>(&answer.back().content) : nullptr;
  const std::vector<std::int64_t> shape{static_cast<std::int64_t>(texts), static_cast<std::int64_t>(labels)};
  if (scores == nullptr || scores->type != runtimes::ElementType::kFloat32 || scores->shape != shape)
    return refused("it does not give a label and a row of scores for each text");
  std::vector<float> values(texts * labels);
  std::memcpy(values.data(), scores->data.data(), values.size() * sizeof(float));
  return values;
}

}  // namespace

Result<TorchParity> measure_torch_parity(const runtimes::TensorModel& exported, const TextModel& model,
                                         std::span<const std::string_view> texts) {
  TRY(require_labels(exported, model));
  const std::size_t labels = model.labels().size();
  std::vector<Value> asked(1);
  asked.front().content = Texts{texts.begin(), texts.end()};
  const auto answer = TRY(exported.run("", asked));
  const auto scores = TRY(scores_in(answer, texts.size(), labels));
  TorchParity parity{.texts = texts.size()};
  TextModel::Workspace workspace;
  TextPrediction own;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    TRY(model.encode(texts[i], workspace));
    model.predict(texts[i], workspace, own);
    for (std::size_t c = 0; c < labels; ++c) {
      const double difference = std::abs(double{scores[i * labels + c]} - double{own.scores[c]});
      // What is no number is as far away as can be.
      parity.largest_difference = std::max(parity.largest_difference, std::isnan(difference) ? 1.0 : difference);
    }
    const auto* label = std::get_if<Texts>(&answer[i].content);
    if (label == nullptr || label->size() != 1) return refused("it does not give a label for each text");
    if (label->front() != model.labels()[own.label]) ++parity.other_labels;
  }
  return parity;
}

}  // namespace weighhouse::learners
