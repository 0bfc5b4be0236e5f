#include "dialects/superb/filters.h"

#include "base/text.h"
#include "dialects/superb/words.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

namespace {

using registry::Comparison;
using registry::Condition;
using registry::Field;
using registry::Filter;

registry::NameFilter names_of(const Arguments& options) {
  return {.contains = options.find_text("nameContains"), .ids = options.find_texts("idIn")};
}

Filter condition(Field::Of of, Comparison comparison, std::vector<registry::Literal> values) {
  return {Condition{.field = {.of = of}, .comparison = comparison, .values = std::move(values)}};
}

// One of the words; none fits where there is none.
Filter any_of(Field::Of of, const std::vector<std::string>& words) {
  if (words.empty()) return {registry::Any{}};
  return condition(of, Comparison::kIn, {words.begin(), words.end()});
}

std::vector<std::string> in_our_words(std::vector<std::string> words) {
  for (auto& word : words) word = to_ours(word);
  return words;
}

std::vector<Filter> conditions_of(const Arguments& options) {
  std::vector<Filter> all;
  if (auto text = options.find_text("nameContains"); text && !text->empty()) {
    all.push_back(condition(Field::Of::kDisplayName, Comparison::kContains, {*std::move(text)}));
  }
  if (const auto ids = options.find_texts("idIn")) all.push_back(any_of(Field::Of::kId, *ids));
  if (const auto flag = options.find_flag("isPinned")) {
    all.push_back(condition(Field::Of::kPinned, Comparison::kEqual, {*flag}));
  }
  if (const auto flag = options.find_flag("isTrained")) {
    all.push_back(condition(Field::Of::kTrained, Comparison::kEqual, {*flag}));
  }
  if (auto words = options.find_texts("statusIn")) {
    all.push_back(any_of(Field::Of::kStatus, in_our_words(*std::move(words))));
  }
  if (auto words = options.find_texts("taskTypeIn")) {
    all.push_back(any_of(Field::Of::kTask, in_our_words(*std::move(words))));
  }
  if (const auto names = options.find_texts("createdByIn")) all.push_back(any_of(Field::Of::kCreatedBy, *names));
  if (const auto keys = options.find_texts("scoreKeyIn")) all.push_back(any_of(Field::Of::kScoreKey, *keys));
  return all;
}

// Of the JSON that a filter of data is.
Result<registry::NameFilter> data_names(const json::object& options) {
  registry::NameFilter names;
  for (const auto& [key, value] : options) {
    if (value.is_null()) continue;
    const auto* text = value.if_string();
    if (key == "keyContains" && text != nullptr) {
      names.contains = std::string{*text};
    } else if (key == "idIn" && value.is_array()) {
      names.ids = Arguments{options}.find_texts("idIn");
    } else {
      return fail(ErrorCode::kInvalidArgument, "Data cannot be filtered by \"" + printable(key, 60) +
                                                   "\" here. It can by keyContains, idIn and a slice's id.");
    }
  }
  return names;
}

}  // namespace

void read_name_filter(const Arguments& arguments, registry::NameFilter& must, registry::NameFilter& must_not) {
  const auto filter = arguments.find_object("filter");
  if (!filter) return;
  if (const auto options = filter->find_object("must")) must = names_of(*options);
  if (const auto options = filter->find_object("not")) must_not = names_of(*options);
}

Filter model_filter(const Arguments& arguments, const std::string& dataset) {
  registry::All all{{condition(Field::Of::kDataset, Comparison::kEqual, {dataset})}};
  const auto filter = arguments.find_object("filter");
  if (!filter) return {std::move(all)};
  if (const auto options = filter->find_object("must")) {
    for (auto& one : conditions_of(*options)) all.of.push_back(std::move(one));
  }
  if (const auto options = filter->find_object("not")) {
    if (auto unwanted = conditions_of(*options); !unwanted.empty()) {
      all.of.push_back({registry::Not{{Filter{registry::All{std::move(unwanted)}}}}});
    }
  }
  return {std::move(all)};
}

std::vector<registry::OrderKey> model_order(const Arguments& arguments) {
  const auto order = arguments.find_object("orderBy");
  if (!order) return {{.field = {.of = Field::Of::kCreatedAt}, .descending = true}};
  const std::string field = order->text("field");
  const auto of = field == "updatedAt"     ? Field::Of::kUpdatedAt
                  : field == "completedAt" ? Field::Of::kTrainedAt
                  : field == "name"        ? Field::Of::kDisplayName
                  : field == "scoreValue"  ? Field::Of::kScore
                                           : Field::Of::kCreatedAt;
  return {{.field = {.of = of}, .descending = order->text("direction") == "DESC"}};
}

Result<DataWish> read_data_filter(const Arguments& filter) {
  DataWish wish;
  for (const auto* part : {"frame", "frames"}) {
    if (!filter.any(part).is_null()) {
      return fail(ErrorCode::kInvalidArgument, "Data cannot be filtered by its frames here.");
    }
  }
  if (const auto* must = filter.any("must").if_object()) wish.must = TRY(data_names(*must));
  if (const auto* unwanted = filter.any("not").if_object()) wish.must_not = TRY(data_names(*unwanted));
  const auto slice = filter.find_object("slice");
  if (!slice) return wish;
  wish.slice = slice->find_text("id");
  for (const auto* part : {"must", "not"}) {
    const auto* options = slice->any(part).if_object();
    if (options != nullptr && !options->empty()) {
      return fail(ErrorCode::kInvalidArgument,
                  "Data cannot be filtered by what is said of it in a slice, only by the slice's id.");
    }
  }
  return wish;
}

}  // namespace weighhouse::dialects::superb
