// ONNX files as a runtime: what `formats` says of them decides whether ONNX Runtime sees them at all.
#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "base/text.h"
#include "formats/inspect.h"
#include "onnx/session.h"
#include "runtimes/module.h"

namespace weighhouse::onnx {
namespace json = boost::json;

namespace {

using runtimes::ModelFile;

constexpr std::pair<std::string_view, int> kExternalTypes[] = {
    {"F32", abi::kFloat32}, {"F16", abi::kFloat16}, {"F64", abi::kFloat64}, {"I64", abi::kInt64},
    {"I32", abi::kInt32},   {"I8", abi::kInt8},     {"U8", abi::kUint8},    {"BOOL", abi::kBool}};

tl::unexpected<Error> broken(const std::string& file, const std::string& reason) {
  return fail(ErrorCode::kInvalidArgument,
              "\"" + printable(file, 80) + "\" is no ONNX model that can be run: " + reason);
}

json::array to_json(const std::vector<formats::Port>& ports) {
  json::array list;
  for (const auto& port : ports)
    list.push_back(json::object{{"name", port.name}, {"type", port.type}, {"shape", json::value_from(port.shape)}});
  return list;
}

// The graph among the files: the one that ends in .onnx, or the only one.
Result<std::size_t> graph_among(const std::vector<ModelFile>& files) {
  std::vector<std::size_t> graphs;
  for (std::size_t i = 0; i < files.size(); ++i)
    if (files.size() == 1 || files[i].name.ends_with(".onnx")) graphs.push_back(i);
  if (graphs.size() == 1) return graphs.front();
  return fail(ErrorCode::kInvalidArgument,
              "An ONNX model is one file that ends in .onnx, with those that hold its "
              "tensors beside it; there are " +
                  std::to_string(graphs.size()) + ".");
}

Result<ExternalTensor> external_of(const formats::Tensor& tensor, const std::vector<ModelFile>& files,
                                   const std::string& graph) {
  const auto file = std::find_if(files.begin(), files.end(), [&](const auto& f) { return f.name == tensor.external; });
  if (file == files.end())
    return broken(graph, "its tensors are in \"" + printable(tensor.external, 80) + "\", which did not come with it.");
  const auto type = std::find_if(std::begin(kExternalTypes), std::end(kExternalTypes),
                                 [&](const auto& known) { return known.first == tensor.type; });
  if (type == std::end(kExternalTypes))
    return broken(graph,
                  "tensors of the type " + printable(tensor.type, 20) + " in a file of their own are not supported.");
  auto bytes =
      TRY(Mapping::of(file->file.get(), tensor.external_extent.offset, tensor.external_extent.length, tensor.external));
  return ExternalTensor{tensor.name, type->second, tensor.shape, std::move(bytes)};
}

class OnnxRuntime final : public runtimes::Runtime {
 public:
  std::string_view name() const override { return "onnx"; }

  Result<std::shared_ptr<const runtimes::LoadedModel>> load(std::vector<ModelFile> files) const override {
    const auto graph = TRY(graph_among(files));
    const auto& file = files[graph];
    const auto info = TRY(stat_file(file.file.get(), file.name));
    Parts parts;
    parts.name = printable(file.name, 80);
    parts.graph = TRY(Mapping::of(file.file.get(), 0, info.size_bytes, file.name));
    parts.file_bytes = info.size_bytes;
    const std::string_view bytes{static_cast<const char*>(parts.graph.data()), parts.graph.size()};
    const auto report = TRY(formats::inspect(MemoryAccess{bytes}, file.name));
    if (report.format != formats::Format::kOnnx)
      return broken(file.name, "it is " + std::string{to_string(report.format)} + ".");
    if (report.level == formats::Level::kMalformed) {
      return broken(file.name, report.findings.empty() ? "it contradicts itself." : report.findings.front().message);
    }
    for (const auto& tensor : report.tensors) {
      if (tensor.external.empty()) continue;
      parts.external.push_back(TRY(external_of(tensor, files, file.name)));
      parts.file_bytes += parts.external.back().bytes.size();
    }
    parts.description =
        json::serialize(json::object{{"inputs", to_json(report.inputs)}, {"outputs", to_json(report.outputs)}});
    const auto* library = TRY(Library::get());
    return TRY(load_session(*library, std::move(parts)));
  }
};

}  // namespace
}  // namespace weighhouse::onnx

extern "C" __attribute__((visibility("default"))) const weighhouse::runtimes::Runtime* weigh_runtime() {
  static const weighhouse::onnx::OnnxRuntime runtime;
  return &runtime;
}
