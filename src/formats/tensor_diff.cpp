#include "formats/tensor_diff.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <string_view>
#include <tuple>

#include "formats/detail/as_doubles.h"
#include "formats/detail/element_type.h"
#include "formats/detail/tensor_norms.h"
#include "formats/detail/window.h"
#include "formats/detail/words.h"
#include "formats/tensor_hash.h"

namespace weighhouse::formats {
namespace {

using detail::quoted;
using detail::Window;

// Positions in a report's list of tensors.
using Positions = std::deque<std::size_t>;

class Comparison {
 public:
  Comparison(const RandomAccess& from_file, const Report& from, const RandomAccess& to_file, const Report& to,
             Norms norms)
      : from_file_(from_file),
        from_(from.tensors),
        to_file_(to_file),
        to_(to.tensors),
        norms_(norms),
        from_window_(from_file),
        to_window_(to_file) {}

  Result<std::vector<TensorDifference>> run() && {
    TRY(detail::refuse_endless_sharing(from_file_, from_));
    TRY(detail::refuse_endless_sharing(to_file_, to_));
    match_names();
    TRY(match_bytes());
    std::vector<TensorDifference> differences;
    for (std::size_t i = 0; i < to_.size(); ++i) {
      if (matches_[i]) {
        differences.push_back(TRY(compare(from_[*matches_[i]], to_[i])));
      } else {
        differences.push_back(
            {.name = to_[i].name, .change = TensorChange::kAdded, .to_type = to_[i].type, .to_shape = to_[i].shape});
      }
    }
    for (const std::size_t i : left_) {
      if (adopted_[i]) continue;
      differences.push_back({.name = from_[i].name,
                             .change = TensorChange::kGone,
                             .from_type = from_[i].type,
                             .from_shape = from_[i].shape});
    }
    return differences;
  }

 private:
  // A name that occurs several times is matched in order.
  void match_names() {
    std::map<std::string_view, Positions> by_name;
    for (std::size_t i = 0; i < from_.size(); ++i) by_name[from_[i].name].push_back(i);
    matches_.resize(to_.size());
    for (std::size_t i = 0; i < to_.size(); ++i) {
      const auto found = by_name.find(to_[i].name);
      if (found == by_name.end() || found->second.empty()) continue;
      matches_[i] = found->second.front();
      found->second.pop_front();
    }
    for (const auto& [name, positions] : by_name) left_.insert(left_.end(), positions.begin(), positions.end());
    std::ranges::sort(left_);
    adopted_.resize(from_.size());
  }

  // Only tensors that have a counterpart of their kind are read; the hash finds it and the bytes prove it.
  Result<> match_bytes() {
    using Kind = std::tuple<std::string_view, std::vector<std::int64_t>, std::uint64_t>;
    const auto kind_of = [](const Tensor& tensor) { return Kind{tensor.type, tensor.shape, tensor.extent->length}; };
    std::map<Kind, Positions> added;
    for (std::size_t i = 0; i < to_.size(); ++i) {
      if (!matches_[i] && to_[i].extent) added[kind_of(to_[i])].push_back(i);
    }
    Report gone_here;
    Positions gone;
    std::map<Kind, bool> wanted;
    for (const std::size_t i : left_) {
      if (!from_[i].extent || !added.contains(kind_of(from_[i]))) continue;
      wanted[kind_of(from_[i])] = true;
      gone.push_back(i);
      gone_here.tensors.push_back(from_[i]);
    }
    Report added_here;
    Positions candidates;
    for (const auto& [kind, positions] : added) {
      if (!wanted.contains(kind)) continue;
      for (const std::size_t i : positions) {
        candidates.push_back(i);
        added_here.tensors.push_back(to_[i]);
      }
    }
    std::map<std::string, Positions> by_hash;
    const auto gone_hashes = TRY(hash_tensors(from_file_, gone_here));
    for (std::size_t i = 0; i < gone.size(); ++i) by_hash[gone_hashes[i].hash].push_back(gone[i]);
    const auto added_hashes = TRY(hash_tensors(to_file_, added_here));
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      auto& same = by_hash[added_hashes[i].hash];
      if (!same.empty()) TRY(adopt(candidates[i], same));
    }
    return {};
  }

