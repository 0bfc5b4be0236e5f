#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "formats/testing/pickle_writer.h"
#include "formats/testing/zip_writer.h"

namespace weighhouse::formats::testing {

// A tensor as torch.save describes it; row-major unless strides are given.
struct TorchTensorSpec {
  std::string name;
  std::string storage = "FloatStorage";
  std::string key = "0";
  std::int64_t count = 0;  // elements of the storage
  std::vector<std::int64_t> shape{};
  std::vector<std::int64_t> strides{};
  std::int64_t offset = 0;
};

inline std::vector<std::int64_t> row_major(const std::vector<std::int64_t>& shape) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

inline void write_tensor(PickleWriter& pickle, const TorchTensorSpec& tensor) {
  pickle.global("torch._utils", "_rebuild_tensor_v2").raw("((");
  pickle.text("storage").global("torch", tensor.storage).text(tensor.key).text("cpu").number(tensor.count).raw("tQ");
  pickle.number(tensor.offset).numbers(tensor.shape);
  pickle.numbers(tensor.strides.empty() ? row_major(tensor.shape) : tensor.strides);
  pickle.raw("\x89").global("collections", "OrderedDict").raw(")RtR");
}

inline void write_state_dict(PickleWriter& pickle, const std::vector<TorchTensorSpec>& tensors) {
  pickle.global("collections", "OrderedDict").raw(")R(");
  for (const auto& tensor : tensors) {
    pickle.text(tensor.name);
    write_tensor(pickle, tensor);
  }
  pickle.raw("u");
}

inline std::string state_dict_pickle(const std::vector<TorchTensorSpec>& tensors) {
  PickleWriter pickle;
  write_state_dict(pickle, tensors);
  return pickle.stop();
}

// An archive of torch.save around a pickle; storages are named 0, 1, 2…
inline ZipFileSpec torch_archive(std::string data_pkl, const std::vector<std::string>& storages) {
  ZipFileSpec spec;
  spec.zip64 = true;
  const auto add = [&](std::string name, std::string data) {
    spec.entries.push_back(
        {.name = "archive/" + std::move(name), .data = std::move(data), .with_descriptor = true, .align_data = 64});
  };
  add("data.pkl", std::move(data_pkl));
  add("byteorder", "little");
  for (std::size_t i = 0; i < storages.size(); ++i) add("data/" + std::to_string(i), storages[i]);
  add("version", "3\n");
  return spec;
}

// What torch.save wrote before 1.6.
inline std::string legacy_file(const std::string& object_pickle,
                               const std::vector<std::pair<std::string, std::string>>& storages,
                               std::size_t element_bytes) {
  std::string file = PickleWriter{}.raw("\x8A\x0A\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19").stop();
  file += PickleWriter{}.number(1001).stop();
  file += PickleWriter{}.raw("}").text("little_endian").raw("\x88s").stop();
  file += object_pickle;
  PickleWriter keys;
  keys.raw("](");
  for (const auto& [key, bytes] : storages) keys.text(key);
  file += keys.raw("e").stop();
  for (const auto& [key, bytes] : storages) file += little_endian(bytes.size() / element_bytes, 8) + bytes;
  return file;
}

}  // namespace weighhouse::formats::testing
