#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace weighhouse::embedding {

// Linear discriminants: the directions in which classes lie apart while the members of each lie together. Vectors are
// added one after the other; what is kept of them are sums, so that the number of vectors costs time and no memory.
class Discriminants {
 public:
  Discriminants(std::size_t dimensions, std::size_t classes);

  void add(std::span<const float> vector, std::size_t which);
  // Before the sums are read.
  void flush();

  // The `count` best directions, row by row, each of length one by the measure of the scatter within classes. What is
  // nearly constant is not blown up: `floor` of the mean variance is added to all.
  std::vector<double> directions(std::size_t count, double floor) const;
  std::vector<double> mean() const;
  // The mean of a class; empty where none was added.
  std::vector<double> mean_of(std::size_t which) const;

 private:
  std::size_t dimensions_;
  std::vector<float> sums_;  // of each class
  std::vector<std::uint32_t> counts_;
  std::vector<double> products_;  // sum of x x', the lower half
  std::vector<float> batch_{};
};

}  // namespace weighhouse::embedding