  Result<> adopt(std::size_t position, Positions& same) {
    const Tensor& before = from_[same.front()];
    const Tensor& after = to_[position];
    if (before.type != after.type || before.shape != after.shape) return {};
    if (!TRY(detail::same_bytes(from_window_, *before.extent, to_window_, *after.extent))) return {};
    matches_[position] = same.front();
    adopted_[same.front()] = true;
    same.pop_front();
    return {};
  }

  Result<TensorDifference> compare(const Tensor& a, const Tensor& b) {
    TensorDifference difference{.name = b.name,
                                .change = TensorChange::kChanged,
                                .from_type = a.type,
                                .to_type = b.type,
                                .from_shape = a.shape,
                                .to_shape = b.shape};
    if (a.name != b.name) difference.note = "It was called " + quoted(a.name) + " before.";
    if (a.shape != b.shape) {
      difference.note = "The shapes differ.";
    } else if (!a.external.empty() || !b.external.empty()) {
      difference.note = "The values are in another file and were not compared.";
    } else if (!a.extent || !b.extent) {
      difference.note = "The values do not lie in the file in one piece and were not compared.";
    } else {
      TRY(compare_bytes(a, b, difference));
    }
    return difference;
  }

  Result<> compare_bytes(const Tensor& a, const Tensor& b, TensorDifference& difference) {
    if (a.type == b.type && a.extent->length == b.extent->length &&
        TRY(detail::same_bytes(from_window_, *a.extent, to_window_, *b.extent))) {
      difference.change = TensorChange::kSame;
      return {};
    }
    for (const std::string_view type : {a.type, b.type}) {
      if (detail::find_as_doubles(type) != nullptr) continue;
      difference.note = "Values of type " + quoted(type) + " have no figures.";
      return {};
    }
    if (a.type != b.type) difference.note = "The types differ; figures are of the values.";
    if (norms_ == Norms::kSkip) return {};
    if (!is_whole(a) || !is_whole(b)) {
      difference.note = "The size of the values does not fit the shape, so there are no figures.";
      return {};
    }
    const auto norms = TRY(detail::measure(from_window_, a, to_window_, b));
    const auto relative = norms.relative();
    const auto cosine = norms.cosine();
    if (!std::isfinite(norms.norm_a) || !std::isfinite(norms.norm_b) || !std::isfinite(norms.norm_difference)) {
      difference.note = "Some values are infinite, too large or no numbers, so there are no figures.";
      return {};
    }
    difference.relative_norm = relative;
    difference.cosine = cosine;
    return {};
  }

  static bool is_whole(const Tensor& tensor) {
    const auto count = detail::element_count(tensor.shape);
    const auto bits = detail::element_bits(tensor.type);
    return count && bits && detail::packed_bytes(*count, *bits) == tensor.extent->length;
  }

  const RandomAccess& from_file_;
  const std::vector<Tensor>& from_;
  const RandomAccess& to_file_;
  const std::vector<Tensor>& to_;
  Norms norms_;
  Window from_window_;
  Window to_window_;
  std::vector<std::optional<std::size_t>> matches_;  // for each of `to_`, its counterpart in `from_`
  std::vector<std::size_t> left_;                    // of `from_`, without a counterpart of the same name
  std::vector<bool> adopted_;                        // of `from_`, found again under another name
};

}  // namespace

Result<std::vector<TensorDifference>> compare_tensors(const RandomAccess& from_file, const Report& from,
                                                      const RandomAccess& to_file, const Report& to, Norms norms) {
  return Comparison{from_file, from, to_file, to, norms}.run();
}

}  // namespace weighhouse::formats
