#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "formats/detail/report_writer.h"

namespace weighhouse::formats::detail {

// Reads the JSON header of a safetensors file as it comes, without building it up in memory: a header of a hundred
// megabytes costs its tensors and no more.
//
// Tensors go to the report in the header's order with `extent` as the header gives it, relative to the data, and
// `size_bytes` as the type and the shape demand (0 where the type is unknown).
class SafetensorsHeader {
 public:
  explicit SafetensorsHeader(ReportWriter& report);
  ~SafetensorsHeader();

  // The next piece; a `malformed` error for what may not stand in a header.
  Result<> add(std::string_view piece);
  // After the last piece: the object must be complete, with nothing but spaces behind it.
  Result<> finish();

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace weighhouse::formats::detail
