#include "torchscript/blas.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <vector>

#include "base/file.h"
#include "base/text.h"

// Fortran's interface, which every BLAS has; LibTorch calls the same symbol.
extern "C" void sgemm_(const char* transpose_a, const char* transpose_b, const int* m, const int* n, const int* k,
                       const float* alpha, const float* a, const int* lda, const float* b, const int* ldb,
                       const float* beta, float* c, const int* ldc);

namespace weighhouse::torchscript {
namespace {

constexpr int kSize = 512;
constexpr double kLeastGflops = 20;

double gflops() {
  const std::vector<float> a(kSize * kSize, 0.5F);
  const std::vector<float> b(kSize * kSize, 0.25F);
  std::vector<float> c(kSize * kSize);
  const float one = 1;
  const float zero = 0;
  double best = 1e9;
  for (int i = 0; i < 3; ++i) {
    const auto began = std::chrono::steady_clock::now();
    sgemm_("N", "N", &kSize, &kSize, &kSize, &one, a.data(), &kSize, b.data(), &kSize, &zero, c.data(), &kSize);
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  }
  return 2.0 * kSize * kSize * kSize / best / 1e9;
}

std::string library() {
  const auto maps = read_file("/proc/self/maps");
  if (!maps) return "unknown";
  for (const auto line : split(*maps, '\n')) {
    const auto name = line.substr(std::min(line.size(), line.rfind('/') + 1));
    if (name.find("blas") != std::string_view::npos) return std::string{line.substr(line.find('/'))};
  }
  return "unknown";
}

}  // namespace

void probe_blas() {
  const double speed = gflops();
  // Standard error is the log; a logger of the module's own would be a second one.
  fmt::print(stderr, "BLAS {}: {:.0f} GFLOPS\n", library(), speed);
  if (speed < kLeastGflops) {
    fmt::print(stderr,
               "warning: this BLAS is slow; install the package libopenblas0-pthread, which is many times faster\n");
  }
}

}  // namespace weighhouse::torchscript
