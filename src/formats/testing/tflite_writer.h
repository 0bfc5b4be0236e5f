#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace weighhouse::formats::testing {

// A value of FlatBuffers: a table of numbered fields, a vector of tables, or bytes with their count in front.
struct FlatNode {
  struct Inline {
    std::string bytes;  // a number as it lies in the table
  };
  struct Counted {
    std::uint32_t count;
    std::string bytes;
  };
  using Tables = std::vector<FlatNode>;
  using Fields = std::map<unsigned, FlatNode>;
  std::variant<Inline, Counted, Tables, Fields> value{};

  static FlatNode number(std::uint64_t value, std::size_t bytes) { return {Inline{little_endian(value, bytes)}}; }
  static FlatNode text(std::string_view letters) {
    return {Counted{static_cast<std::uint32_t>(letters.size()), std::string{letters}}};
  }
  static FlatNode numbers(const std::vector<std::int32_t>& values) {
    std::string bytes;
    for (const auto value : values) bytes += little_endian(static_cast<std::uint32_t>(value), 4);
    return {Counted{static_cast<std::uint32_t>(values.size()), bytes}};
  }
  static FlatNode tables(Tables items) { return {std::move(items)}; }
  static FlatNode table(Fields fields) { return {std::move(fields)}; }

  static std::string little_endian(std::uint64_t value, std::size_t count) {
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
    return bytes;
  }
};

// Lays a root table out in a file, each value behind the table that refers to it.
class FlatWriter {
 public:
  static std::string write(const FlatNode& root, std::string_view identifier = "TFL3") {
    FlatWriter writer;
    writer.file_ = std::string(4, '\0') + std::string{identifier};
    const auto at = writer.add(root);
    writer.patch(0, at);
    return writer.file_;
  }

 private:
  void patch(std::size_t position, std::size_t target) {
    file_.replace(position, 4, FlatNode::little_endian(target - position, 4));
  }
  void align() { file_.append((4 - file_.size() % 4) % 4, '\0'); }

  std::size_t add(const FlatNode& node) {
    if (const auto* counted = std::get_if<FlatNode::Counted>(&node.value)) {
      align();
      const auto at = file_.size();
      file_ += FlatNode::little_endian(counted->count, 4) + counted->bytes;
      return at;
    }
    if (const auto* tables = std::get_if<FlatNode::Tables>(&node.value)) return add_tables(*tables);
    return add_table(std::get<FlatNode::Fields>(node.value));
  }

  std::size_t add_tables(const FlatNode::Tables& items) {
    align();
    const auto at = file_.size();
    file_ += FlatNode::little_endian(items.size(), 4) + std::string(4 * items.size(), '\0');
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto item = add(items[i]);
      patch(at + 4 + 4 * i, item);
    }
    return at;
  }

  std::size_t add_table(const FlatNode::Fields& fields) {
    std::string body(4, '\0');
    std::vector<std::uint16_t> places(fields.empty() ? 0 : fields.rbegin()->first + 1U);
    for (const auto& [field, node] : fields) {
      places[field] = static_cast<std::uint16_t>(body.size());
      const auto* number = std::get_if<FlatNode::Inline>(&node.value);
      body += number != nullptr ? number->bytes : std::string(4, '\0');
    }
    align();
    const auto vtable = file_.size();
    file_ += FlatNode::little_endian(4 + 2 * places.size(), 2) + FlatNode::little_endian(body.size(), 2);
    for (const auto place : places) file_ += FlatNode::little_endian(place, 2);
    align();
    const auto at = file_.size();
    body.replace(0, 4, FlatNode::little_endian(at - vtable, 4));
    file_ += body;
    for (const auto& [field, node] : fields) {
      if (std::holds_alternative<FlatNode::Inline>(node.value)) continue;
      const auto child = add(node);
      patch(at + places[field], child);
    }
    return at;
  }

  std::string file_;
};

// A tensor of a TFLite model: type and buffer by number.
inline FlatNode tflite_tensor(std::string_view name, std::uint8_t type, const std::vector<std::int32_t>& shape,
                              std::uint32_t buffer) {
  return FlatNode::table({{0, FlatNode::numbers(shape)},
                          {1, FlatNode::number(type, 1)},
                          {2, FlatNode::number(buffer, 4)},
                          {3, FlatNode::text(name)}});
}

}  // namespace weighhouse::formats::testing
