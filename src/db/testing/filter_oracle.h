#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "registry/filter.h"
#include "registry/meta_paths.h"
#include "registry/model.h"
#include "registry/training.h"

namespace weighhouse::db {

using namespace registry;

// What a filter and an order mean, said a second time: slowly, over rows in memory, without SQL. The
// property test holds both against each other.
struct Facts {
  Model model;
  std::map<std::string, std::string> tags{};
  std::vector<std::string> aliases{}, labels{}, sources{}, commits{}, digests{}, formats{};
  std::vector<double> numbers{};
  std::map<std::tuple<std::string, std::string, std::string>, double> metrics{};  // name, class, slice
  std::vector<MetaValue> meta{};
  std::optional<Training> training{};  // without dataset and slices
};

// "%" is any text, "_" one character of UTF-8.
inline bool is_like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    for (std::size_t skipped = 0; skipped <= text.size(); ++skipped) {
      if (is_like(text.substr(skipped), pattern.substr(1))) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  if (pattern[0] != '_') return text[0] == pattern[0] && is_like(text.substr(1), pattern.substr(1));
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) ++length;
  return is_like(text.substr(length), pattern.substr(1));
}

inline std::string oracle_text(const Literal& literal) {
  if (const auto* text = std::get_if<std::string>(&literal)) return *text;
  return std::get<Timestamp>(literal).to_string();
}

inline double oracle_number(const Literal& literal) {
  if (const auto* truth = std::get_if<bool>(&literal)) return *truth ? 1 : 0;
  return std::get<double>(literal);
}

template <class T, class Of>
bool compares(const T& left, const Condition& condition, const Of& of) {
  const auto is_one = [&] {
    return std::any_of(condition.values.begin(), condition.values.end(),
                       [&](const Literal& value) { return left == of(value); });
  };
  switch (condition.comparison) {
    case Comparison::kEqual:
      return left == of(condition.values[0]);
    case Comparison::kNotEqual:
      return left != of(condition.values[0]);
    case Comparison::kLess:
      return left < of(condition.values[0]);
    case Comparison::kLessEqual:
      return left <= of(condition.values[0]);
    case Comparison::kGreater:
      return left > of(condition.values[0]);
    case Comparison::kGreaterEqual:
      return left >= of(condition.values[0]);
    case Comparison::kIn:
      return is_one();
    case Comparison::kNotIn:
      return !is_one();
    default:
      return false;
  }
}

inline bool text_fits(const std::string& left, const Condition& condition) {
  switch (condition.comparison) {
    case Comparison::kLike:
      return is_like(left, oracle_text(condition.values[0]));
    case Comparison::kILike:
      return is_like(to_lower(left), to_lower(oracle_text(condition.values[0])));
    case Comparison::kContains:
      return to_lower(left).find(to_lower(oracle_text(condition.values[0]))) != std::string::npos;
    case Comparison::kIsNull:
      return left.empty();
    case Comparison::kIsNotNull:
      return !left.empty();
    default:
      return compares(left, condition, oracle_text);
  }
}

inline bool number_fits(double left, const Condition& condition) {
  if (condition.comparison == Comparison::kIsNotNull) return true;
  return compares(left, condition, oracle_number);
}

// None of several is x; one of several is x.
template <class T, class Fits>
bool among_fits(const std::vector<T>& values, Condition condition, const Fits& fits) {
  const auto comparison = condition.comparison;
  if (comparison == Comparison::kIsNull) return values.empty();
  if (comparison == Comparison::kIsNotNull) return !values.empty();
  const bool negated = comparison == Comparison::kNotEqual || comparison == Comparison::kNotIn;
  if (comparison == Comparison::kNotEqual) condition.comparison = Comparison::kEqual;
  if (comparison == Comparison::kNotIn) condition.comparison = Comparison::kIn;
  return negated != std::any_of(values.begin(), values.end(), [&](const T& value) { return fits(value, condition); });
}

