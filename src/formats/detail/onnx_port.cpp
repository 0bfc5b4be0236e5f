#include "formats/detail/onnx_port.h"

#include "formats/detail/onnx_tensor.h"
#include "formats/detail/report_writer.h"

namespace weighhouse::formats::detail {
namespace {

constexpr std::size_t kLargestRank = 64;

Result<std::string> read_dimension(ProtobufReader dimension) {
  std::string text = "?";
  while (TRY(dimension.next())) {
    if (dimension.field() == 1) {
      const auto size = static_cast<std::int64_t>(TRY(dimension.number()));
      text = size < 0 ? "?" : std::to_string(size);
    } else if (dimension.field() == 2) {
      const auto symbol = TRY(dimension.text(256));
      text = symbol.empty() ? "?" : ReportWriter::shown(symbol, 255);
    }
  }
  return text;
}

Result<> read_shape(ProtobufReader shape, Port& port) {
  while (TRY(shape.next())) {
    if (shape.field() != 1) continue;
    if (port.shape.size() >= kLargestRank)
      return malformed("bad-number", "An input or output has more than 64 dimensions.");
    const auto dimension = TRY(shape.submessage());
    port.shape.push_back(TRY(read_dimension(dimension)));
  }
  return {};
}

Result<> read_tensor_type(ProtobufReader type, Port& port) {
  while (TRY(type.next())) {
    if (type.field() == 1) {
      const auto number = TRY(type.number());
      port.type = onnx_element_type(number);
      if (port.type.empty()) port.type = "?";
    } else if (type.field() == 2) {
      const auto shape = TRY(type.submessage());
      TRY(read_shape(shape, port));
    }
  }
  return {};
}

std::string_view kind_word(std::uint32_t field) {
  switch (field) {
    case 4:
      return "sequence";
    case 5:
      return "map";
    case 7:
      return "opaque";
    case 8:
      return "sparse";
    case 9:
      return "optional";
    default:
      return "?";
  }
}

Result<> read_type(ProtobufReader type, Port& port) {
  while (TRY(type.next())) {
    if (type.field() == 1) {
      const auto tensor = TRY(type.submessage());
      TRY(read_tensor_type(tensor, port));
    } else if (type.is_delimited() && type.field() != 6) {  // 6 is a remark on the type's meaning
      port.type = kind_word(type.field());
    }
  }
  return {};
}

}  // namespace

Result<Port> read_onnx_port(ProtobufReader message) {
  Port port{.name = {}, .type = "?", .shape = {}};
  while (TRY(message.next())) {
    if (message.field() == 1) port.name = ReportWriter::shown(TRY(message.text()));
    if (message.field() == 2) {
      const auto type = TRY(message.submessage());
      TRY(read_type(type, port));
    }
  }
  return port;
}

}  // namespace weighhouse::formats::detail
