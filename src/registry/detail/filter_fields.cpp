#include "registry/detail/filter_fields.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/nearest_name.h"
#include "base/text.h"
#include "registry/model.h"
#include "registry/training.h"

namespace weighhouse::registry::detail {
namespace {

using Of = Field::Of;

struct Name {
  std::string_view text;
  Of field;
};

// The first name of each field is the one it is written with. The others are MLflow's, plurals and the
// names of our JSON.
constexpr std::array kNames{
    Name{"name", Of::kName},
    Name{"namespace", Of::kNamespace},
    Name{"kind", Of::kKind},
    Name{"display_name", Of::kDisplayName},
    Name{"description", Of::kDescription},
    Name{"type", Of::kType},
    Name{"created_at", Of::kCreatedAt},
    Name{"creation_time", Of::kCreatedAt},
    Name{"creation_timestamp", Of::kCreatedAt},
    Name{"updated_at", Of::kUpdatedAt},
    Name{"last_updated_timestamp", Of::kUpdatedAt},
    Name{"created_by", Of::kCreatedBy},
    Name{"user_id", Of::kCreatedBy},
    Name{"size", Of::kSize},
    Name{"size_bytes", Of::kSize},
    Name{"versions", Of::kVersions},
    Name{"version_count", Of::kVersions},
    Name{"pinned", Of::kPinned},
    Name{"licence", Of::kLicence},
    Name{"license", Of::kLicence},
    Name{"alias", Of::kAlias},
    Name{"aliases", Of::kAlias},
    Name{"label", Of::kLabel},
    Name{"labels", Of::kLabel},
    Name{"digest", Of::kDigest},
    Name{"format", Of::kFormat},
    Name{"formats", Of::kFormat},
    Name{"source", Of::kSource},
    Name{"source_path", Of::kSource},
    Name{"commit", Of::kCommit},
    Name{"run_id", Of::kCommit},
    Name{"number", Of::kNumber},
    Name{"version_number", Of::kNumber},
    Name{"id", Of::kId},
    Name{"model_id", Of::kId},
    Name{"updated_by", Of::kUpdatedBy},
    Name{"dataset", Of::kDataset},
    Name{"slice", Of::kSlice},
    Name{"status", Of::kStatus},
    Name{"task", Of::kTask},
    Name{"task_type", Of::kTask},
    Name{"trained", Of::kTrained},
    Name{"is_trained", Of::kTrained},
    Name{"trained_at", Of::kTrainedAt},
    Name{"baseline", Of::kBaseline},
    Name{"baseline_model", Of::kBaseline},
    Name{"score", Of::kScore},
    Name{"score_key", Of::kScoreKey},
    Name{"is_pinned", Of::kPinned},
};

constexpr std::array kPrefixes{
    Name{"tag", Of::kTag},        Name{"tags", Of::kTag},  Name{"metric", Of::kMetric},
    Name{"metrics", Of::kMetric}, Name{"meta", Of::kMeta}, Name{"metadata", Of::kMeta},
};

std::optional<Of> find_in(std::span<const Name> names, std::string_view text) {
  for (const Name& name : names) {
    if (equal_ignoring_case(name.text, text)) return name.field;
  }
  return std::nullopt;
}

tl::unexpected<Error> expected(const std::string& what) { return fail(ErrorCode::kInvalidArgument, what); }

std::optional<double> finite(std::string_view text) {
  const auto number = parse_double(text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

// 10MB, 1.5 GiB, 300: as people write sizes.
std::optional<double> size_of(std::string_view text) {
  const std::size_t unit_at = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto number = finite(trim(text.substr(0, unit_at)));
  if (!number) return std::nullopt;
  std::string unit = to_lower(trim(text.substr(unit_at)));
  if (unit.ends_with('b')) unit.pop_back();
  if (unit.empty()) return number;
  const bool binary = unit.size() == 2 && unit[1] == 'i';
  const std::size_t power = std::string_view{"kmgt"}.find(unit[0]);
  if (power == std::string_view::npos || (unit.size() != 1 && !binary)) return std::nullopt;
  return *number * std::pow(binary ? 1024.0 : 1000.0, static_cast<double>(power + 1));
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// A day, month or year begins at its midnight; a longer number is MLflow's milliseconds since the epoch.
std::optional<Timestamp> time_of(std::string_view text) {
  if (all_digits(text) && text.size() > 4) {
    const auto milliseconds = parse_int(text);
    constexpr std::int64_t kYear9999 = 253'402'300'799'000;
    if (!milliseconds || *milliseconds > kYear9999) return std::nullopt;
    return Timestamp{std::chrono::milliseconds{*milliseconds}};
  }
  std::string whole{text};
  if (all_digits(text) && text.size() == 4) whole += "-01";
  if (whole.size() == 7) whole += "-01";
  if (whole.size() == 10) whole += "T00:00:00Z";
  auto time = Timestamp::parse(whole);
  return time ? std::optional{*time} : std::nullopt;
}

std::optional<bool> truth_of(std::string_view text) {
  if (equal_ignoring_case(text, "true") || text == "1") return true;
  if (equal_ignoring_case(text, "false") || text == "0") return false;
  return std::nullopt;
}

Result<Literal> text_literal(const Field& field, Comparison comparison, const Token& token) {
  const bool whole = comparison == Comparison::kEqual || comparison == Comparison::kNotEqual ||
                     comparison == Comparison::kIn || comparison == Comparison::kNotIn;
  if (field.of == Of::kKind && whole) TRY(parse_kind(token.text));
  if (field.of == Of::kStatus && whole) TRY(parse_training_status(token.text));
  if (field.of == Of::kType && whole && token.text != "default" && token.text != "custom") {
    return expected("A type is default or custom.");
  }
  if (field.of == Of::kDigest && whole) {
    if (const auto bare = Digest::parse_hex(token.text)) return Literal{bare->to_string()};
    const auto digest = TRY(Digest::parse(token.text));
    return Literal{digest.to_string()};
  }
  return Literal{token.text};
}

// 1e400, -2.5E+7: digits, an e and more digits.
bool is_scientific(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  if (e == std::string_view::npos || e == 0 || e + 1 == text.size()) return false;
  const auto is_made_of = [](std::string_view part, std::string_view characters) {
    return part.find_first_not_of(characters) == std::string_view::npos;
  };
  const bool signed_exponent = text[e + 1] == '+' || text[e + 1] == '-';
  const std::string_view exponent = text.substr(e + (signed_exponent ? 2 : 1));
  return is_made_of(text.substr(0, e), "0123456789.-") && !exponent.empty() && is_made_of(exponent, "0123456789");
}

Result<Literal> any_literal(const Token& token) {
  if (token.type == Token::Type::kBare) {
    if (equal_ignoring_case(token.text, "true") || equal_ignoring_case(token.text, "false")) {
      return Literal{to_lower(token.text)};
    }
    if (const auto number = finite(token.text)) return Literal{*number};
    if (is_scientific(token.text)) {
      return expected("\"" + printable(token.text, 60) + "\" is no number that can be compared with. Quote a text.");
    }
  }
  return Literal{token.text};
}

}  // namespace

ValueType type_of(Of field) {
  switch (field) {
    case Of::kCreatedAt:
    case Of::kUpdatedAt:
    case Of::kTrainedAt:
      return ValueType::kTime;
    case Of::kSize:
      return ValueType::kSize;
    case Of::kVersions:
    case Of::kMetric:
    case Of::kNumber:
    case Of::kScore:
      return ValueType::kNumber;
    case Of::kPinned:
    case Of::kTrained:
      return ValueType::kTruth;
    case Of::kMeta:
      return ValueType::kAny;
    default:
      return ValueType::kText;
  }
}

std::optional<Of> field_named(std::string_view name) { return find_in(kNames, name); }

std::optional<Of> field_with_key(std::string_view prefix) { return find_in(kPrefixes, prefix); }

std::string nearest_field(std::string_view text) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  std::vector<std::string_view> known;
  if (dot < text.size()) {
    for (const Name& name : kPrefixes) known.push_back(name.text);
  } else {
    for (const Name& name : kNames) known.push_back(name.text);
  }
  const auto nearest = nearest_name(text.substr(0, dot), known);
  return nearest.empty() ? std::string{} : std::string{nearest} + std::string{text.substr(dot)};
}

std::string_view name_of(Of field) {
  for (const Name& name : kPrefixes) {
    if (name.field == field) return name.text;
  }
  for (const Name& name : kNames) {
    if (name.field == field) return name.text;
  }
  return "name";
}

bool has_key(Of field) { return field == Of::kTag || field == Of::kMetric || field == Of::kMeta; }

bool can_order(Of field) {
  switch (field) {
    case Of::kDescription:
    case Of::kAlias:
    case Of::kLabel:
    case Of::kMeta:
    case Of::kDigest:
    case Of::kFormat:
    case Of::kSource:
    case Of::kCommit:
    case Of::kNumber:
    case Of::kId:
    case Of::kDataset:
    case Of::kSlice:
      return false;
    default:
      return true;
  }
}

Result<Literal> literal_for(const Field& field, Comparison comparison, const Token& token) {
  switch (type_of(field.of)) {
    case ValueType::kText:
      return text_literal(field, comparison, token);
    case ValueType::kAny:
      return any_literal(token);
    case ValueType::kNumber:
      if (const auto number = finite(token.text)) return Literal{*number};
      return expected("a number was expected here.");
    case ValueType::kSize:
      if (const auto size = size_of(token.text)) return Literal{*size};
      return expected("a size was expected here, such as 300, 10MB or 1.5GiB.");
    case ValueType::kTime:
      if (const auto time = time_of(token.text)) return Literal{*time};
      return expected("a time was expected here, such as 2026-01-31 or 2026-01-31T12:00:00Z.");
    case ValueType::kTruth:
      if (const auto truth = truth_of(token.text)) return Literal{*truth};
      return expected("true or false was expected here.");
  }
  return expected("a value was expected here.");
}

}  // namespace weighhouse::registry::detail
