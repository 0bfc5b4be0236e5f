#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/detail/protobuf_reader.h"
#include "formats/detail/report_writer.h"

namespace weighhouse::formats::detail {

// Our word for an ONNX element type; empty for numbers of a newer standard.
std::string_view onnx_element_type(std::uint64_t number);

// Reads a TensorProto up to its values and jumps over those. What contradicts itself becomes a finding: a size
// that does not fit type and shape, several kinds of values at once, external data outside the folder.
// `name` is for tensors that have none.
Result<Tensor> read_onnx_tensor(ProtobufReader message, ReportWriter& report, std::string_view name);

}  // namespace weighhouse::formats::detail