inline bool condition_fits(const Facts& facts, const Condition& condition) {
  using Of = Field::Of;
  const Model& model = facts.model;
  const Field& field = condition.field;
  const bool null_test = condition.comparison == Comparison::kIsNull || condition.comparison == Comparison::kIsNotNull;
  switch (field.of) {
    case Of::kName: {
      if (condition.comparison == Comparison::kLike || condition.comparison == Comparison::kContains) {
        return text_fits(model.name.text(), condition);
      }
      Condition folded = condition;
      if (condition.comparison != Comparison::kILike) {
        for (Literal& value : folded.values) value = to_lower(oracle_text(value));
      }
      return text_fits(model.name.folded(), folded);
    }
    case Of::kNamespace:
      return text_fits(model.name_space.text(), condition);
    case Of::kKind:
      return text_fits(std::string{to_string(model.kind)}, condition);
    case Of::kType:
      return text_fits(model.name_space == Namespace::standard() ? "default" : "custom", condition);
    case Of::kDisplayName:
      return text_fits(model.display_name.empty() ? model.name.text() : model.display_name, condition);
    case Of::kDescription:
      return text_fits(model.description, condition);
    case Of::kCreatedBy:
      return text_fits(model.created_by, condition);
    case Of::kLicence:
      return text_fits(model.licence, condition);
    case Of::kCreatedAt:
      return text_fits(model.created_at.to_string(), condition);
    case Of::kUpdatedAt:
      return text_fits(model.updated_at.to_string(), condition);
    case Of::kSize:
      return number_fits(static_cast<double>(model.size_bytes), condition);
    case Of::kVersions:
      return number_fits(static_cast<double>(model.version_count), condition);
    case Of::kPinned:
      return number_fits(model.pinned ? 1 : 0, condition);
    case Of::kAlias:
      return among_fits(facts.aliases, condition, text_fits);
    case Of::kLabel:
      return among_fits(facts.labels, condition, text_fits);
    case Of::kSource:
      return among_fits(facts.sources, condition, text_fits);
    case Of::kCommit:
      return among_fits(facts.commits, condition, text_fits);
    case Of::kDigest:
      return among_fits(facts.digests, condition, text_fits);
    case Of::kFormat:
      return among_fits(facts.formats, condition, text_fits);
    case Of::kNumber:
      return among_fits(facts.numbers, condition, number_fits);
    case Of::kId:
      return text_fits(model.id.text, condition);
    case Of::kUpdatedBy:
      return text_fits(model.updated_by, condition);
    case Of::kDataset:
      return text_fits("", condition);
    case Of::kSlice:
      return among_fits(std::vector<std::string>{}, condition, text_fits);
    case Of::kStatus:
      return text_fits(facts.training ? std::string{to_string(facts.training->status)} : "", condition);
    case Of::kTask:
      return text_fits(facts.training ? facts.training->task : "", condition);
    case Of::kBaseline:
      return text_fits(facts.training ? facts.training->baseline : "", condition);
    case Of::kScoreKey:
      return text_fits(facts.training ? facts.training->score.key : "", condition);
    case Of::kTrained:
      return number_fits(facts.training && facts.training->is_trained() ? 1 : 0, condition);
    case Of::kTrainedAt: {
      const auto at = facts.training ? facts.training->trained_at : std::nullopt;
      if (null_test) return at.has_value() != (condition.comparison == Comparison::kIsNull);
      return at && text_fits(at->to_string(), condition);
    }
    case Of::kScore: {
      const auto score = facts.training ? facts.training->score.value : std::nullopt;
      if (null_test) return score.has_value() != (condition.comparison == Comparison::kIsNull);
      return score && number_fits(*score, condition);
    }
    case Of::kTag: {
      const auto tag = facts.tags.find(field.key);
      if (null_test) return (tag == facts.tags.end()) == (condition.comparison == Comparison::kIsNull);
      return tag != facts.tags.end() && text_fits(tag->second, condition);
    }
    case Of::kMetric: {
      const auto metric = facts.metrics.find({field.key, field.class_name, field.slice});
      if (null_test) return (metric == facts.metrics.end()) == (condition.comparison == Comparison::kIsNull);
      return metric != facts.metrics.end() && number_fits(metric->second, condition);
    }
    case Of::kMeta: {
      std::vector<MetaValue> values;
      for (const MetaValue& value : facts.meta) {
        if (value.path == field.key) values.push_back(value);
      }
      if (null_test) return values.empty() == (condition.comparison == Comparison::kIsNull);
      const bool numeric = std::holds_alternative<double>(condition.values[0]);
      return std::any_of(values.begin(), values.end(), [&](const MetaValue& value) {
        return numeric ? value.number && number_fits(*value.number, condition)
                       : value.text && text_fits(*value.text, condition);
      });
    }
  }
  return false;
}

