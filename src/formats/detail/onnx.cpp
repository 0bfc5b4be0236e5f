#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/text.h"
#include "formats/detail/element_type.h"
#include "formats/detail/inspectors.h"
#include "formats/detail/onnx_port.h"
#include "formats/detail/onnx_tensor.h"
#include "formats/detail/protobuf_reader.h"
#include "formats/detail/report_writer.h"
#include "formats/detail/words.h"

// An ONNX file is one protobuf message with the weights somewhere inside it. It is walked field by field, and the
// walk jumps over the weights, so a model of two gigabytes is read in a few kilobytes. Weights hide in more places
// than the list of initialisers: in attributes of nodes, in the bodies of If and Loop, in functions, in training.
namespace weighhouse::formats::detail {
namespace {

constexpr int kDeepestGraph = 100;
constexpr std::uint64_t kNewestIrVersion = 14;
constexpr std::array<std::string_view, 7> kKnownDomains{"",
                                                        "ai.onnx",
                                                        "ai.onnx.ml",
                                                        "ai.onnx.training",
                                                        "ai.onnx.preview.training",
                                                        "com.microsoft",
                                                        "com.microsoft.nchwc"};

using Operator = std::pair<std::string, std::string>;  // domain, name

// Exporters keep shapes, indices and flags as tensors too; those are no weights.
bool is_weight(const Tensor& tensor) {
  return tensor.type != "I64" && tensor.type != "BOOL" && tensor.type != "STRING";
}

class OnnxReader {
 public:
  OnnxReader(const RandomAccess& file, const InspectLimits& limits)
      : cursor_(file, limits.header_bytes), report_(Format::kOnnx, limits) {}

  Result<Report> read() && {
    const auto outcome = read_model(ProtobufReader{cursor_});
    TRY(report_.absorb(outcome));
    if (outcome) check_model();
    report_custom_operators();
    remove_initialized_inputs();
    std::string what = "ONNX";
    if (const auto opset = report_.report().opsets.find(""); opset != report_.report().opsets.end()) {
      what += ", opset " + std::to_string(opset->second);
    }
    return std::move(report_).finish(what + ", " + counted(nodes_, "node"));
  }

 private:
  Result<> read_model(ProtobufReader model) {
    while (TRY(model.next())) {
      if (model.missing_bytes() > 0) {
        report_.malformed("truncated", "The file is cut short: at least " + std::to_string(model.missing_bytes()) +
                                           " bytes are missing. Fetch or upload it again.");
      }
      TRY(read_model_field(model));
    }
    return {};
  }

  Result<> read_model_field(ProtobufReader& model) {
    switch (model.field()) {
      case 1: {
        ir_version_ = TRY(model.number());
        return report_.add_metadata("onnx.ir_version", std::to_string(ir_version_));
      }
      case 2:
        return read_text(model, "onnx.producer_name");
      case 3:
        return read_text(model, "onnx.producer_version");
      case 4:
        return read_text(model, "onnx.domain");
      case 5: {
        const auto version = TRY(model.number());
        return report_.add_metadata("onnx.model_version", std::to_string(static_cast<std::int64_t>(version)));
      }
      case 6:
        return read_text(model, "onnx.doc_string");
      case 7: {
        // A second graph is merged into the first by some programs and replaces it in others.
        if (++graphs_ == 2) report_.malformed("several-graphs", "The model has more than one main graph.");
        const auto graph = TRY(model.submessage());
        return read_graph(graph, 0);
      }
      case 8: {
        const auto opset = TRY(model.submessage());
        return read_opset(opset);
      }
      case 14: {
        const auto entry = TRY(model.submessage());
        return read_metadata(entry);
      }
      case 20: {
        const auto training = TRY(model.submessage());
        return read_training(training);
      }
      case 25: {
        const auto function = TRY(model.submessage());
        return read_function(function);
      }
      default:
        return {};
    }
  }

  Result<> read_text(ProtobufReader& message, std::string_view key) {
    const auto text = TRY(message.text(report_.limits().metadata_value_bytes + 1));
    if (text.empty()) return {};
    return report_.add_metadata(key, text);
  }

