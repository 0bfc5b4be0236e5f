#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weighhouse::wire {

// Reads the JSON object of a request. Each reader notes what is wrong and goes on; `finish` gives all of it
// in one kInvalidArgument, each fault with its JSON pointer. Keys that nobody asked for are faults, too: a
// misspelt field must not pass in silence.
//
//   Fields fields = TRY(Fields::parse(request.body));
//   const auto name = fields.text("name", Need::kRequired);
//   TRY(fields.finish());
enum class Need : std::uint8_t { kOptional, kRequired };

class Fields {
 public:
  // An empty body is an empty object. At most a depth of 32.
  static Result<Fields> parse(std::string_view body);
  Fields(boost::json::object object, std::string pointer);

  bool has(std::string_view key);
  bool is_null(std::string_view key) const;
  // The value, or an empty one where it is absent or wrong.
  std::string text(std::string_view key, Need need = Need::kOptional);
  std::optional<std::string> maybe_text(std::string_view key);
  std::optional<bool> flag(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key);
  std::optional<double> number(std::string_view key);
  // The object at `key` as JSON text.
  std::optional<std::string> object_text(std::string_view key);
  // Whatever stands at `key`, null too, as JSON text.
  std::optional<std::string> any_text(std::string_view key);
  std::vector<std::string> texts(std::string_view key, Need need = Need::kOptional);
  std::vector<Fields> objects(std::string_view key, Need need = Need::kOptional);
  std::vector<std::pair<std::string, std::string>> text_map(std::string_view key);
  // A text or a whole number, as text.
  std::string word(std::string_view key, Need need = Need::kOptional);

  void fault(std::string_view key, std::string what);
  // Takes over the faults of a part.
  void adopt(const Fields& part);
  Result<> finish() const;

 private:
  const boost::json::value* take(std::string_view key, Need need);
  void name_unknown(std::vector<std::string>& faults) const;

  boost::json::object object_;
  std::string pointer_;
  std::set<std::string, std::less<>> asked_;
  std::vector<std::string> faults_;
};

}  // namespace weighhouse::wire
