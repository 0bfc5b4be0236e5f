#include "dialects/wakebuilder/training_form.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "base/text.h"
#include "http/multipart.h"

namespace weighhouse::dialects {
namespace json = boost::json;

namespace {

struct NumberField {
  std::string_view name;
  std::string_view option;  // of our learner
  double least, most;
  bool is_whole;
};
// 0 is not a learning rate, and the least that is one is small.
constexpr std::array<NumberField, 14> kNumbers{{{"batch_size", "batch_size", 8, 256, true},
                                                {"num_epochs", "epochs", 10, 500, true},
                                                {"learning_rate", "learning_rate", 1e-7, 0.1, false},
                                                {"dropout", "dropout", 0, 0.7, false},
                                                {"label_smoothing", "label_smoothing", 0, 0.4, false},
                                                {"weight_decay", "weight_decay", 0, 0.5, false},
                                                {"mixup_alpha", "mixup_alpha", 0, 1, false},
                                                {"focal_alpha", "focal_alpha", 0.1, 0.9, false},
                                                {"focal_gamma", "focal_gamma", 0.5, 5, false},
                                                {"target_positive_samples", "positives", 100, 20'000, true},
                                                {"max_real_negatives", "max_negative_minutes", 0, 100'000, true},
                                                {"negative_ratio", "negative_ratio", 0.5, 10, false},
                                                {"hard_negative_ratio", "hard_negative_ratio", 0.5, 10, false},
                                                {"seed", "seed", 0, 9007199254740992.0, true}}};
constexpr std::array<std::string_view, 8> kFlags{
    "use_focal_loss",    "use_attention",      "use_se_block",       "use_tcn",
    "use_tts_positives", "use_real_negatives", "use_hard_negatives", "early_stopping"};
constexpr std::array<std::string_view, 3> kModelTypes{"ast", "tc_resnet", "bc_resnet"};

tl::unexpected<Error> refused(std::string_view field, const std::string& message) {
  return fail(ErrorCode::kInvalidArgument, message, {{"field", std::string{field}}});
}

json::string_view key_of(std::string_view key) { return {key.data(), key.size()}; }

Result<> read_number(const NumberField& field, const std::string& text, TrainingForm& form) {
  const auto number = parse_double(trim(text));
  const bool fits =
      number && *number >= field.least && *number <= field.most && (!field.is_whole || *number == std::floor(*number));
  if (!fits) {
    return refused(field.name,
                   fmt::format("{} is a {}number from {:.15g} to {:.15g}, not \"{}\".", field.name,
                               field.is_whole ? "whole " : "", field.least, field.most, printable(text, 40)));
  }
  const json::value value = field.is_whole ? json::value(static_cast<std::int64_t>(*number)) : json::value(*number);
  form.hyperparameters[key_of(field.name)] = value;
  // Upstream counts in seconds of sound.
  form.options[key_of(field.option)] = field.name == "max_real_negatives" ? json::value(*number / 60.0) : value;
  return {};
}

Result<> read_flag(std::string_view name, const std::string& text, TrainingForm& form) {
  const std::string word = to_lower(trim(text));
  const bool yes = word == "true" || word == "1" || word == "on" || word == "yes";
  if (!yes && word != "false" && word != "0" && word != "off" && word != "no" && !word.empty())
    return refused(name, fmt::format("{} is true or false, not \"{}\".", name, printable(text, 40)));
  form.hyperparameters[key_of(name)] = yes;
  if (name != "early_stopping") {
    form.options[key_of(name)] = yes;
  } else if (!yes) {
    form.options["patience"] = 500;
  }
  return {};
}

// Upstream passes over what is no list of numbers.
void read_layers(const std::string& text, TrainingForm& form) {
  json::error_code error;
  const auto layers = json::parse(text, error);
  if (error || !layers.is_array() || layers.get_array().empty()) return;
  const auto& list = layers.get_array();
  if (!std::all_of(list.begin(), list.end(), [](const json::value& one) { return one.is_int64(); })) return;
  form.hyperparameters["classifier_hidden_dims"] = layers;
  form.options["hidden"] = layers;
}

Result<> read_field(const std::string& name, const std::string& text, TrainingForm& form) {
  if (name == "wake_word") {
    form.wake_word = text;
  } else if (name == "model_type") {
    if (std::find(kModelTypes.begin(), kModelTypes.end(), text) == kModelTypes.end())
      return refused(name, "model_type is ast, tc_resnet or bc_resnet, not \"" + printable(text, 40) + "\".");
    form.model_type = text;
  } else if (name == "classifier_hidden_dims") {
    read_layers(text, form);
  } else if (const auto number = std::find_if(kNumbers.begin(), kNumbers.end(),
                                              [&](const NumberField& field) { return field.name == name; });
             number != kNumbers.end() && !text.empty()) {
    return read_number(*number, text, form);
  } else if (std::find(kFlags.begin(), kFlags.end(), name) != kFlags.end()) {
    return read_flag(name, text, form);
  }
  return {};
}

}  // namespace

Result<TrainingForm> read_training_form(std::string_view content_type, std::string_view body) {
  TrainingForm form;
  for (auto& part : TRY(http::parse_form(content_type, body))) {
    const bool is_recording = part.head.name == "recordings" || part.head.name == "audio_files" ||
                              part.head.name == "recordings[]" || part.head.name == "audio_files[]";
    if (is_recording) {
      form.recordings.push_back({part.head.filename.value_or("recording.wav"), std::move(part.bytes)});
    } else {
      TRY(read_field(part.head.name, part.bytes, form));
    }
  }
  return form;
}

}  // namespace weighhouse::dialects
