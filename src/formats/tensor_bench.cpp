#include <benchmark/benchmark.h>
#include <cstring>
#include <xxhash.h>

#include "formats/detail/inspectors.h"
#include "formats/tensor_diff.h"
#include "formats/tensor_hash.h"
#include "formats/testing/safetensors_writer.h"

namespace weighhouse::formats {
namespace {

using testing::SafetensorsWriter;

std::string many_tensors(std::int64_t count) {
  SafetensorsWriter writer;
  for (std::int64_t i = 0; i < count; ++i) {
    writer.tensor("model.layers." + std::to_string(i) + ".self_attn.q_proj.weight", "BF16", {1, 2}, "wxyz");
  }
  return writer.finish();
}

// To reach: 100 000 tensors in under 200 ms.
void inspect_safetensors_header(benchmark::State& state) {
  const auto bytes = many_tensors(state.range(0));
  const MemoryAccess file{bytes};
  for (auto _ : state) benchmark::DoNotOptimize(detail::inspect_safetensors(file, {}));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(inspect_safetensors_header)->Arg(1000)->Arg(100'000)->Unit(benchmark::kMillisecond);

constexpr std::size_t kTensorBytes = std::size_t{64} << 20U;

std::string one_tensor(char fill) {
  return SafetensorsWriter{}.tensor("t", "F32", {kTensorBytes / 4}, std::string(kTensorBytes, fill)).finish();
}

// The peer: the hash alone over the same memory.
void hash_memory(benchmark::State& state) {
  const std::string bytes(kTensorBytes, 'x');
  for (auto _ : state) benchmark::DoNotOptimize(XXH3_128bits(bytes.data(), bytes.size()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kTensorBytes));
}
BENCHMARK(hash_memory)->Unit(benchmark::kMillisecond);

void hash_one_tensor(benchmark::State& state) {
  const auto bytes = one_tensor('x');
  const MemoryAccess file{bytes};
  const auto report = detail::inspect_safetensors(file, {}).take();
  for (auto _ : state) benchmark::DoNotOptimize(hash_tensors(file, report));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kTensorBytes));
}
BENCHMARK(hash_one_tensor)->Unit(benchmark::kMillisecond);

void compare_one_tensor(benchmark::State& state) {
  const auto from = one_tensor('x');
  const auto to = one_tensor('y');
  const MemoryAccess a{from};
  const MemoryAccess b{to};
  const auto before = detail::inspect_safetensors(a, {}).take();
  const auto after = detail::inspect_safetensors(b, {}).take();
  for (auto _ : state) benchmark::DoNotOptimize(compare_tensors(a, before, b, after, Norms::kCompute));
  state.SetBytesProcessed(state.iterations() * 2 * static_cast<std::int64_t>(kTensorBytes));
}
BENCHMARK(compare_one_tensor)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weighhouse::formats
