#include "formats/tensor_hash.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <xxhash.h>

#include "base/text.h"
#include "formats/detail/window.h"

namespace weighhouse::formats {
namespace {

struct StateDeleter {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

Result<std::string> hash_extent(detail::Window& window, const Extent& extent, XXH3_state_t& state) {
  XXH3_128bits_reset(&state);
  for (std::uint64_t done = 0; done < extent.length;) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(detail::Window::kBytes, extent.length - done));
    const auto bytes = TRY(window.at(extent.offset + done, count));
    XXH3_128bits_update(&state, bytes.data(), bytes.size());
    done += count;
  }
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state));
  return encode_hex(std::as_bytes(std::span{canonical.digest}));
}

}  // namespace

Result<std::vector<TensorHash>> hash_tensors(const RandomAccess& file, const Report& report) {
  TRY(detail::refuse_endless_sharing(file, report.tensors));
  detail::Window window{file};
  const std::unique_ptr<XXH3_state_t, StateDeleter> state{XXH3_createState()};
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> known;  // tied weights are read once
  std::vector<TensorHash> hashes;
  for (const Tensor& tensor : report.tensors) {
    if (!tensor.extent) continue;
    auto& hash = known[{tensor.extent->offset, tensor.extent->length}];
    if (hash.empty()) hash = TRY(hash_extent(window, *tensor.extent, *state));
    hashes.push_back({tensor.name, hash, tensor.extent->length});
  }
  return hashes;
}

}  // namespace weighhouse::formats
