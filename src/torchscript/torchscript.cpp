// TorchScript files in LibTorch, to be asked.
#include <ATen/Parallel.h>
#include <ATen/core/ivalue.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/scalar_tensor.h>
#include <boost/json.hpp>
#include <c10/core/InferenceMode.h>
#include <cstring>
#include <set>
#include <torch/csrc/jit/api/module.h>

#include "base/text.h"
#include "runtimes/module.h"
#include "runtimes/tensor.h"
#include "torchscript/blas.h"
#include "torchscript/script_file.h"

namespace weighhouse::torchscript {
namespace {

using runtimes::ElementType;
using runtimes::Tensor;
using runtimes::Texts;
using runtimes::Value;

constexpr std::pair<ElementType, at::ScalarType> kTypes[] = {
    {ElementType::kFloat32, at::kFloat}, {ElementType::kFloat64, at::kDouble}, {ElementType::kInt32, at::kInt},
    {ElementType::kInt64, at::kLong},    {ElementType::kUint8, at::kByte},     {ElementType::kBool, at::kBool}};

at::ScalarType to_torch(ElementType type) {
  for (const auto& [ours, theirs] : kTypes)
    if (ours == type) return theirs;
  return at::kFloat;
}

c10::IValue to_torch(const Value& value) {
  if (const auto* texts = std::get_if<Texts>(&value.content)) {
    c10::List<std::string> list;
    for (const auto& text : *texts) list.push_back(text);
    return c10::IValue{std::move(list)};
  }
  const auto& tensor = std::get<Tensor>(value.content);
  auto made = at::empty(tensor.shape, at::TensorOptions{}.dtype(to_torch(tensor.type)));
  std::memcpy(made.data_ptr(), tensor.data.data(), std::min<std::size_t>(made.nbytes(), tensor.data.size()));
  return c10::IValue{std::move(made)};
}

// Half precision and the like become float32.
Tensor from_torch(const at::Tensor& given) {
  Tensor tensor;
  auto theirs = given.scalar_type();
  const auto known =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& t) { return t.second == theirs; });
  if (known == std::end(kTypes)) theirs = at::kFloat;
  tensor.type = known == std::end(kTypes) ? ElementType::kFloat32 : known->first;
  const auto plain = given.detach().to(at::kCPU, theirs).contiguous();
  tensor.shape = plain.sizes().vec();
  tensor.data.resize(plain.nbytes());
  if (!tensor.data.empty()) std::memcpy(tensor.data.data(), plain.data_ptr(), tensor.data.size());
  return tensor;
}

// Tensors, texts, and lists, tuples and dictionaries of them, in order.
Result<> collect(const c10::IValue& value, const std::string& name, std::vector<Value>& out) {
  if (value.isTensor()) {
    out.push_back({name, from_torch(value.toTensor())});
  } else if (value.isString()) {
    out.push_back({name, Texts{value.toStringRef()}});
  } else if (value.isDouble() || value.isInt() || value.isBool()) {
    out.push_back({name, from_torch(at::scalar_tensor(value.toScalar()))});
  } else if (value.isTuple()) {
    for (const auto& one : value.toTupleRef().elements()) TRY(collect(one, name, out));
  } else if (value.isList()) {
    for (const c10::IValue& one : value.toListRef()) TRY(collect(one, name, out));
  } else if (value.isGenericDict()) {
    for (const auto& entry : value.toGenericDict()) {
      const auto key = entry.key().isString() ? entry.key().toStringRef() : name;
      TRY(collect(entry.value(), key, out));
    }
  } else {
    return fail(ErrorCode::kInvalidArgument, "The model answers with a " + value.tagKind() + ", which is no tensor.");
  }
  return {};
}

class ScriptModel final : public runtimes::TensorModel {
 public:
  ScriptModel(torch::jit::Module module, std::uint64_t file_bytes) : module_(std::move(module)) {
    std::set<const void*> seen;
    const auto count = [&](const at::Tensor& tensor) {
      if (seen.insert(tensor.storage().data()).second) tensors_bytes_ += tensor.storage().nbytes();
    };
    for (const auto& tensor : module_.parameters()) count(tensor);
    for (const auto& tensor : module_.buffers()) count(tensor);
    // Constants and dictionaries of words are in the file, too.
    tensors_bytes_ = std::max(tensors_bytes_, file_bytes);
  }

  std::uint64_t size_bytes() const override { return tensors_bytes_; }

  Result<std::vector<Value>> run(const std::string& method, const std::vector<Value>& inputs) const override {
    try {
      const c10::InferenceMode guard;
      const auto called = module_.find_method(method.empty() ? "forward" : method);
      if (!called)
        return fail(ErrorCode::kInvalidArgument, "The model has no method \"" + printable(method, 80) + "\".");
      std::vector<c10::IValue> values;
      for (const auto& input : inputs) values.push_back(to_torch(input));
      std::vector<Value> outputs;
      TRY(collect((*called)(std::move(values)), "", outputs));
      return outputs;
    } catch (const c10::Error& error) {
      return fail(ErrorCode::kInvalidArgument, "The model refuses: " + first_line(error.what_without_backtrace()));
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& error) {
      return fail(ErrorCode::kInvalidArgument, "The model refuses: " + printable(error.what(), 500));
    }
  }

  std::string describe() const override {
    boost::json::array methods;
    for (const auto& method : module_.get_methods()) {
      std::ostringstream schema;
      schema << method.function().getSchema();
      methods.push_back(boost::json::object{{"name", method.name()}, {"schema", schema.str()}});
    }
    return boost::json::serialize(boost::json::object{{"methods", std::move(methods)}});
  }

 private:
  torch::jit::Module module_;
  std::uint64_t tensors_bytes_ = 0;
};

class ScriptRuntime final : public runtimes::Runtime {
 public:
  std::string_view name() const override { return "torch"; }

  Result<std::shared_ptr<const runtimes::LoadedModel>> load(std::vector<runtimes::ModelFile> files) const override {
    std::uint64_t size_bytes = 0;
    auto module = TRY(load_script(TRY(runtimes::only_file(std::move(files), name())), size_bytes));
    return std::make_shared<const ScriptModel>(std::move(module), size_bytes);
  }
};

}  // namespace
}  // namespace weighhouse::torchscript

extern "C" __attribute__((visibility("default"))) const weighhouse::runtimes::Runtime* weigh_runtime() {
  static const auto* runtime = [] {
    weighhouse::torchscript::probe_blas();
    return new weighhouse::torchscript::ScriptRuntime;
  }();
  return runtime;
}
