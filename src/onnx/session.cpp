#include "onnx/session.h"

#include <algorithm>
#include <cstring>
#include <malloc.h>

#include "base/text.h"

namespace weighhouse::onnx {
namespace {

using runtimes::ElementType;
using runtimes::Tensor;
using runtimes::Texts;

constexpr std::pair<ElementType, int> kTypes[] = {
    {ElementType::kFloat32, abi::kFloat32}, {ElementType::kFloat64, abi::kFloat64}, {ElementType::kInt32, abi::kInt32},
    {ElementType::kInt64, abi::kInt64},     {ElementType::kUint8, abi::kUint8},     {ElementType::kBool, abi::kBool}};

int number_of(ElementType type) {
  for (const auto& [ours, theirs] : kTypes)
    if (ours == type) return theirs;
  return abi::kFloat32;
}

// What the allocator has handed out: the difference over a loading is what the model holds, weights in the order
// that the processor likes among them.
std::uint64_t handed_out() {
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

tl::unexpected<Error> refused(const std::string& what, const Error& error) {
  return fail(error.code, what + error.message);
}

class OnnxModel final : public runtimes::TensorModel {
 public:
  static Result<std::shared_ptr<const runtimes::TensorModel>> load(const Library& library, Parts parts) {
    const auto before = handed_out();
    std::shared_ptr<OnnxModel> model{new OnnxModel{library, std::move(parts)}};
    const auto loaded = model->open_session();
    if (!loaded)
      return refused("\"" + model->parts_.name + "\" is no ONNX that ONNX Runtime can load: ", loaded.error());
    model->parts_.graph = {};  // the session has what it needs of it
    const auto after = handed_out();
    model->held_bytes_ = std::max(model->parts_.file_bytes, after > before ? after - before : 0);
    return std::shared_ptr<const runtimes::TensorModel>{std::move(model)};
  }

  std::uint64_t size_bytes() const override { return held_bytes_; }
  std::string describe() const override { return parts_.description; }

  Result<std::vector<runtimes::Value>> run(const std::string& method,
                                           const std::vector<runtimes::Value>& inputs) const override {
    if (!method.empty()) return fail(ErrorCode::kInvalidArgument, "An ONNX model has no methods to name.");
    if (inputs.size() > input_names_.size()) {
      return fail(ErrorCode::kInvalidArgument, "The model takes " + std::to_string(input_names_.size()) +
                                                   " inputs, not " + std::to_string(inputs.size()) + ".");
    }
    std::vector<Value> given;
    std::vector<const abi::Value*> borrowed;
    std::vector<const char*> names;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      names.push_back(inputs[i].name.empty() ? input_names_[i].c_str() : inputs[i].name.c_str());
      given.push_back(TRY(to_value(inputs[i])));
      borrowed.push_back(given.back().get());
    }
    std::vector<const char*> wanted;
    for (const auto& name : output_names_) wanted.push_back(name.c_str());
    std::vector<abi::Value*> made(wanted.size(), nullptr);
    const auto ran =
        library_.call<abi::Run>(session_.get(), static_cast<const abi::RunOptions*>(nullptr), names.data(),
                                borrowed.data(), borrowed.size(), wanted.data(), wanted.size(), made.data());
    std::vector<Value> held;
    for (auto* value : made) held.push_back(library_.hold<abi::ReleaseValue>(value));
    if (!ran) return refused("The model refuses: ", ran.error());
    std::vector<runtimes::Value> outputs;
    for (std::size_t i = 0; i < held.size(); ++i) outputs.push_back(TRY(from_value(output_names_[i], held[i].get())));
    return outputs;
  }

 private:
  OnnxModel(const Library& library, Parts parts) : library_(library), parts_(std::move(parts)) {}

  Result<> open_session() {
    abi::SessionOptions* options = nullptr;
    TRY(library_.call<abi::CreateSessionOptions>(&options));
    const auto held = library_.hold<abi::ReleaseSessionOptions>(options);
    TRY(library_.call<abi::SetIntraOpNumThreads>(options, 1));
    TRY(library_.call<abi::SetInterOpNumThreads>(options, 1));
    // An arena keeps the memory of the largest question for ever, and texts of all lengths have no pattern.
    TRY(library_.call<abi::DisableCpuMemArena>(options));
    TRY(library_.call<abi::DisableMemPattern>(options));
    TRY(add_external(options));
    abi::Session* session = nullptr;
    TRY(library_.call<abi::CreateSessionFromArray>(library_.environment(), parts_.graph.data(), parts_.graph.size(),
                                                   static_cast<const abi::SessionOptions*>(options), &session));
    session_ = library_.hold<abi::ReleaseSession>(session);
    TRY((read_names<abi::SessionGetInputCount, abi::SessionGetInputName>(input_names_)));
    return read_names<abi::SessionGetOutputCount, abi::SessionGetOutputName>(output_names_);
  }

  Result<> add_external(abi::SessionOptions* options) {
    if (parts_.external.empty()) return {};
    std::vector<const char*> names;
    std::vector<const abi::Value*> values;
    for (const auto& tensor : parts_.external) {
      abi::Value* value = nullptr;
      TRY(library_.call<abi::CreateTensorWithData>(library_.memory(), const_cast<void*>(tensor.bytes.data()),
                                                   tensor.bytes.size(), tensor.shape.data(), tensor.shape.size(),
                                                   tensor.type, &value));
      external_.push_back(library_.hold<abi::ReleaseValue>(value));
      names.push_back(tensor.name.c_str());
      values.push_back(value);
    }
    return library_.call<abi::AddExternalInitializers>(options, names.data(), values.data(), values.size());
  }

  template <class Count, class Name>
  Result<> read_names(std::vector<std::string>& list) const {
    std::size_t count = 0;
    const abi::Session* session = session_.get();
    TRY(library_.call<Count>(session, &count));
    for (std::size_t i = 0; i < count; ++i) {
      char* name = nullptr;
      TRY(library_.call<Name>(session, i, library_.allocator(), &name));
      list.emplace_back(name);
      TRY(library_.call<abi::FreeWithAllocator>(library_.allocator(), static_cast<void*>(name)));
    }
    return {};
  }

  // Tensors are lent: the input outlives the run.
  Result<Value> to_value(const runtimes::Value& input) const {
    abi::Value* made = nullptr;
    if (const auto* tensor = std::get_if<Tensor>(&input.content)) {
      TRY(library_.call<abi::CreateTensorWithData>(
          library_.memory(), static_cast<void*>(const_cast<std::byte*>(tensor->data.data())), tensor->data.size(),
          tensor->shape.data(), tensor->shape.size(), number_of(tensor->type), &made));
      return library_.hold<abi::ReleaseValue>(made);
    }
    const auto& texts = std::get<Texts>(input.content);
    const auto count = static_cast<std::int64_t>(texts.size());
    TRY(library_.call<abi::CreateTensor>(library_.allocator(), &count, std::size_t{1}, abi::kText, &made));
    auto held = library_.hold<abi::ReleaseValue>(made);
    std::vector<const char*> borrowed;
    for (const auto& text : texts) borrowed.push_back(text.c_str());
    TRY(library_.call<abi::FillTexts>(made, static_cast<const char* const*>(borrowed.data()), borrowed.size()));
    return held;
  }

  Result<runtimes::Value> from_value(const std::string& name, abi::Value* value) const {
    int is_tensor = 0;
    if (value != nullptr) TRY(library_.call<abi::IsTensor>(static_cast<const abi::Value*>(value), &is_tensor));
    if (is_tensor == 0) return no_tensor(name);
    abi::TensorInfo* info = nullptr;
    TRY(library_.call<abi::GetTensorInfo>(static_cast<const abi::Value*>(value), &info));
    const auto held = library_.hold<abi::ReleaseTensorInfo>(info);
    const abi::TensorInfo* const known = info;
    int type = 0;
    std::size_t dimensions = 0;
    TRY(library_.call<abi::GetElementType>(known, &type));
    TRY(library_.call<abi::GetDimensionsCount>(known, &dimensions));
    Tensor tensor;
    tensor.shape.resize(dimensions);
    TRY(library_.call<abi::GetDimensions>(known, tensor.shape.data(), dimensions));
    const auto count = TRY(runtimes::count_of(tensor.shape));
    if (type == abi::kText) {
      auto texts = TRY(texts_of(value, count));
      return runtimes::Value{name, std::move(texts)};
    }
    const auto ours =
        std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& t) { return t.second == type; });
    if (ours == std::end(kTypes)) {
      return fail(ErrorCode::kInvalidArgument, "The model's output \"" + printable(name, 80) +
                                                   "\" has numbers of a type that is not supported (ONNX type " +
                                                   std::to_string(type) + ").");
    }
    tensor.type = ours->first;
    void* data = nullptr;
    TRY(library_.call<abi::GetTensorData>(value, &data));
    tensor.data.resize(count * runtimes::size_bytes(tensor.type));
    if (!tensor.data.empty()) std::memcpy(tensor.data.data(), data, tensor.data.size());
    return runtimes::Value{name, std::move(tensor)};
  }

