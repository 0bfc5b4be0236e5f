#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weighhouse::features {

struct SparseEntry {
  std::uint32_t column;
  float value;
};

// Sparse vectors of one space, one behind the other (compressed rows).
class SparseRows {
 public:
  SparseRows() = default;

  void add(std::span<const SparseEntry> row) {
    entries_.insert(entries_.end(), row.begin(), row.end());
    ends_.push_back(entries_.size());
  }
  std::size_t size() const { return ends_.size(); }
  std::size_t entries() const { return entries_.size(); }
  std::span<const SparseEntry> operator[](std::size_t row) const {
    const std::size_t begin = row == 0 ? 0 : ends_[row - 1];
    return {entries_.data() + begin, ends_[row] - begin};
  }

 private:
  std::vector<SparseEntry> entries_;
  std::vector<std::size_t> ends_;
};

}  // namespace weighhouse::features
