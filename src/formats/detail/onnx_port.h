#pragma once

#include "base/result.h"
#include "formats/detail/protobuf_reader.h"
#include "formats/report.h"

namespace weighhouse::formats::detail {

// Reads a ValueInfoProto: an input or output with its type and, for a tensor, its dimensions. A dimension is a
// number, a symbol ("batch") or "?"; a type that is no tensor is named by its kind ("sequence").
Result<Port> read_onnx_port(ProtobufReader message);

}  // namespace weighhouse::formats::detail