  Result<> read_metadata(ProtobufReader entry) {
    std::string key;
    std::string value;
    while (TRY(entry.next())) {
      if (entry.field() == 1) key = TRY(entry.text());
      if (entry.field() == 2) value = TRY(entry.text(report_.limits().metadata_value_bytes + 1));
    }
    return report_.add_metadata(key, value);
  }

  Result<> read_opset(ProtobufReader opset) {
    std::string domain;
    std::uint64_t version = 0;
    while (TRY(opset.next())) {
      if (opset.field() == 1) domain = ReportWriter::shown(TRY(opset.text()));
      if (opset.field() == 2) version = TRY(opset.number());
    }
    if (domain == "ai.onnx") domain.clear();
    auto& opsets = report_.report().opsets;
    if (opsets.size() >= report_.limits().entries)
      return malformed("entry-limit", "The model names too many operator sets.");
    opsets[domain] = static_cast<std::int64_t>(version);
    return {};
  }

  Result<> read_graph(ProtobufReader graph, int depth) {
    if (depth > kDeepestGraph) return malformed("too-deep", "Graphs are nested more than 100 deep.");
    while (TRY(graph.next())) {
      switch (graph.field()) {
        case 1: {
          const auto node = TRY(graph.submessage());
          TRY(read_node(node, depth));
          break;
        }
        case 2:
          if (depth == 0) TRY(read_text(graph, "onnx.graph_name"));
          break;
        case 5: {
          const auto tensor = TRY(graph.submessage());
          TRY(read_tensor(tensor, "", depth == 0));
          break;
        }
        case 11:
        case 12: {
          if (depth > 0) break;
          const auto port = TRY(graph.submessage());
          TRY(add_port(port, graph.field() == 11 ? report_.report().inputs : report_.report().outputs));
          break;
        }
        case 15: {
          const auto sparse = TRY(graph.submessage());
          TRY(read_sparse(sparse, depth == 0));
          break;
        }
        default:
          break;
      }
    }
    return {};
  }

  Result<> add_port(ProtobufReader port, std::vector<Port>& ports) {
    if (ports.size() >= report_.limits().entries)
      return malformed("entry-limit", "The graph has too many inputs or outputs.");
    ports.push_back(TRY(read_onnx_port(port)));
    return {};
  }

  Result<> read_tensor(ProtobufReader message, std::string_view name, bool is_main_initializer = false) {
    auto tensor = TRY(read_onnx_tensor(message, report_, name));
    if (is_main_initializer) initializers_.insert(tensor.name);
    if (is_weight(tensor)) report_.report().parameters += element_count(tensor.shape).value_or(0);
    return report_.add_tensor(std::move(tensor));
  }

  // The values carry the name; the indices say where in a tensor of zeros they stand.
  Result<> read_sparse(ProtobufReader sparse, bool is_main_initializer) {
    while (TRY(sparse.next())) {
      if (sparse.field() != 1 && sparse.field() != 2) continue;
      const auto tensor = TRY(sparse.submessage());
      const bool is_values = sparse.field() == 1;
      TRY(read_tensor(tensor, is_values ? "sparse values" : "sparse indices", is_main_initializer && is_values));
    }
    return {};
  }

  Result<> read_node(ProtobufReader node, int depth) {
    std::string output;
    std::string name;
    Operator op;
    while (TRY(node.next())) {
      switch (node.field()) {
        case 2:
          if (output.empty()) output = TRY(node.text());
          break;
        case 3:
          name = TRY(node.text());
          break;
        case 4:
          op.second = ReportWriter::shown(TRY(node.text(512)), 512);
          break;
        case 5: {
          const auto attribute = TRY(node.submessage());
          TRY(read_attribute(attribute, output.empty() ? name : output, depth));
          break;
        }
        case 7:
          op.first = ReportWriter::shown(TRY(node.text(512)), 512);
          break;
        default:
          break;
      }
    }
    return count_operator(std::move(op));
  }

