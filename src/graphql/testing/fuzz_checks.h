#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graphql/engine.h"
#include "graphql/parser.h"
#include "graphql/testing/library_schema.h"
#include "graphql/testing/printer.h"

namespace weighhouse::graphql::testing {
namespace json = boost::json;

inline constexpr Limits kSmall{.document_bytes = 1U << 16U, .depth = 12, .fields = 500, .introspected = 2'000};

// Something of the type that is asked for, as deep as it is asked.
inline json::value invent(TypeView type, const PlannedField& asked) {
  if (type.is_list()) {
    json::array two;
    for (int i = 0; i < 2; ++i) two.push_back(invent(type.item(), asked));
    return json::value(std::move(two));
  }
  if (asked.type->is_leaf()) return json::value(asked.type->kind == TypeKind::kEnum ? "NOVEL" : "1");
  json::object out;
  for (const auto& part : asked.fields) {
    // Under two keys with different arguments, it is the same thing.
    if (!out.contains(part.field->name)) out[part.field->name] = invent(part.field->type.view(), part);
  }
  return json::value(std::move(out));
}

inline void check_keys(const PlannedField& asked, const json::value& answer, TypeView type) {
  if (answer.is_null()) return;
  if (type.is_list()) {
    for (const auto& item : answer.as_array()) check_keys(asked, item, type.item());
    return;
  }
  if (asked.type->is_leaf()) return;
  const auto& object = answer.as_object();
  check(object.size() == asked.fields.size(), "an answer has the keys that were asked for");
  std::size_t i = 0;
  for (const auto& [key, value] : object) {
    const auto& part = asked.fields[i++];
    check(key == part.key, "an answer is in the order of the question");
    check_keys(part, value, part.field->type.view());
  }
}

// What the fuzz target does with an input, so that a unit test can do the same with the corpus: what parses is written
// so that it parses to the same, and what the schema accepts is answered with just the keys that were asked for.
inline void check_document(std::string_view text) {
  static const Engine kEngine{Schema::parse(kLibrarySchema).take(), {}, kSmall};
  const auto document = parse_document(text, kSmall);
  if (document) {
    const std::string printed = print(*document);
    const auto again = parse_document(printed, Limits{.document_bytes = printed.size(), .tokens = 100'000});
    check(again.has_value(), "a printed document parses");
    check(print(*again) == printed, "a printed document comes back as it was");
  } else {
    check(document.error().code == ErrorCode::kInvalidArgument, "a document is wrong in one way");
  }
  std::vector<PlannedField> asked_for;
  const auto answer =
      kEngine.answer({std::string{text}, "", {}}, [&](const PlannedField& asked) -> Result<json::value> {
        asked_for.push_back(asked);
        return invent(asked.field->type.view(), asked);
      });
  check(!answer.refused || asked_for.empty(), "what is refused is not asked of anybody");
  const auto* data = answer.body.if_contains("data");
  if (data == nullptr || data->is_null()) return;
  for (const auto& asked : asked_for) check_keys(asked, data->as_object().at(asked.key), asked.field->type.view());
}

}  // namespace weighhouse::graphql::testing
