#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace weighhouse::registry {

// The one filter language of API, command line and dashboard:
//
//   kind = 'wake-word' AND metric.f1 >= 0.9 AND (tag.team = 'audio' OR alias = 'production')
//   metric.f1{class="dog", slice="night"} > 0.5 AND created_at >= 2026-01-01 AND NOT name LIKE 'test-%'
//   size > 10MB AND meta.training_config.dropout IN (0.3, 0.5)
//   dataset = 'vehicles' AND trained = true AND metric.ap{class="dog"} < 0.7 AND NOT display_name CONTAINS 'old'
//
// Words: AND, OR, NOT, IN, LIKE, ILIKE, CONTAINS, IS [NOT] NULL, in any case; comparisons = == != <> < <= > >=.
// Strings in single or double quotes (doubled inside), names may be in backquotes or double quotes behind
// a prefix. A bare word on the right counts as a string. Every filter string of MLflow's registry parses:
// tags.x, tag.x, aliases, metrics.x, name, `tags."a b"`, prompt attributes excepted.
// Text without any operator is a search: it matches names that contain it. Between AND and OR a search
// stands in quotes.
//
// What a model has several of (alias, label, digest, format, source, commit, number) is unequal to a value
// when none of them is equal to it. What it has under a key (tag, metric, meta) must be there to be unequal.
// IS NULL means that there is none, or an empty text. Names compare ignoring case, but not by LIKE. CONTAINS looks for
// a text anywhere, ignoring case; nothing in it is wild. Datasets and slices are named by name or id.

enum class Comparison : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kLike,
  kILike,
  kIn,
  kNotIn,
  kIsNull,
  kIsNotNull,
  kContains,
};
// Whether it looks into a text instead of at the whole of it.
constexpr bool is_pattern(Comparison comparison) {
  return comparison == Comparison::kLike || comparison == Comparison::kILike || comparison == Comparison::kContains;
}

// What stands on the left of a comparison.
struct Field {
  enum class Of : std::uint8_t {
    kName,
    kNamespace,
    kKind,
    kDisplayName,
    kDescription,
    kType,  // type: default or custom
    kCreatedAt,
    kUpdatedAt,
    kCreatedBy,
    kSize,
    kVersions,
    kPinned,
    kLicence,
    kAlias,
    kLabel,
    kTag,
    kMetric,
    kMeta,
    kDigest,
    kFormat,
    kSource,  // origin and number of any version: what MLflow's filters of versions speak of
    kCommit,
    kNumber,
    kId,
    kUpdatedBy,
    kDataset,  // what the model is trained on and what came of it: training.h
    kSlice,
    kStatus,
    kTask,
    kTrained,
    kTrainedAt,
    kBaseline,
    kScore,
    kScoreKey,
  };
  Of of;
  std::string key{};         // tag, metric or meta path
  std::string class_name{};  // metric{class="…", slice="…"}
  std::string slice{};
  bool has_class = false;
  bool has_slice = false;
};

using Literal = std::variant<std::string, double, bool, Timestamp>;

struct Condition {
  Field field;
  Comparison comparison;
  std::vector<Literal> values;  // one, several for IN, none for IS NULL
};

// As it is written in a filter: tag."a b", metric.f1{class="dog"}.
std::string to_string(const Field& field);

struct Filter;
struct All {
  std::vector<Filter> of;
};  // AND; of nothing: true
struct Any {
  std::vector<Filter> of;
};  // OR
struct Not {
  std::vector<Filter> of;
};  // exactly one
// Text found anywhere in a name or display name, ignoring case; one or two characters mean a prefix.
struct Search {
  std::string text;
};

struct Filter {
  std::variant<All, Any, Not, Condition, Search> node{All{}};
  bool is_everything() const;
};

// kInvalidArgument with the column (from 1) and what was expected there; details: {"column", n}.
// At most 10 kB, 200 conditions, nesting of 50.
Result<Filter> parse_filter(std::string_view text);
// A text that parses to the same filter.
std::string to_string(const Filter& filter);

// "name", "-created_at", "metric.f1 DESC, name": at most three keys. The id ends every order.
struct OrderKey {
  Field field;
  bool descending = false;
};
Result<std::vector<OrderKey>> parse_order(std::string_view text);

}  // namespace weighhouse::registry
