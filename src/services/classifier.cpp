#include "services/classifier.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/text.h"
#include "services/detail/work_files.h"
#include "services/encoders.h"

namespace weighhouse::services {
namespace json = boost::json;

using registry::File;
using registry::Transaction;

namespace {

Result<> check_texts(const std::vector<std::string>& texts, const Classifier::Limits& limits) {
  if (texts.empty()) return fail(ErrorCode::kInvalidArgument, "There is no text to classify.");
  if (texts.size() > limits.texts) {
    return fail(ErrorCode::kInvalidArgument, "At most " + std::to_string(limits.texts) +
                                                 " texts are classified at once, not " + std::to_string(texts.size()) +
                                                 ". Send them in parts.");
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string which = texts.size() == 1 ? std::string{"The text"} : "Text " + std::to_string(i + 1);
    if (texts[i].size() > limits.text_bytes) {
      return fail(ErrorCode::kResourceExhausted,
                  which + " has " + format_size(texts[i].size()) + "; at most " + format_size(limits.text_bytes) +
                      " are classified.",
                  {{"reason", "too_large"}});
    }
    if (trim(texts[i]).empty()) return fail(ErrorCode::kInvalidArgument, which + " is empty.");
  }
  return {};
}

Error not_understood() {
  return {ErrorCode::kInternal,
          "The worker's answer is not what was asked for. Its program may be of another version "
          "than the server: build and start both anew."};
}

Result<double> number_of(const json::value& value) {
  json::error_code error;
  const double number = value.to_number<double>(error);
  if (error) return fail(not_understood());
  return number;
}

// [begin, end, share] for each word of the text.
Result<std::vector<DecidingWord>> words_in(const json::value& listed, std::string_view text) {
  constexpr std::size_t kMostWords = 20;
  std::vector<DecidingWord> words;
  if (!listed.is_array()) return fail(not_understood());
  for (const auto& word : listed.get_array()) {
    if (!word.is_array() || word.get_array().size() != 3) return fail(not_understood());
    const auto begin = static_cast<std::size_t>(TRY(number_of(word.get_array()[0])));
    const auto end = static_cast<std::size_t>(TRY(number_of(word.get_array()[1])));
    if (begin > end || end > text.size()) return fail(not_understood());
    const auto weight = TRY(number_of(word.get_array()[2]));
    words.push_back({std::string{text.substr(begin, end - begin)}, weight});
  }
  std::stable_sort(words.begin(), words.end(), [](const DecidingWord& a, const DecidingWord& b) {
    return std::abs(a.weight) > std::abs(b.weight);
  });
  if (words.size() > kMostWords) words.resize(kMostWords);
  return words;
}

Result<Prediction> prediction_of(const json::value& answer, const json::array& labels, std::string_view text) {
  const auto* scores = answer.is_object() ? answer.get_object().if_contains("scores") : nullptr;
  if (scores == nullptr || !scores->is_array() || scores->get_array().size() != labels.size() || labels.empty()) {
    return fail(not_understood());
  }
  Prediction prediction;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!labels[i].is_string()) return fail(not_understood());
    prediction.scores.emplace_back(std::string{labels[i].get_string()}, TRY(number_of(scores->get_array()[i])));
  }
  std::stable_sort(prediction.scores.begin(), prediction.scores.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  prediction.label = prediction.scores.front().first;
  prediction.score = prediction.scores.front().second;
  if (const auto* words = answer.get_object().if_contains("words")) prediction.words = TRY(words_in(*words, text));
  return prediction;
}

Result<std::vector<Prediction>> predictions_of(std::string_view answer, const std::vector<std::string>& texts) {
  json::error_code error;
  const auto value = json::parse(answer, error);
  const auto* labels = !error && value.is_object() ? value.get_object().if_contains("labels") : nullptr;
  const auto* listed = !error && value.is_object() ? value.get_object().if_contains("predictions") : nullptr;
  if (labels == nullptr || !labels->is_array() || listed == nullptr || !listed->is_array() ||
      listed->get_array().size() != texts.size()) {
    return fail(not_understood());
  }
  std::vector<Prediction> predictions;
  predictions.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    predictions.push_back(TRY(prediction_of(listed->get_array()[i], labels->get_array(), texts[i])));
  }
  return predictions;
}