  Result<Texts> texts_of(const abi::Value* value, std::size_t count) const {
    std::size_t size = 0;
    TRY(library_.call<abi::GetTextsLength>(value, &size));
    std::string bytes(size, '\0');
    std::vector<std::size_t> offsets(count);
    TRY(library_.call<abi::GetTexts>(value, static_cast<void*>(bytes.data()), size, offsets.data(), count));
    Texts texts;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t end = i + 1 < count ? offsets[i + 1] : size;
      texts.push_back(bytes.substr(offsets[i], end - offsets[i]));
    }
    return texts;
  }

  static tl::unexpected<Error> no_tensor(const std::string& name) {
    return fail(ErrorCode::kInvalidArgument,
                "The model answers \"" + printable(name, 80) + "\" with something that is no tensor.");
  }

  const Library& library_;
  Parts parts_;
  std::vector<Value> external_{};  // the session may read them as long as it lives
  Session session_{};
  std::vector<std::string> input_names_{};
  std::vector<std::string> output_names_{};
  std::uint64_t held_bytes_ = 0;
};

}  // namespace

Result<std::shared_ptr<const runtimes::TensorModel>> load_session(const Library& library, Parts parts) {
  return OnnxModel::load(library, std::move(parts));
}

}  // namespace weighhouse::onnx
