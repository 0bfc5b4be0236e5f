#include "formats/detail/pickle_globals.h"

#include <algorithm>
#include <array>

namespace weighhouse::formats::detail {

namespace {

using Name = std::string_view;

// What torch/_weights_only_unpickler.py takes, beside dtypes, storages and tensor classes.
constexpr auto kListed = std::to_array<std::pair<Name, Name>>({
    {"_codecs", "encode"},
    {"builtins", "bytearray"},
    {"builtins", "complex"},
    {"builtins", "set"},
    {"collections", "Counter"},
    {"collections", "OrderedDict"},
    {"torch", "Size"},
    {"torch", "Tensor"},
    {"torch", "device"},
    {"torch", "per_channel_affine"},
    {"torch", "per_channel_affine_float_qparams"},
    {"torch", "per_channel_symmetric"},
    {"torch", "per_tensor_affine"},
    {"torch", "per_tensor_symmetric"},
    {"torch._tensor", "_rebuild_from_type_v2"},
    {"torch._utils", "_rebuild_device_tensor_from_cpu_tensor"},
    {"torch._utils", "_rebuild_device_tensor_from_numpy"},
    {"torch._utils", "_rebuild_meta_tensor_no_storage"},
    {"torch._utils", "_rebuild_parameter"},
    {"torch._utils", "_rebuild_parameter_with_state"},
    {"torch._utils", "_rebuild_qtensor"},
    {"torch._utils", "_rebuild_sparse_csr_tensor"},
    {"torch._utils", "_rebuild_sparse_tensor"},
    {"torch._utils", "_rebuild_tensor"},
    {"torch._utils", "_rebuild_tensor_v2"},
    {"torch._utils", "_rebuild_tensor_v3"},
    {"torch._utils", "_rebuild_wrapper_subclass"},
    {"torch.nn.parameter", "Buffer"},
    {"torch.nn.parameter", "Parameter"},
    {"torch.serialization", "_get_layout"},
    {"torch.storage", "TypedStorage"},
    {"torch.storage", "UntypedStorage"},
    {"torch.storage", "_LegacyStorage"},
    {"torch", "strided"},
    {"torch", "sparse_coo"},
    {"torch", "preserve_format"},
    {"torch", "contiguous_format"},
});

constexpr auto kDtypes = std::to_array<Name>({
    "bfloat16",
    "bits16",
    "bits1x8",
    "bits2x4",
    "bits4x2",
    "bits8",
    "bool",
    "complex128",
    "complex32",
    "complex64",
    "float16",
    "float32",
    "float64",
    "float8_e4m3fn",
    "float8_e5m2",
    "float8_e8m0fnu",
    "int16",
    "int32",
    "int64",
    "int8",
    "qint32",
    "qint8",
    "quint2x4",
    "quint4x2",
    "quint8",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "float8_e4m3fnuz",
    "float8_e5m2fnuz",
    "float4_e2m1fn_x2",
    "half",
    "float",
});

constexpr auto kElements = std::to_array<Name>({
    "BFloat16", "Bool",   "Byte",  "Char",     "ComplexDouble", "ComplexFloat", "Double", "Float",   "Half",  "Int",
    "Long",     "QInt32", "QInt8", "QUInt2x4", "QUInt4x2",      "QUInt8",       "Short",  "Untyped", "Typed",
});

// torch.FloatStorage, torch.cuda.HalfTensor and their like.
bool is_tensor_class(Name module, Name name) {
  if (module != "torch" && module != "torch.cuda" && module != "torch.sparse" && module != "torch.cuda.sparse")
    return false;
  for (const Name ending : {Name{"Storage"}, Name{"Tensor"}}) {
    if (!name.ends_with(ending)) continue;
    name.remove_suffix(ending.size());
    return std::ranges::find(kElements, name) != kElements.end();
  }
  return false;
}

// Of libraries that checkpoints often carry values of.
constexpr auto kFamiliar = std::to_array<std::pair<Name, Name>>({
    {"argparse", "Namespace"},
    {"builtins", "bool"},
    {"builtins", "bytes"},
    {"builtins", "dict"},
    {"builtins", "float"},
    {"builtins", "frozenset"},
    {"builtins", "int"},
    {"builtins", "list"},
    {"builtins", "slice"},
    {"builtins", "str"},
    {"builtins", "tuple"},
    {"collections", "defaultdict"},
    {"collections", "deque"},
    {"datetime", "date"},
    {"datetime", "datetime"},
    {"datetime", "timedelta"},
    {"datetime", "timezone"},
    {"decimal", "Decimal"},
    {"fractions", "Fraction"},
    {"joblib.numpy_pickle", "NumpyArrayWrapper"},
    {"numpy", "dtype"},
    {"numpy", "ndarray"},
    {"numpy._core.multiarray", "_reconstruct"},
    {"numpy._core.multiarray", "scalar"},
    {"numpy._core.numeric", "_frombuffer"},
    {"numpy.core.multiarray", "_reconstruct"},
    {"numpy.core.multiarray", "scalar"},
    {"numpy.core.numeric", "_frombuffer"},
    {"pathlib", "Path"},
    {"pathlib", "PosixPath"},
    {"pathlib", "WindowsPath"},
    {"sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper"},
    {"uuid", "UUID"},
});

struct Effect {
  Name module;  // a whole module, and all below it
  Name name;    // one of its names; empty for all
  Name words;
};

constexpr Name kCommand = "It would run a command when loaded";
constexpr Name kCode = "It would run Python code of the file's choice when loaded";
constexpr Name kImport = "It would import or look up anything by name when loaded";
constexpr Name kNetwork = "It would use the network when loaded";
constexpr Name kFiles = "It would read, change or delete files when loaded";
constexpr Name kNative = "It would load or run machine code when loaded";
constexpr Name kNested = "It would load another pickle from within this one";

// For the words only; what is missing here is still foreign.
constexpr auto kEffects = std::to_array<Effect>({
    {"os", "system", kCommand},
    {"os", "popen", kCommand},
    {"os", "remove", kFiles},
    {"os", "unlink", kFiles},
    {"os", "rename", kFiles},
    {"os", "rmdir", kFiles},
    {"os", "makedirs", kFiles},
    {"os", "open", kFiles},
    {"os", "", kCommand},
    {"posix", "", kCommand},
    {"nt", "", kCommand},
    {"subprocess", "", kCommand},
    {"_posixsubprocess", "", kCommand},
    {"commands", "", kCommand},
    {"popen2", "", kCommand},
    {"pty", "", kCommand},
    {"platform", "popen", kCommand},
    {"multiprocessing", "", kCommand},
    {"asyncio", "", kCommand},
    {"pip", "", kCommand},
    {"builtins", "eval", kCode},
    {"builtins", "exec", kCode},
    {"builtins", "compile", kCode},
    {"builtins", "execfile", kCode},
    {"builtins", "open", kFiles},
    {"builtins", "__import__", kImport},
    {"builtins", "getattr", kImport},
    {"builtins", "globals", kImport},
    {"builtins", "vars", kImport},
    {"code", "", kCode},
    {"codeop", "", kCode},
    {"runpy", "", kCode},
    {"timeit", "", kCode},
    {"cProfile", "", kCode},
    {"profile", "", kCode},
    {"trace", "", kCode},
    {"pdb", "", kCode},
    {"bdb", "", kCode},
    {"doctest", "", kCode},
    {"types", "FunctionType", kCode},
    {"types", "CodeType", kCode},
    {"marshal", "", kCode},
    {"importlib", "", kImport},
    {"pkgutil", "", kImport},
    {"operator", "", kImport},
    {"functools", "", kImport},
    {"socket", "", kNetwork},
    {"urllib", "", kNetwork},
    {"http", "", kNetwork},
    {"requests", "", kNetwork},
    {"webbrowser", "", kNetwork},
    {"smtplib", "", kNetwork},
    {"shutil", "", kFiles},
    {"io", "", kFiles},
    {"ctypes", "", kNative},
    {"torch", "load", kNested},
    {"pickle", "", kNested},
    {"dill", "", kNested},
    {"joblib", "", kNested},
});

// Python 2's names, which a loader of protocols 0 to 2 translates.
Name modern(Name module) {
  if (module == "__builtin__") return "builtins";
  if (module == "copy_reg") return "copyreg";
  if (module == "UserDict" || module == "UserList") return "collections";
  return module;
}

bool is_below(Name module, Name top) {
  return module == top || (module.starts_with(top) && module.size() > top.size() && module[top.size()] == '.');
}

}  // namespace

Trust trust_of(std::string_view module, std::string_view name, PickleDialect dialect) {
  module = modern(module);
  const std::pair<Name, Name> global{module, name};
  if (std::ranges::find(kListed, global) != kListed.end()) return Trust::kListed;
  if (module == "torch" && std::ranges::find(kDtypes, name) != kDtypes.end()) return Trust::kListed;
  if (is_tensor_class(module, name)) return Trust::kListed;
  if (dialect == PickleDialect::kTorchscript && (is_below(module, "__torch__") || module == "torch.jit._pickle")) {
    return Trust::kListed;
  }
  return std::ranges::find(kFamiliar, global) != kFamiliar.end() ? Trust::kFamiliar : Trust::kForeign;
}

std::string consequence(const PickleGlobal& global) {
  const Name module = modern(global.module);
  for (const auto& effect : kEffects) {
    const bool is_it =
        effect.name.empty() ? is_below(module, effect.module) : module == effect.module && (global.name == effect.name);
    if (is_it && global.called > 0) return std::string{effect.words} + ".";
  }
  if (global.called > 0) return "Loading imports it and runs it.";
  return "Loading imports it, and so runs its module's code.";
}

}  // namespace weighhouse::formats::detail
