#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "formats/detail/element_type.h"
#include "formats/detail/flatbuffer.h"
#include "formats/detail/inspectors.h"
#include "formats/detail/report_writer.h"
#include "formats/detail/tflite_words.h"
#include "formats/detail/words.h"

// A TFLite model is one FlatBuffers table: operator codes, subgraphs of tensors and operators, and the buffers that
// tensors point to by index. Only tensors with bytes in a buffer are listed; the others exist while it runs.
namespace weighhouse::formats::detail {
namespace {

constexpr std::size_t kLargestRank = 64;

namespace model_field {
constexpr unsigned kVersion = 0;
constexpr unsigned kOperatorCodes = 1;
constexpr unsigned kSubgraphs = 2;
constexpr unsigned kDescription = 3;
constexpr unsigned kBuffers = 4;
constexpr unsigned kMetadata = 6;
}  // namespace model_field

namespace tensor_field {
constexpr unsigned kShape = 0;
constexpr unsigned kType = 1;
constexpr unsigned kBuffer = 2;
constexpr unsigned kName = 3;
constexpr unsigned kSparsity = 6;
constexpr unsigned kShapeSignature = 7;
}  // namespace tensor_field

class TfliteReader {
 public:
  TfliteReader(const RandomAccess& file, const InspectLimits& limits)
      : buffer_(file, limits.header_bytes), report_(Format::kTflite, limits) {}

  Result<Report> read() && {
    TRY(report_.absorb(read_model()));
    return std::move(report_).finish("TFLite, " + counted(operators_, "operator"));
  }

 private:
  Result<> read_model() {
    const auto identifier = TRY(buffer_.read_number<std::uint32_t>(4));
    if (identifier != 0x334C4654U)
      return malformed("bad-identifier", "The file does not bear the mark TFL3 of a TFLite model.");
    const auto model = TRY(buffer_.root());
    const auto version = TRY(model.number<std::uint32_t>(model_field::kVersion));
    TRY(report_.add_metadata("tflite.version", std::to_string(version)));
    if (version != 3)
      report_.note("newer-version",
                   "The model follows version " + std::to_string(version) + " of the format; 3 is known.");
    const auto description = TRY(model.text(model_field::kDescription, report_.limits().metadata_value_bytes + 1));
    if (!description.empty()) TRY(report_.add_metadata("tflite.description", description));

    buffers_ = TRY(model.vector(model_field::kBuffers, 4));
    TRY(read_operator_codes(model));
    TRY(read_metadata(model));
    const auto subgraphs = TRY(model.vector(model_field::kSubgraphs, 4));
    if (subgraphs.count == 0) report_.malformed("no-graph", "The model has no subgraph.");
    for (std::uint64_t i = 0; i < subgraphs.count; ++i) {
      const auto subgraph = TRY(buffer_.follow(subgraphs.offset + 4 * i));
      TRY(read_subgraph(subgraph, i == 0));
    }
    return {};
  }

  Result<> read_operator_codes(const FlatTable& model) {
    const auto codes = TRY(model.vector(model_field::kOperatorCodes, 4));
    if (codes.count > report_.limits().entries) return malformed("entry-limit", "The model names too many operators.");
    for (std::uint64_t i = 0; i < codes.count; ++i) {
      const auto code = TRY(buffer_.follow(codes.offset + 4 * i));
      // The first field is a byte; operators above 127 have come since, in a field of their own.
      const std::uint32_t old_number = TRY(code.number<std::uint8_t>(0));
      const auto number = std::max(old_number, TRY(code.number<std::uint32_t>(3)));
      if (number == kTfliteCustom) {
        const auto name = ReportWriter::shown(TRY(code.text(1, 512)), 512);
        codes_.push_back("custom." + name);
        report_.code_bearing(
            "custom-operator",
            "The operator " + quoted(name) + " is not part of TFLite: whoever runs the model must load code for it.",
            name);
      } else {
        codes_.push_back(tflite_operator(number));
      }
    }
    return {};
  }

  Result<> read_metadata(const FlatTable& model) {
    const auto entries = TRY(model.vector(model_field::kMetadata, 4));
    for (std::uint64_t i = 0; i < entries.count; ++i) {
      const auto entry = TRY(buffer_.follow(entries.offset + 4 * i));
      const auto name = TRY(entry.text(0));
      const auto index = TRY(entry.number<std::uint32_t>(1));
      const auto bytes = TRY(find_bytes(index));
      TRY(report_.add_metadata("tflite.metadata." + name, format_size(bytes.length)));
    }
    return {};
  }

  Result<> read_subgraph(const FlatTable& subgraph, bool is_main) {
    const auto tensors = TRY(subgraph.vector(0, 4));
    for (std::uint64_t i = 0; i < tensors.count; ++i) {
      const auto tensor = TRY(buffer_.follow(tensors.offset + 4 * i));
      TRY(read_tensor(tensor));
    }
    if (is_main) {
      TRY(read_ports(subgraph, 1, tensors, report_.report().inputs));
      TRY(read_ports(subgraph, 2, tensors, report_.report().outputs));
    }
    const auto operators = TRY(subgraph.vector(3, 4));
    for (std::uint64_t i = 0; i < operators.count; ++i) {
      const auto op = TRY(buffer_.follow(operators.offset + 4 * i));
      const auto code = TRY(op.number<std::uint32_t>(0));
      if (code >= codes_.size())
        return malformed("bad-index",
                         "An operator has the code " + std::to_string(code) + ", which the model does not define.");
      ++report_.report().operators[codes_[code]];
      ++operators_;
    }
    return {};
  }

