#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "learners/files/stored_zip.h"

namespace weighhouse::learners::torchscript {

// The attributes of a TorchScript module: its `data.pkl`, a pickle of the protocol 2 as PyTorch's own reader takes it
// (a few opcodes, and the functions it knows by name), with the tensors' numbers as entries of the archive.
class Attributes {
 public:
  // Of an object of the class `__torch__.NAME`; tensors go to `archive`, below the folder.
  Attributes(std::string_view class_name, std::string_view folder, StoredZip& archive);

  void tensor(std::string_view name, std::span<const float> values, std::span<const std::size_t> shape);
  void tensor(std::string_view name, std::span<const std::int64_t> values, std::span<const std::size_t> shape);
  void boolean(std::string_view name, bool value);
  void real(std::string_view name, double value);
  void number(std::string_view name, std::int64_t value);
  void text(std::string_view name, std::string_view value);
  void texts(std::string_view name, std::span<const std::string> values);
  void numbers(std::string_view name, std::span<const std::int64_t> values);
  void number_map(std::string_view name, const std::map<std::int64_t, std::int64_t>& values);
  void list_map(std::string_view name, const std::map<std::int64_t, std::vector<std::int64_t>>& values);
  std::string finish() &&;

 private:
  void storage(std::string_view name, std::string_view type, std::string_view bytes,
               std::span<const std::size_t> shape);
  void put(std::string_view text);
  void put(std::int64_t number);
  void put_list(std::span<const std::int64_t> values);
  void put_function(std::string_view module_and_name);
  template <class Map, class PutValue>
  void put_map(std::string_view type, const Map& values, PutValue put_value);

  std::string folder_;
  StoredZip& archive_;
  std::string bytes_;
  std::map<std::string, std::size_t, std::less<>> functions_;  // named before: the place they were kept under
  std::size_t storages_ = 0;
};

}  // namespace weighhouse::learners::torchscript
