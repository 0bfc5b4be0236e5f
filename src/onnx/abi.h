#pragma once

#include <cstddef>
#include <cstdint>

// ONNX Runtime's C interface as far as we use it, in our own words. The library hands out a table of functions whose
// places never change; new ones are added at its end. So a place and a signature are all that is needed to call one,
// and any library of 1.12 or newer will do.
namespace weighhouse::onnx::abi {

// The interface of release 1.12, the first with kAddExternalInitializers.
inline constexpr std::uint32_t kVersion = 12;

struct Env;
struct Status;
struct Session;
struct SessionOptions;
struct RunOptions;
struct Value;
struct MemoryInfo;
struct Allocator;
struct TensorInfo;

struct Base {
  const void* const* (*get_table)(std::uint32_t version);
  const char* (*get_version)();
};
using GetBase = const Base* (*)();
inline constexpr const char* kGetBase = "OrtGetApiBase";

template <std::size_t place, class Signature>
struct Function;
template <std::size_t place, class Result, class... Arguments>
struct Function<place, Result(Arguments...)> {
  using Pointer = Result (*)(Arguments...);
  static Pointer in(const void* const* table) { return reinterpret_cast<Pointer>(const_cast<void*>(table[place])); }
};

using GetErrorMessage = Function<2, const char*(const Status*)>;
using CreateEnv = Function<3, Status*(int severity, const char* name, Env**)>;
using CreateSessionFromArray =
    Function<8, Status*(const Env*, const void* bytes, std::size_t size, const SessionOptions*, Session**)>;
using Run = Function<9, Status*(Session*, const RunOptions*, const char* const* input_names, const Value* const* inputs,
                                std::size_t input_count, const char* const* output_names, std::size_t output_count,
                                Value** outputs)>;
using CreateSessionOptions = Function<10, Status*(SessionOptions**)>;
using DisableMemPattern = Function<17, Status*(SessionOptions*)>;
using DisableCpuMemArena = Function<19, Status*(SessionOptions*)>;
using SetIntraOpNumThreads = Function<24, Status*(SessionOptions*, int)>;
using SetInterOpNumThreads = Function<25, Status*(SessionOptions*, int)>;
using SessionGetInputCount = Function<30, Status*(const Session*, std::size_t*)>;
using SessionGetOutputCount = Function<31, Status*(const Session*, std::size_t*)>;
using SessionGetInputName = Function<36, Status*(const Session*, std::size_t, Allocator*, char**)>;
using SessionGetOutputName = Function<37, Status*(const Session*, std::size_t, Allocator*, char**)>;
using CreateTensor =
    Function<48, Status*(Allocator*, const std::int64_t* shape, std::size_t dimensions, int type, Value**)>;
using CreateTensorWithData =
    Function<49, Status*(const MemoryInfo*, void* data, std::size_t size, const std::int64_t* shape,
                         std::size_t dimensions, int type, Value**)>;
using IsTensor = Function<50, Status*(const Value*, int*)>;
using GetTensorData = Function<51, Status*(Value*, void**)>;
using FillTexts = Function<52, Status*(Value*, const char* const*, std::size_t)>;
using GetTextsLength = Function<53, Status*(const Value*, std::size_t*)>;
using GetTexts = Function<54, Status*(const Value*, void*, std::size_t, std::size_t* offsets, std::size_t count)>;
using GetElementType = Function<60, Status*(const TensorInfo*, int*)>;
using GetDimensionsCount = Function<61, Status*(const TensorInfo*, std::size_t*)>;
using GetDimensions = Function<62, Status*(const TensorInfo*, std::int64_t*, std::size_t)>;
using GetTensorInfo = Function<65, Status*(const Value*, TensorInfo**)>;
using CreateCpuMemoryInfo = Function<69, Status*(int allocator_type, int memory_type, MemoryInfo**)>;
using FreeWithAllocator = Function<76, Status*(Allocator*, void*)>;
using GetDefaultAllocator = Function<78, Status*(Allocator**)>;
using ReleaseStatus = Function<93, void(Status*)>;
using ReleaseSession = Function<95, void(Session*)>;
using ReleaseValue = Function<96, void(Value*)>;
using ReleaseTensorInfo = Function<99, void(TensorInfo*)>;
using ReleaseSessionOptions = Function<100, void(SessionOptions*)>;
using AddExternalInitializers =
    Function<210, Status*(SessionOptions*, const char* const* names, const Value* const* values, std::size_t count)>;

inline constexpr int kSeverityFatal = 4;
inline constexpr int kDeviceAllocator = 0;
inline constexpr int kDefaultMemory = 0;

// Element types, by the numbers that the files use, too.
inline constexpr int kFloat32 = 1;
inline constexpr int kUint8 = 2;
inline constexpr int kInt8 = 3;
inline constexpr int kInt32 = 6;
inline constexpr int kInt64 = 7;
inline constexpr int kText = 8;
inline constexpr int kBool = 9;
inline constexpr int kFloat16 = 10;
inline constexpr int kFloat64 = 11;

}  // namespace weighhouse::onnx::abi
