#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "formats/inspect.h"
#include "formats/report.h"

namespace weighhouse::formats::detail {

// TensorFlow's metadata tools append the files that go with a model, labels above all, as a ZIP behind a TFLite
// model. Lists them and is true when the ZIP at the end of the file is only that: wholly behind the model's bytes,
// without contradictions, and nothing that a loader would take for a model.
Result<bool> list_associated_files(const RandomAccess& file, const InspectLimits& limits, Report& report);

}  // namespace weighhouse::formats::detail
