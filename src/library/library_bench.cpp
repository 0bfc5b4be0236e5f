#include <benchmark/benchmark.h>
#include <map>

#include "base/file.h"
#include "library/interpret.h"
#include "library/scanner.h"

namespace weighhouse::library {
namespace {

// A library of so many folders with a pair each, made once.
const std::string& library_of(std::int64_t folders) {
  static std::map<std::int64_t, TemporaryDirectory> made;
  const auto found = made.find(folders);
  if (found != made.end()) return found->second.path();
  auto folder = TemporaryDirectory::create().value();
  for (std::int64_t i = 0; i < folders; ++i) {
    const std::string path = folder.path() + "/custom/model-" + std::to_string(i);
    check(make_directories(path).has_value(), "the benchmark's folders can be made");
    for (const char* end : {"/m.pt", "/m.json"}) {
      const auto file = open_file(path + end, OpenMode::kCreateNew);
      check(file && write_all(file->get(), "x"), "the benchmark's files can be written");
    }
  }
  return made.emplace(folders, std::move(folder)).first->second.path();
}

// What the scan in the background costs while nothing has changed.
void scan_everything(benchmark::State& state) {
  const auto& root = library_of(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(scan_disk(root));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(scan_everything)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

// What one event costs.
void look_at_one_folder(benchmark::State& state) {
  const auto& root = library_of(state.range(0));
  auto disk = scan_disk(root).value();
  for (auto _ : state) benchmark::DoNotOptimize(rescan(root, "custom/model-1", disk));
}
BENCHMARK(look_at_one_folder)->Arg(10'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace weighhouse::library
