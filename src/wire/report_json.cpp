#include "wire/report_json.h"

#include "base/text.h"

namespace weighhouse::wire {
namespace json = boost::json;

namespace {

json::array ports(const std::vector<formats::Port>& list) {
  json::array array;
  for (const auto& port : list)
    array.push_back(json::object{{"name", port.name}, {"type", port.type}, {"shape", json::value_from(port.shape)}});
  return array;
}

json::object tensor_json(const formats::Tensor& tensor) {
  json::object object{{"name", tensor.name},
                      {"type", tensor.type},
                      {"shape", json::value_from(tensor.shape)},
                      {"size_bytes", tensor.size_bytes}};
  if (!tensor.external.empty()) {
    object["external"] = tensor.external;
    object["external_offset"] = tensor.external_extent.offset;
    object["external_length"] = tensor.external_extent.length;
  }
  return object;
}

}  // namespace

json::object to_json(const formats::Report& report, std::size_t tensors, std::string_view search) {
  const std::string wanted = to_lower(search);
  json::array listed;
  for (const auto& tensor : report.tensors) {
    if (listed.size() >= tensors) break;
    if (wanted.empty() || to_lower(tensor.name).find(wanted) != std::string::npos)
      listed.push_back(tensor_json(tensor));
  }
  json::object opsets;
  for (const auto& [domain, version] : report.opsets) opsets[domain.empty() ? "ai.onnx" : domain] = version;
  json::object operators;
  for (const auto& [name, count] : report.operators) operators[name] = count;
  json::array entries;
  for (const auto& entry : report.entries) {
    entries.push_back(
        json::object{{"name", entry.name}, {"size_bytes", entry.size_bytes}, {"stored_bytes", entry.stored_bytes}});
  }
  json::array metadata;
  for (const auto& [key, value] : report.metadata) metadata.push_back(json::object{{"key", key}, {"value", value}});
  json::array findings;
  for (const auto& finding : report.findings) {
    findings.push_back(json::object{{"severity", to_string(finding.severity)},
                                    {"code", finding.code},
                                    {"message", finding.message},
                                    {"where", finding.where},
                                    {"count", finding.count}});
  }
  return {
      {"format", to_string(report.format)}, {"level", to_string(report.level)},      {"summary", report.summary},
      {"tensors", std::move(listed)},       {"tensor_count", report.tensors.size()}, {"parameters", report.parameters},
      {"inputs", ports(report.inputs)},     {"outputs", ports(report.outputs)},      {"opsets", std::move(opsets)},
      {"operators", std::move(operators)},  {"entries", std::move(entries)},         {"metadata", std::move(metadata)},
      {"findings", std::move(findings)}};
}

}  // namespace weighhouse::wire
