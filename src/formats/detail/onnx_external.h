#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "formats/detail/protobuf_reader.h"
#include "formats/detail/report_writer.h"

namespace weighhouse::formats::detail {

// The external_data entries of one ONNX tensor. A location is never looked up on the disk: it names a file of the
// same version, and one that could mean anything else is a finding. Whether that file is long enough is for
// external_data.h.
class OnnxExternalData {
 public:
  Result<> read_entry(ProtobufReader& entry);
  bool seen() const { return !entries_.empty(); }

  // Puts location, offset and length into the tensor when the location is a plain relative path.
  void check(ReportWriter& report, Tensor& tensor) const;

 private:
  std::optional<Extent> check_extent(ReportWriter& report, const Tensor& tensor) const;
  const std::string* find(std::string_view key) const;

  std::vector<std::pair<std::string, std::string>> entries_;
};

}  // namespace weighhouse::formats::detail