  Result<> read_attribute(ProtobufReader attribute, std::string_view owner, int depth) {
    std::string name{owner};
    while (TRY(attribute.next())) {
      switch (attribute.field()) {
        case 1:
          name += "." + TRY(attribute.text());
          break;
        case 5:
        case 10: {
          const auto tensor = TRY(attribute.submessage());
          TRY(read_tensor(tensor, name));
          break;
        }
        case 6:
        case 11: {
          const auto graph = TRY(attribute.submessage());
          TRY(read_graph(graph, depth + 1));
          break;
        }
        case 22:
        case 23: {
          const auto sparse = TRY(attribute.submessage());
          TRY(read_sparse(sparse, false));
          break;
        }
        default:
          break;
      }
    }
    return {};
  }

  Result<> count_operator(Operator op) {
    ++nodes_;
    if (op.second.empty()) return malformed("nameless-operator", "A node does not say which operator it is.");
    if (op.first == "ai.onnx") op.first.clear();
    auto& operators = report_.report().operators;
    const std::string word = op.first.empty() ? op.second : op.first + "." + op.second;
    if (operators.size() >= report_.limits().entries)
      return malformed("entry-limit", "The model has too many operators.");
    ++operators[word];
    if (std::ranges::find(kKnownDomains, op.first) == kKnownDomains.end()) ++custom_[std::move(op)];
    return {};
  }

  Result<> read_function(ProtobufReader function) {
    Operator defined;
    while (TRY(function.next())) {
      switch (function.field()) {
        case 1:
          defined.second = ReportWriter::shown(TRY(function.text(512)), 512);
          break;
        case 7: {
          const auto node = TRY(function.submessage());
          TRY(read_node(node, 1));
          break;
        }
        case 10:
          defined.first = ReportWriter::shown(TRY(function.text(512)), 512);
          break;
        case 11: {
          const auto attribute = TRY(function.submessage());
          TRY(read_attribute(attribute, defined.second, 1));
          break;
        }
        default:
          break;
      }
    }
    if (functions_.size() >= report_.limits().entries)
      return malformed("entry-limit", "The model has too many functions.");
    functions_.insert(std::move(defined));
    return {};
  }

  Result<> read_training(ProtobufReader training) {
    while (TRY(training.next())) {
      if (training.field() != 1 && training.field() != 2) continue;
      const auto graph = TRY(training.submessage());
      TRY(read_graph(graph, 1));
    }
    return {};
  }

  void check_model() {
    if (graphs_ == 0) report_.malformed("no-graph", "The model has no graph. The file was probably cut short.");
    if (ir_version_ == 0) report_.malformed("no-version", "The model does not say which version of ONNX it follows.");
    if (ir_version_ >= 3 && report_.report().opsets.empty()) {
      report_.malformed("no-opset",
                        "The model does not say which operator set it uses. The file was probably cut short.");
    }
    if (ir_version_ > kNewestIrVersion) {
      report_.note("newer-version", "The model follows IR version " + std::to_string(ir_version_) +
                                        ", which is newer than this version of weigh.");
    }
  }

  // An operator that the model itself defines as a function needs nothing else.
  void report_custom_operators() {
    for (const auto& [op, count] : custom_) {
      if (functions_.contains(op)) continue;
      report_.code_bearing("custom-operator",
                           "The operator " + quoted(op.second) + " of the domain " + quoted(op.first) +
                               " is not part of ONNX: whoever runs the model must load code for it.",
                           op.first + "." + op.second);
    }
  }

  // Up to IR version 3 every initialiser was declared as an input as well.
  void remove_initialized_inputs() {
    std::erase_if(report_.report().inputs, [this](const Port& port) { return initializers_.contains(port.name); });
  }

  Cursor cursor_;
  ReportWriter report_;
  std::uint64_t ir_version_ = 0;
  std::uint64_t nodes_ = 0;
  int graphs_ = 0;
  std::set<std::string> initializers_;
  std::map<Operator, std::uint64_t> custom_;
  std::set<Operator> functions_;
};

}  // namespace

Result<Report> inspect_onnx(const RandomAccess& file, const InspectLimits& limits) {
  return OnnxReader{file, limits}.read();
}

}  // namespace weighhouse::formats::detail
