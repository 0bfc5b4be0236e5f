#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weighhouse::formats {

enum class Format : std::uint8_t {
  kUnknown,
  kPytorch,      // zip with data.pkl: a state_dict, a checkpoint or a whole module
  kTorchscript,  // zip with code
  kPickle,       // a bare pickle, joblib's and legacy PyTorch's (.pt before 1.6) among them
  kSafetensors,
  kOnnx,
  kGguf,
  kGgml,  // what ggml wrote before GGUF
  kTflite,
  kWav,
  kFlac,
  kZip,
  kJson,
  kText,
  kGitLfsPointer,  // a small text that stands for bytes that are elsewhere
};

// The word used in JSON, SQL and the dashboard: "pytorch", "git-lfs-pointer".
std::string_view to_string(Format format);
std::optional<Format> parse_format(std::string_view word);

// What kind of trust a file asks for. There is no level "safe": a report says what was seen.
enum class Level : std::uint8_t {
  kDataOnly,     // numbers and text; every part was understood
  kCodeBearing,  // holds something that a loader may execute
  kMalformed,    // contradicts itself, or could not be read to its end
  kUnknown,      // not a format that is looked into
};
std::string_view to_string(Level level);  // "data-only", "code-bearing", "malformed", "unknown"

enum class Severity : std::uint8_t { kNote, kWarning, kDanger };
std::string_view to_string(Severity severity);

// One thing worth a person's attention. `code` is stable and lower-case ("pickle-global"), `message` a sentence.
struct Finding {
  Severity severity;
  std::string code;
  std::string message;
  std::string where{};      // the entry, tensor or node it concerns
  std::uint64_t count = 1;  // how many times it was seen
};

// Where a tensor's bytes lie in the file, when they lie there in one piece and in row-major order.
struct Extent {
  std::uint64_t offset;
  std::uint64_t length;
};

struct Tensor {
  std::string name;
  std::string type;  // "F32", "F16", "BF16", "I64", "Q4_K", …: safetensors' words, ggml's for quantised blocks
  std::vector<std::int64_t> shape;  // row-major, outermost first; empty for a scalar
  std::uint64_t size_bytes = 0;     // of its own elements
  std::optional<Extent> extent{};
  std::string external{};               // ONNX: the file of the same version that holds the bytes
  Extent external_extent{};             // and where in it
  std::vector<std::int64_t> strides{};  // PyTorch: in elements, where they are not those of row-major order
  std::string tied_to{};                // PyTorch: the tensor listed before that has the same bytes
};

// A graph's input or output. A dimension is a number or a symbol ("batch", "?").
struct Port {
  std::string name;
  std::string type;
  std::vector<std::string> shape;
};

// An entry of an archive.
struct Entry {
  std::string name;
  std::uint64_t size_bytes = 0;
  std::uint64_t stored_bytes = 0;
};

struct Report {
  Format format = Format::kUnknown;
  Level level = Level::kUnknown;
  std::string summary{};  // one line for people: "PyTorch state_dict, 12 tensors, 230 k parameters"
  std::vector<Tensor> tensors{};
  std::uint64_t parameters = 0;  // elements of all tensors that are weights
  std::vector<Port> inputs{};
  std::vector<Port> outputs{};
  std::map<std::string, std::int64_t> opsets{};      // domain ("" is ai.onnx) to version
  std::map<std::string, std::uint64_t> operators{};  // ONNX: operator to how often
  std::vector<Entry> entries{};
  std::vector<std::pair<std::string, std::string>> metadata{};  // in the file's order; long values are cut
  std::vector<Finding> findings{};
};

}  // namespace weighhouse::formats
