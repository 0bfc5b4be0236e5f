#include "learners/files/attributes.h"

#include <bit>
#include <limits>

#include "base/result.h"

namespace weighhouse::learners::torchscript {
namespace {

// The opcodes that are written here, by their names in Python's pickletools.
constexpr std::string_view kProtocol2{"\x80\x02", 2};
constexpr char kGlobal = 'c';
constexpr char kBinPut = 'q';
constexpr char kBinGet = 'h';
constexpr char kMark = '(';
constexpr char kTuple = 't';
constexpr char kTuple2 = '\x86';
constexpr char kEmptyTuple = ')';
constexpr char kEmptyList = ']';
constexpr char kEmptyDict = '}';
constexpr char kAppends = 'e';
constexpr char kSetItems = 'u';
constexpr char kReduce = 'R';
constexpr char kNewObject = '\x81';
constexpr char kBuild = 'b';
constexpr char kStop = '.';
constexpr char kBinPersId = 'Q';
constexpr char kBinUnicode = 'X';
constexpr char kBinInt1 = 'K';
constexpr char kBinInt = 'J';
constexpr char kLong1 = '\x8a';
constexpr char kBinFloat = 'G';
constexpr char kTrue = '\x88';
constexpr char kFalse = '\x89';

constexpr std::string_view kTypeTag = "torch.jit._pickle\nrestore_type_tag";

void append_little(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
}

template <class T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

Attributes::Attributes(std::string_view class_name, std::string_view folder, StoredZip& archive)
    : folder_(folder), archive_(archive), bytes_(kProtocol2) {
  put_function("__torch__\n" + std::string{class_name});
  bytes_ += kEmptyTuple;
  bytes_ += kNewObject;
  bytes_ += kEmptyDict;
  bytes_ += kMark;
}

void Attributes::tensor(std::string_view name, std::span<const float> values, std::span<const std::size_t> shape) {
  storage(name, "torch\nFloatStorage", bytes_of(values), shape);
}

void Attributes::tensor(std::string_view name, std::span<const std::int64_t> values,
                        std::span<const std::size_t> shape) {
  storage(name, "torch\nLongStorage", bytes_of(values), shape);
}

void Attributes::boolean(std::string_view name, bool value) {
  put(name);
  bytes_ += value ? kTrue : kFalse;
}

void Attributes::real(std::string_view name, double value) {
  put(name);
  bytes_ += kBinFloat;
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (std::size_t i = 8; i > 0; --i) bytes_ += static_cast<char>(bits >> (8 * (i - 1)) & 0xFFU);
}

void Attributes::number(std::string_view name, std::int64_t value) {
  put(name);
  put(value);
}

void Attributes::text(std::string_view name, std::string_view value) {
  put(name);
  put(value);
}

void Attributes::texts(std::string_view name, std::span<const std::string> values) {
  put(name);
  put_function(kTypeTag);
  bytes_ += kEmptyList;
  bytes_ += kMark;
  for (const auto& value : values) put(value);
  bytes_ += kAppends;
  put("List[str]");
  bytes_ += kTuple2;
  bytes_ += kReduce;
}

void Attributes::numbers(std::string_view name, std::span<const std::int64_t> values) {
  put(name);
  put_list(values);
}

template <class Map, class PutValue>
void Attributes::put_map(std::string_view type, const Map& values, PutValue put_value) {
  put_function(kTypeTag);
  bytes_ += kEmptyDict;
  bytes_ += kMark;
  for (const auto& [key, value] : values) {
    put(key);
    put_value(value);
  }
  bytes_ += kSetItems;
  put(type);
  bytes_ += kTuple2;
  bytes_ += kReduce;
}

void Attributes::number_map(std::string_view name, const std::map<std::int64_t, std::int64_t>& values) {
  put(name);
  put_map("Dict[int, int]", values, [this](std::int64_t value) { put(value); });
}

void Attributes::list_map(std::string_view name, const std::map<std::int64_t, std::vector<std::int64_t>>& values) {
  put(name);
  put_map("Dict[int, List[int]]", values, [this](std::span<const std::int64_t> value) { put_list(value); });
}

std::string Attributes::finish() && {
  bytes_ += kSetItems;
  bytes_ += kBuild;
  bytes_ += kStop;
  return std::move(bytes_);
}

void Attributes::storage(std::string_view name, std::string_view type, std::string_view bytes,
                         std::span<const std::size_t> shape) {
  const std::string key = std::to_string(storages_++);
  archive_.add(folder_ + "/data/" + key, bytes);
  std::size_t count = 1;
  for (const std::size_t side : shape) count *= side;
  put(name);
  put_function("torch._utils\n_rebuild_tensor_v2");
  bytes_ += kMark;
  bytes_ += kMark;
  put("storage");
  put_function(type);
  put(key);
  put("cpu");
  put(static_cast<std::int64_t>(count));
  bytes_ += kTuple;
  bytes_ += kBinPersId;
  put(std::int64_t{0});
  bytes_ += kMark;
  for (const std::size_t side : shape) put(static_cast<std::int64_t>(side));
  bytes_ += kTuple;
  bytes_ += kMark;
  std::size_t stride = count;
  for (const std::size_t side : shape) {
    stride = side == 0 ? 1 : stride / side;
    put(static_cast<std::int64_t>(stride));
  }
  bytes_ += kTuple;
  bytes_ += kFalse;  // needs no gradient
  put_function("collections\nOrderedDict");
  bytes_ += kEmptyTuple;
  bytes_ += kReduce;
  bytes_ += kTuple;
  bytes_ += kReduce;
}

void Attributes::put(std::string_view text) {
  check(text.size() <= std::numeric_limits<std::uint32_t>::max(), "a text below 4 GiB");
  bytes_ += kBinUnicode;
  append_little(bytes_, text.size(), 4);
  bytes_ += text;
}

void Attributes::put(std::int64_t number) {
  if (number >= 0 && number < 256) {
    bytes_ += kBinInt1;
    append_little(bytes_, static_cast<std::uint64_t>(number), 1);
  } else if (number >= std::numeric_limits<std::int32_t>::min() && number <= std::numeric_limits<std::int32_t>::max()) {
    bytes_ += kBinInt;
    append_little(bytes_, static_cast<std::uint64_t>(number), 4);
  } else {
    bytes_ += kLong1;
    bytes_ += '\x08';  // the only length that PyTorch's reader takes
    append_little(bytes_, static_cast<std::uint64_t>(number), 8);
  }
}

void Attributes::put_list(std::span<const std::int64_t> values) {
  put_function("torch.jit._pickle\nbuild_intlist");
  bytes_ += kMark;
  bytes_ += kEmptyList;
  bytes_ += kMark;
  for (const std::int64_t value : values) put(value);
  bytes_ += kAppends;
  bytes_ += kTuple;
  bytes_ += kReduce;
}

// By name the first time, then from the memo.
void Attributes::put_function(std::string_view module_and_name) {
  const auto known = functions_.find(module_and_name);
  if (known != functions_.end()) {
    bytes_ += kBinGet;
    append_little(bytes_, known->second, 1);
    return;
  }
  const std::size_t place = functions_.size();
  check(place < 256, "few functions");
  bytes_ += kGlobal;
  bytes_ += module_and_name;
  bytes_ += '\n';
  bytes_ += kBinPut;
  append_little(bytes_, place, 1);
  functions_.emplace(module_and_name, place);
}

}  // namespace weighhouse::learners::torchscript
