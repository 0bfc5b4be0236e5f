#include "encoders/detail/onnx_network.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cstring>

#include "base/text.h"

namespace weighhouse::encoders::detail {
namespace json = boost::json;

namespace {

using runtimes::ElementType;
using runtimes::Tensor;
using runtimes::Value;

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(ErrorCode::kInvalidArgument, "The encoder's ONNX model cannot be used: " + what);
}

Value numbers(const std::string& name, std::span<const std::int64_t> values) {
  Tensor tensor{.type = ElementType::kInt64, .shape = {1, static_cast<std::int64_t>(values.size())}, .data = {}};
  tensor.data.resize(values.size_bytes());
  std::memcpy(tensor.data.data(), values.data(), values.size_bytes());
  return {name, std::move(tensor)};
}

const Tensor* floats_of(const Value& value) {
  const auto* tensor = std::get_if<Tensor>(&value.content);
  return tensor != nullptr && tensor->type == ElementType::kFloat32 ? tensor : nullptr;
}

}  // namespace

const runtimes::TensorModel& OnnxNetwork::tensors() const { return static_cast<const runtimes::TensorModel&>(*model_); }

Result<OnnxNetwork> OnnxNetwork::open(std::shared_ptr<const runtimes::LoadedModel> model,
                                      std::span<const std::int64_t> sample) {
  OnnxNetwork network;
  network.model_ = std::move(model);
  if (dynamic_cast<const runtimes::TensorModel*>(network.model_.get()) == nullptr)
    return wrong("its runtime takes no tensors.");
  json::error_code error;
  const auto described = json::parse(network.tensors().describe(), error);
  if (error) return wrong("it does not say what its inputs are.");
  for (const auto& input : described.at("inputs").as_array())
    network.inputs_.emplace_back(std::string_view{input.at("name").as_string()});
  const auto outputs = TRY(network.ask(sample));
  // A vector for the whole text is what the exporter meant; else the first output with one for each piece.
  const auto texts = static_cast<std::int64_t>(sample.size());
  std::optional<std::size_t> pooled;
  std::optional<std::size_t> pieces;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto* tensor = floats_of(outputs[i]);
    if (tensor == nullptr) continue;
    const auto& shape = tensor->shape;
    if (shape.size() == 2 && shape[0] == 1 && outputs[i].name == "sentence_embedding") pooled = i;
    if (shape.size() == 3 && shape[0] == 1 && shape[1] == texts && !pieces) pieces = i;
  }
  if (!pooled && !pieces) return wrong("none of its outputs is a vector for each piece of a text.");
  network.is_pooled_ = pooled.has_value();
  network.output_ = pooled ? *pooled : *pieces;
  network.dimensions_ = static_cast<std::size_t>(floats_of(outputs[network.output_])->shape.back());
  if (network.dimensions_ == 0 || network.dimensions_ > 65'536) return wrong("its vectors are of no usable length.");
  return network;
}

Result<std::vector<Value>> OnnxNetwork::ask(std::span<const std::int64_t> ids) const {
  std::vector<Value> given;
  for (const auto& name : inputs_) {
    if (name == "input_ids") {
      given.push_back(numbers(name, ids));
    } else if (name == "attention_mask") {
      given.push_back(numbers(name, std::vector<std::int64_t>(ids.size(), 1)));
    } else if (name == "token_type_ids") {
      given.push_back(numbers(name, std::vector<std::int64_t>(ids.size(), 0)));
    } else {
      return wrong("it has an input \"" + printable(name, 40) +
                   "\"; known are input_ids, attention_mask and token_type_ids.");
    }
  }
  return tensors().run("", given);
}

Result<std::vector<float>> OnnxNetwork::run(std::span<const std::int64_t> ids) const {
  const auto outputs = TRY(ask(ids));
  const auto* tensor = output_ < outputs.size() ? floats_of(outputs[output_]) : nullptr;
  const std::size_t rows = is_pooled_ ? 1 : ids.size();
  if (tensor == nullptr || tensor->data.size() != rows * dimensions_ * sizeof(float))
    return wrong("its answer has another shape than before.");
  std::vector<float> values(rows * dimensions_);
  std::memcpy(values.data(), tensor->data.data(), tensor->data.size());
  return values;
}

}  // namespace weighhouse::encoders::detail