Result<> check_labels(const std::vector<std::string>& labels, std::size_t hypothesis_bytes) {
  constexpr std::size_t kMostLabels = 1'000;
  constexpr std::size_t kLongestLabel = 1'000;
  if (labels.empty()) return fail(ErrorCode::kInvalidArgument, "There is no label to choose from.");
  if (labels.size() > kMostLabels) {
    return fail(ErrorCode::kInvalidArgument, "At most " + std::to_string(kMostLabels) +
                                                 " labels are weighed at once, not " + std::to_string(labels.size()) +
                                                 ".");
  }
  for (const auto& label : labels) {
    if (trim(label).empty()) return fail(ErrorCode::kInvalidArgument, "A label is empty.");
    if (label.size() + hypothesis_bytes > kLongestLabel) {
      return fail(ErrorCode::kInvalidArgument,
                  "A label and the hypothesis have more than " + std::to_string(kLongestLabel) + " bytes together.");
    }
  }
  return {};
}

Result<Encoder> encoder_for(const Shelf& shelf, const Caller& caller, std::string_view name) {
  return shelf.metadata.read_value<Encoder>([&](Transaction& rows) -> Result<Encoder> {
    auto named = get_encoder(rows, caller, name);
    if (named) return std::move(named).take();
    if (named.error().code != ErrorCode::kInvalidArgument) return fail(named.error());
    auto best = TRY(find_best_encoder(rows, caller));
    if (best) return *std::move(best);
    return fail(
        ErrorCode::kInvalidArgument,
        "There is no encoder here to judge by labels that nobody trained. Bring one, such as "
        "sentence-transformers/all-MiniLM-L6-v2, with: weigh import FOLDER --kind encoder --name NAMESPACE/NAME. "
        "Or fit a classifier with a few examples of each label.");
  });
}

}  // namespace

Result<Classified> Classifier::classify(const Caller& caller, const registry::ModelRef& ref,
                                        const std::optional<registry::VersionRef>& version,
                                        const std::vector<std::string>& texts, Explain explain) {
  TRY(check_texts(texts, limits_));
  auto found = TRY(
      shelf_.metadata.read_value<Found>([&](Transaction& rows) { return find_version(rows, caller, ref, version); }));
  if (found.model.kind != registry::Kind::kTextClassifier) {
    return fail(ErrorCode::kFailedPrecondition, "\"" + found.model.reference() + "\" is a " +
                                                    std::string{to_string(found.model.kind)} +
                                                    ", and only a text-classifier can classify texts.");
  }
  const std::string reference = found.model.reference(found.version.number);
  const ModelSource source{
      .key = found.version.manifest.to_string(), .runtime = "text", .open = [&]() -> Result<std::vector<WorkFile>> {
        const auto files = TRY(shelf_.metadata.read_value<std::vector<File>>(
            [&](Transaction& rows) { return rows.list_files(found.model.id, found.version.number); }));
        std::vector<WorkFile> opened;
        TRY(open_classifier_for_work(shelf_, files, reference, opened));
        if (!opened.empty()) return opened;
        return fail(ErrorCode::kFailedPrecondition,
                    "\"" + reference + "\" has no file " + std::string{kClassifierWeights} +
                        ": it was not trained here, and this server cannot run it. Fit it here with its examples.");
      }};
  const auto request =
      json::serialize(json::object{{"texts", json::value_from(texts)}, {"explain", explain == Explain::kYes}});
  const auto answer = TRY(predictor_.predict(source, request, limits_.deadline));
  auto predictions = TRY(predictions_of(answer, texts));
  return Classified{std::move(found.model), std::move(found.version), std::move(predictions)};
}

Result<Judged> Classifier::judge(const Caller& caller, std::string_view encoder, const std::vector<std::string>& texts,
                                 const NewLabels& question) {
  TRY(check_texts(texts, limits_));
  TRY(check_labels(question.labels, question.hypothesis.size()));
  auto found = TRY(encoder_for(shelf_, caller, encoder));
  const ModelSource source{.key = "zero-shot " + found.digest.to_string(),
                           .runtime = "zero-shot",
                           .open = [&]() -> Result<std::vector<WorkFile>> {
                             std::vector<WorkFile> opened;
                             TRY(open_encoder_for_work(shelf_, found, opened));
                             return opened;
                           }};
  json::object request;
  request["texts"] = json::value_from(texts);
  request["labels"] = json::value_from(question.labels);
  request["hypothesis"] = question.hypothesis;
  request["each_alone"] = question.each_alone;
  const auto answer = TRY(predictor_.predict(source, json::serialize(request), limits_.deadline));
  auto predictions = TRY(predictions_of(answer, texts));
  return Judged{std::move(found.name), std::move(predictions)};
}

}  // namespace weighhouse::services
