#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "formats/inspect.h"
#include "formats/report.h"

// One inspector per family of formats. `inspect` has looked at both ends of the file and believes it to be of
// that family; the inspector must not. It fills the whole report, `format`, `level` and `summary` too, and turns
// whatever is wrong with the content into findings: an Error is only a failure to read bytes.
namespace weighhouse::formats::detail {

// Every ZIP: PyTorch and TorchScript archives when they hold a data.pkl, else a plain list of entries.
Result<Report> inspect_zip(const RandomAccess& file, const InspectLimits& limits);

// A bare pickle, joblib's with arrays between its instructions, and PyTorch's form before 1.6: five pickles, then the
// storages.
Result<Report> inspect_pickle(const RandomAccess& file, const InspectLimits& limits);

// A pickle within zlib's or gzip's form.
Result<Report> inspect_compressed_pickle(const RandomAccess& file, const InspectLimits& limits);

// PyTorch's oldest form, a tar of pickles: named, not parsed.
Result<Report> inspect_tar(const RandomAccess& file, const InspectLimits& limits);

Result<Report> inspect_safetensors(const RandomAccess& file, const InspectLimits& limits);
Result<Report> inspect_onnx(const RandomAccess& file, const InspectLimits& limits);
Result<Report> inspect_gguf(const RandomAccess& file, const InspectLimits& limits);
// What ggml wrote before GGUF: named, not parsed.
Result<Report> inspect_ggml(const RandomAccess& file, const InspectLimits& limits);

Result<Report> inspect_tflite(const RandomAccess& file, const InspectLimits& limits);

// WAV and FLAC.
Result<Report> inspect_audio(const RandomAccess& file, const InspectLimits& limits);

// JSON, plain text, and the pointers that Git LFS leaves in place of a file.
Result<Report> inspect_text(const RandomAccess& file, const InspectLimits& limits);

}  // namespace weighhouse::formats::detail
