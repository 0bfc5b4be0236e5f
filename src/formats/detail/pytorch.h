#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "formats/detail/findings.h"
#include "formats/detail/torch_object.h"
#include "formats/detail/zip_reader.h"
#include "formats/inspect.h"
#include "formats/report.h"

namespace weighhouse::formats::detail {

// The folder of a PyTorch archive, "archive/", by the name of its first entry as PyTorch finds it, or else by any
// data.pkl; nothing when the archive has none.
std::optional<std::string> find_torch_folder(const ZipArchive& archive);

// Fills format, level, tensors, metadata and summary of a PyTorch or TorchScript archive. Only the pickles and a few
// short texts are read.
Result<> inspect_pytorch(const RandomAccess& file, const ZipArchive& archive, std::string_view folder,
                         const InspectLimits& limits, Findings& findings, Report& report);

// "PyTorch state_dict", "PyTorch module models.Net".
std::string describe(const TorchObject& object, std::string_view family);

// ", 12 tensors, 230 k parameters"; empty when there are none.
std::string weights_in_words(const Report& report);

}  // namespace weighhouse::formats::detail
