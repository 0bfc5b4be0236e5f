#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <functional>
#include <sys/resource.h>
#include <vector>

#include "base/file.h"
#include "store/detail/block_table.h"
#include "store/detail/crc32.h"
#include "store/local/file_system.h"
#include "store/local/local_blob_store.h"
#include "store/testing/blobs.h"

// The store against what bounds it, in one run: each round measures the peers and the store in turn, so that a
// busy machine slows all of them. Only ratios mean something across machines.

namespace weighhouse::store {
namespace {

constexpr std::size_t kLargeBytes = std::size_t{1} << 30U;
constexpr std::size_t kPieceBytes = 256U << 10U;  // as bodies arrive

struct Cost {
  double wall_s = 0;
  double cpu_s = 0;         // of all threads, kernel included
  double caller_cpu_s = 0;  // of the one that brings the bytes
};

double cpu_seconds(int whose) {
  rusage usage{};
  ::getrusage(whose, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Cost measure(const std::function<void()>& work) {
  const double cpu = cpu_seconds(RUSAGE_SELF);
  const double caller_cpu = cpu_seconds(RUSAGE_THREAD);
  const auto start = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  return {.wall_s = wall.count(),
          .cpu_s = cpu_seconds(RUSAGE_SELF) - cpu,
          .caller_cpu_s = cpu_seconds(RUSAGE_THREAD) - caller_cpu};
}

template <class T>
T must(Result<T> result) {
  check(result.has_value(), "the benchmark's disk works");
  return std::move(result).take();
}

void must_succeed(const Result<>& result) { check(result.has_value(), "the benchmark's disk works"); }

void in_pieces(std::string_view bytes, const std::function<void(std::string_view)>& each) {
  for (std::size_t at = 0; at < bytes.size(); at += kPieceBytes) each(bytes.substr(at, kPieceBytes));
}

// The disk at its best: what `cp` and a flush do, in the windows in which the store writes.
void copy_to(FileSystem& files, const std::string& path, std::string_view bytes) {
  constexpr std::uint64_t kWindow = 32U << 20U;
  const auto file = must(files.open(path, OpenMode::kCreateNew));
  std::uint64_t done = 0;
  in_pieces(bytes, [&](std::string_view piece) {
    must_succeed(file->write_at(done, as_span(piece)));
    done += piece.size();
    if (done % kWindow != 0) return;
    must_succeed(file->begin_writeback(done - kWindow, kWindow));
    if (done > kWindow) must_succeed(file->end_writeback(done - 2 * kWindow, kWindow));
  });
  must_succeed(file->sync());
}

void ingest(BlobStore& store, std::string_view bytes) {
  const auto session = must(store.upload({.size_bytes = bytes.size()}));
  in_pieces(bytes, [&](std::string_view piece) { check(session->append(as_span(piece)).has_value(), "append works"); });
  benchmark::DoNotOptimize(must(session->commit()));
}

// In the folder the benchmark is run from: the system's place for temporary files may be memory.
TemporaryDirectory here() { return must(TemporaryDirectory::create(".")); }

void ingest_against_its_limits(benchmark::State& state) {
  const auto directory = here();
  const auto store = must(LocalBlobStore::open(directory.path() + "/store"));
  const auto files = posix_file_system();
  const auto bytes = pattern(kLargeBytes);
  const auto digest = Digest::of(bytes);
  std::vector<double> ratios;
  Cost sha256, disk, ours;
  double best_sha256 = 1e9, best_disk = 1e9, best_ours = 1e9;
  for (auto unused : state) {
    const auto hashed = measure([&] {
      Sha256 hash;
      in_pieces(bytes, [&](std::string_view piece) { hash.update(piece); });
      benchmark::DoNotOptimize(std::move(hash).finish());
    });
    const auto path = directory.path() + "/copy";
    const auto copied = measure([&] { copy_to(*files, path, bytes); });
    must_succeed(remove_file(path));
    const auto ingested = measure([&] { ingest(*store, bytes); });
    check(must(store->remove(digest)) == bytes.size(), "what was taken in can be removed");
    state.SetIterationTime(ingested.wall_s);
    ratios.push_back(std::max(hashed.wall_s, copied.wall_s) / ingested.wall_s);
    best_sha256 = std::min(best_sha256, hashed.wall_s);
    best_disk = std::min(best_disk, copied.wall_s);
    best_ours = std::min(best_ours, ingested.wall_s);
    for (auto [sum, one] : {std::pair{&sha256, &hashed}, std::pair{&disk, &copied}, std::pair{&ours, &ingested}}) {
      sum->wall_s += one->wall_s;
      sum->cpu_s += one->cpu_s;
      sum->caller_cpu_s += one->caller_cpu_s;
    }
  }
  std::ranges::sort(ratios);
  const double gigabytes = static_cast<double>(kLargeBytes) / 1e9;
  const double rounds = static_cast<double>(ratios.size());
  state.counters["ratio_median"] = ratios[ratios.size() / 2];
  state.counters["ratio_of_best"] = std::max(best_sha256, best_disk) / best_ours;
  state.counters["sha256_GB/s"] = gigabytes / best_sha256;
  state.counters["copy_GB/s"] = gigabytes / best_disk;
  state.counters["ingest_GB/s"] = gigabytes / best_ours;
  state.counters["sha256_cpu_s/GB"] = sha256.cpu_s / rounds / gigabytes;
  state.counters["copy_cpu_s/GB"] = disk.cpu_s / rounds / gigabytes;
  state.counters["ingest_cpu_s/GB"] = ours.cpu_s / rounds / gigabytes;
  state.counters["of_caller_cpu_s/GB"] = ours.caller_cpu_s / rounds / gigabytes;
}
BENCHMARK(ingest_against_its_limits)->UseManualTime()->Iterations(5)->Unit(benchmark::kMillisecond);

void small_commit_against_two_flushes(benchmark::State& state) {
  const auto directory = here();
  const auto store = must(LocalBlobStore::open(directory.path() + "/store"));
  std::vector<double> peers;
  std::vector<double> ours;
  std::uint64_t number = 0;
  for (auto unused : state) {
    const auto bytes = pattern(4096, ++number);
    const auto path = directory.path() + "/" + std::to_string(number);
    peers.push_back(measure([&] {
                      const auto file = must(open_file(path + ".new", OpenMode::kCreateNew));
                      must_succeed(write_all(file.get(), bytes));
                      must_succeed(sync_data(file.get()));
                      must_succeed(rename_new(path + ".new", path));
                      must_succeed(sync_directory(directory.path()));
                    }).wall_s);
    ours.push_back(measure([&] { ingest(*store, bytes); }).wall_s);
    state.SetIterationTime(ours.back());
  }
  std::ranges::sort(peers);
  std::ranges::sort(ours);
  state.counters["two_flushes_p50_ms"] = peers[peers.size() / 2] * 1e3;
  state.counters["commit_p50_ms"] = ours[ours.size() / 2] * 1e3;
  state.counters["commit_p99_ms"] = ours[ours.size() * 99 / 100] * 1e3;
  state.counters["ratio_p50"] = ours[ours.size() / 2] / peers[peers.size() / 2];
}
BENCHMARK(small_commit_against_two_flushes)->UseManualTime()->Iterations(1000)->Unit(benchmark::kMicrosecond);

template <class Hash>
void checksum(benchmark::State& state, Hash hash) {
  const auto bytes = pattern(512U << 10U);
  for (auto unused : state) benchmark::DoNotOptimize(hash(as_span(bytes)));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes.size() * state.iterations()));
}
BENCHMARK_CAPTURE(checksum, crc32_of_zlib, [](auto bytes) { return detail::crc32_portable(0, bytes); });
BENCHMARK_CAPTURE(checksum, crc32_folding, [](auto bytes) { return detail::crc32(0, bytes); });
BENCHMARK_CAPTURE(checksum, xxh3_blocks, [](auto bytes) {
  detail::BlockHasher hasher;
  hasher.update(bytes);
  return std::move(hasher).finish();
});
BENCHMARK_CAPTURE(checksum, sha256, [](auto bytes) {
  Sha256 hash;
  hash.update(bytes);
  return std::move(hash).finish();
});

}  // namespace
}  // namespace weighhouse::store
