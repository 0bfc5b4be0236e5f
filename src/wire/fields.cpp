#include "wire/fields.h"

#include "base/nearest_name.h"
#include "base/text.h"

namespace weighhouse::wire {
namespace json = boost::json;

namespace {

// What a body holds may be 32 deep by itself, as services allow.
constexpr std::size_t kDeepest = 36;
constexpr std::size_t kTold = 20;     // faults in one message
constexpr std::size_t kListed = 200;  // and in its details

}  // namespace

Result<Fields> Fields::parse(std::string_view body) {
  if (trim(body).empty()) return Fields{{}, ""};
  json::parse_options options;
  options.max_depth = kDeepest;
  json::stream_parser parser{{}, options};
  json::error_code error;
  const std::size_t used = parser.write_some(body.data(), body.size(), error);
  if (!error && !parser.done()) parser.finish(error);
  if (!error && !trim(body.substr(used)).empty()) error = json::error::extra_data;
  if (error == json::error::too_deep) {
    return fail(ErrorCode::kInvalidArgument, "The body is JSON of more than " + std::to_string(kDeepest) +
                                                 " objects and arrays in one another, near byte " +
                                                 std::to_string(used) + ".");
  }
  if (error) {
    return fail(ErrorCode::kInvalidArgument,
                "The body is not JSON: " + error.message() + " near byte " + std::to_string(used) + ".");
  }
  auto value = parser.release();
  if (!value.is_object()) return fail(ErrorCode::kInvalidArgument, "The body must be one JSON object.");
  return Fields{std::move(value.as_object()), ""};
}

Fields::Fields(json::object object, std::string pointer) : object_(std::move(object)), pointer_(std::move(pointer)) {}

bool Fields::has(std::string_view key) {
  asked_.emplace(key);
  return object_.contains(key);
}

bool Fields::is_null(std::string_view key) const {
  const auto* value = object_.if_contains(key);
  return value != nullptr && value->is_null();
}

void Fields::fault(std::string_view key, std::string what) {
  faults_.push_back(pointer_ + "/" + std::string{key} + " " + std::move(what));
}

void Fields::adopt(const Fields& part) {
  if (const auto finished = part.finish(); !finished)
    faults_.insert(faults_.end(), part.faults_.begin(), part.faults_.end());
  part.name_unknown(faults_);
}

const json::value* Fields::take(std::string_view key, Need need) {
  asked_.emplace(key);
  const auto* value = object_.if_contains(key);
  if (value != nullptr && !value->is_null()) return value;
  if (need == Need::kRequired) fault(key, "is missing");
  return nullptr;
}

std::string Fields::text(std::string_view key, Need need) {
  const auto* value = take(key, need);
  if (value == nullptr) return {};
  if (value->is_string()) return std::string{value->get_string()};
  fault(key, "must be a text");
  return {};
}

std::optional<std::string> Fields::maybe_text(std::string_view key) {
  if (take(key, Need::kOptional) == nullptr) return std::nullopt;
  return text(key);
}

std::optional<bool> Fields::flag(std::string_view key) {
  const auto* value = take(key, Need::kOptional);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  fault(key, "must be true or false");
  return std::nullopt;
}

std::optional<std::int64_t> Fields::integer(std::string_view key) {
  const auto* value = take(key, Need::kOptional);
  if (value == nullptr) return std::nullopt;
  if (value->is_int64()) return value->get_int64();
  fault(key, "must be a whole number");
  return std::nullopt;
}

std::optional<double> Fields::number(std::string_view key) {
  const auto* value = take(key, Need::kOptional);
  if (value == nullptr) return std::nullopt;
  if (value->is_double()) return value->get_double();
  if (value->is_int64()) return static_cast<double>(value->get_int64());
  fault(key, "must be a number");
  return std::nullopt;
}

std::optional<std::string> Fields::object_text(std::string_view key) {
  const auto* value = take(key, Need::kOptional);
  if (value == nullptr) return std::nullopt;
  if (value->is_object()) return json::serialize(*value);
  fault(key, "must be an object");
  return std::nullopt;
}

std::optional<std::string> Fields::any_text(std::string_view key) {
  take(key, Need::kOptional);
  const auto* value = object_.if_contains(key);
  if (value == nullptr) return std::nullopt;
  return json::serialize(*value);
}

std::vector<std::string> Fields::texts(std::string_view key, Need need) {
  const auto* value = take(key, need);
  if (value == nullptr) return {};
  std::vector<std::string> list;
  bool right = value->is_array();
  if (right) {
    for (const auto& item : value->get_array()) {
      right = right && item.is_string();
      if (item.is_string()) list.emplace_back(item.get_string());
    }
  }
  if (!right) fault(key, "must be a list of texts");
  return list;
}

std::vector<Fields> Fields::objects(std::string_view key, Need need) {
  const auto* value = take(key, need);
  if (value == nullptr) return {};
  if (!value->is_array()) {
    fault(key, "must be a list of objects");
    return {};
  }
  std::vector<Fields> list;
  std::size_t index = 0;
  for (const auto& item : value->get_array()) {
    const std::string pointer = pointer_ + "/" + std::string{key} + "/" + std::to_string(index++);
    if (item.is_object()) {
      list.emplace_back(item.get_object(), pointer);
    } else {
      faults_.push_back(pointer + " must be an object");
    }
  }
  return list;
}

std::vector<std::pair<std::string, std::string>> Fields::text_map(std::string_view key) {
  const auto* value = take(key, Need::kOptional);
  if (value == nullptr) return {};
  std::vector<std::pair<std::string, std::string>> map;
  bool right = value->is_object();
  if (right) {
    for (const auto& [name, item] : value->get_object()) {
      right = right && item.is_string();
      if (item.is_string()) map.emplace_back(std::string{name}, std::string{item.get_string()});
    }
  }
  if (!right) fault(key, "must be an object of texts");
  return map;
}

std::string Fields::word(std::string_view key, Need need) {
  const auto* value = take(key, need);
  if (value == nullptr) return {};
  if (value->is_string()) return std::string{value->get_string()};
  if (value->is_int64()) return std::to_string(value->get_int64());
  fault(key, "must be a text or a whole number");
  return {};
}

void Fields::name_unknown(std::vector<std::string>& faults) const {
  std::vector<std::string_view> free;  // what was asked for and is not there
  for (const std::string& key : asked_) {
    if (!object_.contains(key)) free.push_back(key);
  }
  for (const auto& [key, value] : object_) {
    if (asked_.contains(std::string_view{key})) continue;
    const auto nearest = faults.size() < kTold ? nearest_name(key, free) : std::string_view{};
    faults.push_back(pointer_ + "/" + std::string{key} + " is not a field that is known here" +
                     (nearest.empty() ? "" : " (did you mean \"" + std::string{nearest} + "\"?)"));
  }
}

Result<> Fields::finish() const {
  auto faults = faults_;
  name_unknown(faults);
  if (faults.empty()) return {};
  std::string message = "The request cannot be taken: ";
  for (std::size_t i = 0; i < faults.size() && i < kTold; ++i)
    message += (i > 0 ? "; " : "") + printable(faults[i], 200);
  if (faults.size() > kTold) message += "; and " + std::to_string(faults.size() - kTold) + " more";
  if (faults.size() > kListed) faults.resize(kListed);
  return fail(ErrorCode::kInvalidArgument, message + ".", {{"faults", faults}});
}

}  // namespace weighhouse::wire