inline bool search_fits(const Facts& facts, const Search& search) {
  const std::string sought = to_lower(search.text);
  const auto characters = std::count_if(sought.begin(), sought.end(),
                                        [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  for (const std::string& text : {facts.model.name.folded(), to_lower(facts.model.display_name)}) {
    if (characters < 3 ? text.starts_with(sought) : text.find(sought) != std::string::npos) return true;
  }
  return false;
}

inline bool filter_fits(const Facts& facts, const Filter& filter) {
  const auto fits = [&](const Filter& part) { return filter_fits(facts, part); };
  if (const auto* all = std::get_if<All>(&filter.node)) return std::all_of(all->of.begin(), all->of.end(), fits);
  if (const auto* any = std::get_if<Any>(&filter.node)) return std::any_of(any->of.begin(), any->of.end(), fits);
  if (const auto* negated = std::get_if<Not>(&filter.node)) return !fits(negated->of[0]);
  if (const auto* search = std::get_if<Search>(&filter.node)) return search_fits(facts, *search);
  return condition_fits(facts, std::get<Condition>(filter.node));
}

// Less than zero where `a` stands in front of `b`.
template <class T>
int in_order(const T& a, const T& b, bool descending) {
  if (a == b) return 0;
  return (a < b) != descending ? -1 : 1;
}

inline int compare_by(const Facts& a, const Facts& b, const OrderKey& key) {
  using Of = Field::Of;
  const auto by = [&](const auto& of) { return in_order(of(a), of(b), key.descending); };
  const auto by_maybe = [&](const auto& of) {
    const auto left = of(a);
    const auto right = of(b);
    if (left.has_value() != right.has_value()) return left ? -1 : 1;
    return left ? in_order(*left, *right, key.descending) : 0;
  };
  switch (key.field.of) {
    case Of::kName:
      return by([](const Facts& f) { return f.model.name.folded(); });
    case Of::kNamespace:
      return by([](const Facts& f) { return f.model.name_space.text(); });
    case Of::kKind:
      return by([](const Facts& f) { return std::string{to_string(f.model.kind)}; });
    case Of::kUpdatedAt:
      return by([](const Facts& f) { return f.model.updated_at; });
    case Of::kSize:
      return by([](const Facts& f) { return f.model.size_bytes; });
    case Of::kVersions:
      return by([](const Facts& f) { return f.model.version_count; });
    case Of::kDisplayName:
      return by(
          [](const Facts& f) { return f.model.display_name.empty() ? f.model.name.text() : f.model.display_name; });
    case Of::kScore:
      return by_maybe([](const Facts& f) { return f.training ? f.training->score.value : std::nullopt; });
    case Of::kTask:
      return by_maybe([](const Facts& f) { return f.training ? std::optional{f.training->task} : std::nullopt; });
    case Of::kTag:
      return by_maybe([&](const Facts& f) {
        const auto tag = f.tags.find(key.field.key);
        return tag == f.tags.end() ? std::optional<std::string>{} : std::optional{tag->second};
      });
    case Of::kMetric:
      return by_maybe([&](const Facts& f) {
        const auto metric = f.metrics.find({key.field.key, key.field.class_name, key.field.slice});
        return metric == f.metrics.end() ? std::optional<double>{} : std::optional{metric->second};
      });
    default:
      return by([](const Facts& f) { return f.model.created_at; });
  }
}

inline std::vector<std::string> oracle_list(std::vector<Facts> facts, const Filter& filter,
                                            std::vector<OrderKey> order) {
  if (order.empty()) order.push_back({{Field::Of::kCreatedAt}, true});
  std::erase_if(facts, [&](const Facts& each) { return !filter_fits(each, filter); });
  std::sort(facts.begin(), facts.end(), [&](const Facts& a, const Facts& b) {
    for (const OrderKey& key : order) {
      if (const int sign = compare_by(a, b, key); sign != 0) return sign < 0;
    }
    return in_order(a.model.id.text, b.model.id.text, order.back().descending) < 0;
  });
  std::vector<std::string> ids;
  for (const Facts& each : facts) ids.push_back(each.model.id.text);
  return ids;
}

}  // namespace weighhouse::db