  Result<> read_ports(const FlatTable& subgraph, unsigned field, const FlatVector& tensors, std::vector<Port>& ports) {
    const auto indices = TRY(subgraph.vector(field, 4));
    if (indices.count > report_.limits().entries)
      return malformed("entry-limit", "The model has too many inputs or outputs.");
    for (std::uint64_t i = 0; i < indices.count; ++i) {
      const auto index = TRY(buffer_.read_number<std::uint32_t>(indices.offset + 4 * i));
      if (index >= tensors.count)
        return malformed("bad-index",
                         "An input or output is tensor " + std::to_string(index) + ", which does not exist.");
      const auto tensor = TRY(buffer_.follow(tensors.offset + 4 * std::uint64_t{index}));
      ports.push_back(TRY(read_port(tensor)));
    }
    return {};
  }

  Result<Port> read_port(const FlatTable& tensor) {
    const auto name = TRY(tensor.text(tensor_field::kName));
    Port port{.name = ReportWriter::shown(name), .type = "?", .shape = {}};
    const auto type = tflite_element_type(TRY(tensor.number<std::uint8_t>(tensor_field::kType)));
    if (!type.empty()) port.type = type;
    const bool has_signature = tensor.has(tensor_field::kShapeSignature);
    const auto shape = TRY(read_shape(tensor, has_signature ? tensor_field::kShapeSignature : tensor_field::kShape));
    for (const auto size : shape) port.shape.push_back(size < 0 ? "?" : std::to_string(size));
    return port;
  }

  Result<std::vector<std::int64_t>> read_shape(const FlatTable& tensor, unsigned field) {
    const auto sizes = TRY(tensor.vector(field, 4));
    if (sizes.count > kLargestRank) return malformed("bad-number", "A tensor has more than 64 dimensions.");
    std::vector<std::int64_t> shape;
    for (std::uint64_t i = 0; i < sizes.count; ++i) {
      shape.push_back(static_cast<std::int32_t>(TRY(buffer_.read_number<std::uint32_t>(sizes.offset + 4 * i))));
    }
    return shape;
  }

  // Where the bytes of a buffer lie: within the table or, for models beyond 2 GB, behind it.
  Result<Extent> find_bytes(std::uint32_t index) {
    if (index >= buffers_.count)
      return malformed("bad-index", "Buffer " + std::to_string(index) + " is used and does not exist.");
    const auto buffer = TRY(buffer_.follow(buffers_.offset + 4 * std::uint64_t{index}));
    const auto inside = TRY(buffer.vector(0, 1));
    if (inside.count > 0) return Extent{inside.offset, inside.count};
    const auto offset = TRY(buffer.number<std::uint64_t>(1));
    const auto size = TRY(buffer.number<std::uint64_t>(2));
    if (offset <= 1 || size == 0) return Extent{0, 0};
    if (offset > buffer_.size_bytes() || size > buffer_.size_bytes() - offset) {
      return malformed("truncated", "Buffer " + std::to_string(index) +
                                        " lies beyond the end of the file, which was probably cut short.");
    }
    return Extent{offset, size};
  }

  Result<> read_tensor(const FlatTable& table) {
    const auto index = TRY(table.number<std::uint32_t>(tensor_field::kBuffer));
    const auto bytes = TRY(find_bytes(index));
    if (bytes.length == 0) return {};
    const auto name = TRY(table.text(tensor_field::kName));
    Tensor tensor{.name = ReportWriter::shown(name), .type = {}, .shape = {}};
    tensor.shape = TRY(read_shape(table, tensor_field::kShape));
    const auto number = TRY(table.number<std::uint8_t>(tensor_field::kType));
    tensor.type = tflite_element_type(number);
    if (tensor.type.empty()) {
      tensor.type = "TFLITE" + std::to_string(number);
      report_.newer("newer-type",
                    "Tensor " + quoted(tensor.name) + " has element type " + std::to_string(number) +
                        ", which is unknown to this version of weigh.",
                    tensor.name);
    }
    tensor.size_bytes = bytes.length;
    TRY(check_size(tensor, bytes, table.has(tensor_field::kSparsity)));
    return report_.add_tensor(std::move(tensor));
  }

  Result<> check_size(Tensor& tensor, const Extent& bytes, bool is_sparse) {
    const auto count = element_count(tensor.shape);
    if (!count) return malformed("bad-number", "The shape of tensor " + quoted(tensor.name) + " cannot be counted.");
    const auto bits = element_bits(tensor.type);
    if (tensor.type != "I64" && tensor.type != "BOOL" && bits) report_.report().parameters += *count;
    if (is_sparse || !bits) return {};
    const auto expected = packed_bytes(*count, *bits);
    if (expected == bytes.length) {
      tensor.extent = bytes;
    } else {
      report_.malformed("size-mismatch",
                        "Tensor " + quoted(tensor.name) + " does not have the size that its type and shape need.",
                        tensor.name);
    }
    return {};
  }

  FlatBuffer buffer_;
  ReportWriter report_;
  FlatVector buffers_;
  std::vector<std::string> codes_;
  std::uint64_t operators_ = 0;
};

}  // namespace

Result<Report> inspect_tflite(const RandomAccess& file, const InspectLimits& limits) {
  return TfliteReader{file, limits}.read();
}

}  // namespace weighhouse::formats::detail
