#include "runtimes/tensor.h"

#include <array>
#include <boost/json.hpp>
#include <cstring>

#include "base/text.h"

namespace weighhouse::runtimes {
namespace json = boost::json;

namespace {

constexpr std::size_t kMaxElements = std::size_t{1} << 28U;
constexpr std::size_t kMaxDimensions = 16;

struct TypeInfo {
  std::string_view name;
  std::size_t size_bytes;
};
constexpr std::array<TypeInfo, 6> kTypes{
    {{"float32", 4}, {"float64", 8}, {"int32", 4}, {"int64", 8}, {"uint8", 1}, {"bool", 1}}};

tl::unexpected<Error> wrong(std::string_view what) {
  return fail(ErrorCode::kInvalidArgument, "A prediction's input " + std::string{what});
}

Result<ElementType> parse_type(std::string_view word) {
  for (std::size_t i = 0; i < kTypes.size(); ++i)
    if (kTypes[i].name == word) return static_cast<ElementType>(i);
  return wrong("has the unknown type \"" + printable(word, 40) + "\".");
}

// Calls `use` with a null pointer of the type that holds such elements.
template <class Use>
auto with_type(ElementType type, Use use) {
  switch (type) {
    case ElementType::kFloat32:
      return use(static_cast<float*>(nullptr));
    case ElementType::kFloat64:
      return use(static_cast<double*>(nullptr));
    case ElementType::kInt32:
      return use(static_cast<std::int32_t*>(nullptr));
    case ElementType::kInt64:
      return use(static_cast<std::int64_t*>(nullptr));
    case ElementType::kUint8:
    case ElementType::kBool:
      break;
  }
  return use(static_cast<std::uint8_t*>(nullptr));
}

Result<std::vector<std::int64_t>> read_shape(const json::value* value) {
  if (value == nullptr || !value->is_array() || value->get_array().size() > kMaxDimensions)
    return wrong("has no \"shape\", a list of at most 16 sizes.");
  std::vector<std::int64_t> shape;
  for (const auto& one : value->get_array()) {
    if (!one.is_int64()) return wrong("has a shape with something else than whole numbers.");
    shape.push_back(one.get_int64());
  }
  return shape;
}

Result<Tensor> read_tensor(const json::object& object) {
  Tensor tensor;
  const auto* type = object.if_contains("type");
  if (type != nullptr && !type->is_string()) return wrong("has a \"type\" that is no text.");
  if (type != nullptr) tensor.type = TRY(parse_type(type->get_string()));
  tensor.shape = TRY(read_shape(object.if_contains("shape")));
  const auto count = TRY(count_of(tensor.shape));
  const auto* data = object.if_contains("data");
  if (data == nullptr || !data->is_array() || data->get_array().size() != count)
    return wrong("needs \"data\" with " + std::to_string(count) + " numbers, as its shape says.");
  tensor.data.resize(count * size_bytes(tensor.type));
  const auto fits = with_type(tensor.type, [&]<class T>(T*) {
    std::byte* out = tensor.data.data();
    for (const auto& one : data->get_array()) {
      boost::system::error_code error;
      const T number = one.is_bool() ? static_cast<T>(one.get_bool()) : one.to_number<T>(error);
      if (error) return false;
      std::memcpy(out, &number, sizeof number);
      out += sizeof number;
    }
    return true;
  });
  if (!fits) return wrong("has data that are no " + std::string{to_string(tensor.type)} + ".");
  return tensor;
}

Result<Value> read_value(const json::value& value) {
  if (!value.is_object()) return wrong("is no JSON object.");
  const auto& object = value.get_object();
  Value read;
  if (const auto* name = object.if_contains("name"); name != nullptr && name->is_string())
    read.name = std::string{name->get_string()};
  const auto* texts = object.if_contains("texts");
  if (texts == nullptr) {
    read.content = TRY(read_tensor(object));
    return read;
  }
  Texts list;
  if (!texts->is_array()) return wrong("has \"texts\" that are no list.");
  for (const auto& one : texts->get_array()) {
    if (!one.is_string()) return wrong("has \"texts\" with something else than texts.");
    list.emplace_back(one.get_string());
  }
  read.content = std::move(list);
  return read;
}

json::object to_json(const Value& value) {
  json::object object{{"name", value.name}};
  if (const auto* texts = std::get_if<Texts>(&value.content)) {
    object["texts"] = json::value_from(*texts);
    return object;
  }
  const auto& tensor = std::get<Tensor>(value.content);
  json::array data;
  with_type(tensor.type, [&]<class T>(T*) {
    data.reserve(tensor.data.size() / sizeof(T));
    for (std::size_t at = 0; at + sizeof(T) <= tensor.data.size(); at += sizeof(T)) {
      T number;
      std::memcpy(&number, tensor.data.data() + at, sizeof number);
      // JSON has no word for what is not a number.
      data.emplace_back(number == number ? json::value(number) : json::value(nullptr));
    }
    return true;
  });
  object["type"] = to_string(tensor.type);
  object["shape"] = json::value_from(tensor.shape);
  object["data"] = std::move(data);
  return object;
}

}  // namespace

std::string_view to_string(ElementType type) { return kTypes[static_cast<std::size_t>(type)].name; }
std::size_t size_bytes(ElementType type) { return kTypes[static_cast<std::size_t>(type)].size_bytes; }

Result<std::size_t> count_of(const std::vector<std::int64_t>& shape) {
  std::size_t count = 1;
  for (const auto size : shape) {
    if (size < 0) return wrong("has a negative size in its shape.");
    if (__builtin_mul_overflow(count, static_cast<std::size_t>(size), &count) || count > kMaxElements)
      return wrong("has more elements than the " + std::to_string(kMaxElements) + " that are allowed.");
  }
  return count;
}

Result<std::string> TensorModel::answer(std::string_view request) const {
  boost::system::error_code error;
  const auto parsed = json::parse(request, error);
  if (error || !parsed.is_object())
    return fail(ErrorCode::kInvalidArgument, "A prediction's request is no JSON object.");
  const auto& object = parsed.get_object();
  if (object.contains("describe")) return describe();
  std::string method;
  if (const auto* named = object.if_contains("method"); named != nullptr && named->is_string())
    method = std::string{named->get_string()};
  const auto* list = object.if_contains("inputs");
  if (list == nullptr || !list->is_array())
    return fail(ErrorCode::kInvalidArgument, "A prediction's request has no \"inputs\".");
  std::vector<Value> inputs;
  for (const auto& one : list->get_array()) inputs.push_back(TRY(read_value(one)));
  json::array outputs;
  for (const auto& value : TRY(run(method, inputs))) outputs.push_back(to_json(value));
  return json::serialize(json::object{{"outputs", std::move(outputs)}});
}

}  // namespace weighhouse::runtimes
