#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "formats/detail/protobuf_reader.h"
#include "formats/detail/report_writer.h"

namespace weighhouse::formats::detail {

// The external_data entries of one ONNX tensor. A location is never looked up on the disk: it names a file of the
// same version, and one that could mean anything else is a finding.
class OnnxExternalData {
 public:
  Result<> read_entry(ProtobufReader& entry);
  bool seen() const { return !entries_.empty(); }

  // The location when it is a plain relative path, else empty. `size_bytes` is what the tensor needs.
  std::string check(ReportWriter& report, std::string_view tensor, std::uint64_t size_bytes) const;

 private:
  const std::string* find(std::string_view key) const;

  std::vector<std::pair<std::string, std::string>> entries_;
};

}  // namespace weighhouse::formats::detail
