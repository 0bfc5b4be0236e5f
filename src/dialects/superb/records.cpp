#include "dialects/superb/records.h"

#include <algorithm>

#include "base/text.h"
#include "dialects/superb/shapes.h"
#include "dialects/superb/words.h"
#include "wire/json_text.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

namespace {

using services::RecordChange;
using services::TrainingChange;

// First generation: classes with their precision.
std::vector<registry::TrainingClass> read_classes(const std::vector<Arguments>& given) {
  std::vector<registry::TrainingClass> classes;
  for (const auto& one : given) {
    classes.push_back({.name = one.text("class"),
                       .annotation_type = one.text("annotationType"),
                       .ap = one.find_number("ap"),
                       .training_annotations = one.find_integer("trainingAnnotationsCount"),
                       .validation_annotations = one.find_integer("validationAnnotationsCount")});
  }
  return classes;
}

// Second generation: counts alone. What is known of a class's precision stays.
std::vector<registry::TrainingClass> read_annotations(const std::vector<Arguments>& given,
                                                      const registry::TrainingRow* before) {
  std::vector<registry::TrainingClass> classes;
  for (const auto& one : given) {
    registry::TrainingClass read{.name = one.text("className"),
                                 .annotation_type = one.text("annotationType"),
                                 .training_annotations = one.find_integer("trainCount"),
                                 .validation_annotations = one.find_integer("validationCount")};
    if (before != nullptr) {
      const auto& known = before->training.classes;
      const auto same = std::find_if(known.begin(), known.end(), [&](const registry::TrainingClass& other) {
        return other.name == read.name && other.annotation_type == read.annotation_type;
      });
      if (same != known.end()) read.ap = same->ap;
    }
    classes.push_back(std::move(read));
  }
  return classes;
}

// One slice of the second generation, or the list of the first.
std::optional<std::vector<std::string>> read_slices(const Arguments& arguments, std::string_view list,
                                                    std::string_view one) {
  if (auto ids = arguments.find_texts(list)) return ids;
  if (!arguments.given(one)) return std::nullopt;
  const auto id = arguments.find_text(one);
  return id ? std::vector<std::string>{*id} : std::vector<std::string>{};
}

Result<> read_contents(const Arguments& arguments, const registry::TrainingRow* before, TrainingChange& change) {
  std::map<std::string, std::string> contents;
  if (arguments.given("contents")) {
    const auto& given = arguments.any("contents");
    if (!given.is_null() && !given.is_object()) {
      return fail(ErrorCode::kInvalidArgument, "\"contents\" is an object: {\"file name\": \"id of a content\"}.");
    }
    if (const auto* object = given.if_object()) {
      for (const auto& [name, id] : *object) {
        if (!id.is_string()) {
          return fail(ErrorCode::kInvalidArgument,
                      "The content \"" + printable(name, 60) + "\" is told by its id, a text.");
        }
        contents[name] = std::string{id.get_string()};
      }
    }
  } else if (before != nullptr) {
    for (const auto& [name, id] : before->training.contents) contents[name] = id.text;
  }
  if (arguments.given("modelContentId")) {
    contents.erase(kModelContent);
    if (auto id = arguments.find_text("modelContentId"); id && !id->empty()) contents[kModelContent] = *std::move(id);
  } else if (!arguments.given("contents")) {
    return {};
  }
  change.contents = std::move(contents);
  return {};
}

Result<> read_times(const Arguments& arguments, TrainingChange& change) {
  if (!arguments.given("trainedAt")) return {};
  std::optional<Timestamp> at;
  if (const auto text = arguments.find_text("trainedAt")) at = TRY(Timestamp::parse(*text));
  change.trained_at = at;
  return {};
}

template <class T>
std::optional<std::optional<T>> change_of(const Arguments& arguments, std::string_view name, std::optional<T> value) {
  return arguments.given(name) ? std::optional{value} : std::nullopt;
}

Result<TrainingChange> read_training(const Arguments& arguments, const registry::TrainingRow* before) {
  TrainingChange change;
  if (before == nullptr) change.dataset = arguments.text("datasetId");
  change.baseline = arguments.text_change("baselineModel");
  if (auto task = arguments.text_change("taskType")) change.task = to_ours(*task);
  if (const auto status = arguments.find_text("status")) {
    change.status = TRY(registry::parse_training_status(to_ours(*status)));
  }
  change.trained = arguments.find_flag("isTrained");
  TRY(read_times(arguments, change));
  change.pipeline = arguments.text_change("customDagId");
  change.score_key = arguments.text_change("scoreKey");
  change.score_unit = arguments.text_change("scoreUnit");
  change.score_value = change_of(arguments, "scoreValue", arguments.find_number("scoreValue"));
  change.told_total = change_of(arguments, "totalDataCount", arguments.find_integer("totalDataCount"));
  change.told_training = change_of(arguments, "trainDataCount", arguments.find_integer("trainDataCount"));
  change.told_validation = change_of(arguments, "validationDataCount", arguments.find_integer("validationDataCount"));
  if (arguments.given("trainingParameters")) {
    const auto& given = arguments.any("trainingParameters");
    change.parameters = given.is_null() ? std::string{"{}"} : wire::to_text(given);
  }
  if (arguments.given("trainingAnnotations")) {
    change.classes = read_annotations(arguments.objects("trainingAnnotations"), before);
  }
  if (arguments.given("trainingClasses")) change.classes = read_classes(arguments.objects("trainingClasses"));
  change.training_slices = read_slices(arguments, "trainingSliceIds", "trainSliceId");
  change.validation_slices = read_slices(arguments, "validationSliceIds", "validationSliceId");
  TRY(read_contents(arguments, before, change));
  return change;
}

}  // namespace

Result<RecordChange> read_record(const Arguments& arguments, const registry::TrainingRow* before) {
  RecordChange change;
  if (arguments.given("name") && trim(arguments.text("name")).empty()) {
    return fail(ErrorCode::kInvalidArgument, "A model needs a name: \"name\" must not be null or empty.");
  }
  change.display_name = arguments.find_text("name");
  change.description = arguments.text_change("description");
  if (arguments.given("isPinned")) change.pinned = arguments.find_flag("isPinned").value_or(false);
  if (arguments.given("meta")) {
    const auto& meta = arguments.any("meta");
    change.meta = meta.is_null() ? std::string{} : wire::to_text(meta);
  }
  const auto task = arguments.find_text("taskType");
  if (before == nullptr && task && (*task == "OBJECT_DETECTION" || *task == "INSTANCE_SEGMENTATION")) {
    change.kind = registry::Kind::kDetector;
  }
  change.training = TRY(read_training(arguments, before));
  return change;
}

}  // namespace weighhouse::dialects::superb
