#include "formats/detail/onnx_tensor.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "formats/detail/element_type.h"
#include "formats/detail/onnx_external.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {
namespace {

constexpr std::size_t kLargestRank = 64;

constexpr std::array<std::string_view, 27> kElementTypes{
    "",    "F32", "U8",      "I8",  "U16",  "I16",  "I32",     "I64",         "STRING",  "BOOL",        "F16",
    "F64", "U32", "U64",     "C64", "C128", "BF16", "F8_E4M3", "F8_E4M3FNUZ", "F8_E5M2", "F8_E5M2FNUZ", "U4",
    "I4",  "F4",  "F8_E8M0", "U2",  "I2"};

// One of the fields that may hold the values.
struct Values {
  std::uint32_t field = 0;  // 0 for none
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::uint64_t pieces = 0;  // packed lists, or single values
  bool packed = false;
  std::uint64_t missing = 0;
};

enum Field : std::uint32_t {
  kDims = 1,
  kDataType = 2,
  kFloatData = 4,
  kInt32Data = 5,
  kStringData = 6,
  kInt64Data = 7,
  kName = 8,
  kRawData = 9,
  kDoubleData = 10,
  kUint64Data = 11,
  kExternalData = 13,
  kDataLocation = 14,
};

class TensorReader {
 public:
  TensorReader(ReportWriter& report, std::string_view name) : report_(report) {
    tensor_.name = ReportWriter::shown(name);
  }

  Result<Tensor> read(ProtobufReader message) {
    while (TRY(message.next())) TRY(read_field(message));
    tensor_.type = onnx_element_type(type_);
    if (tensor_.type.empty()) {
      tensor_.type = "ONNX" + std::to_string(type_);
      report_.newer("newer-type",
                    quoted(tensor_.name) + " has element type " + std::to_string(type_) +
                        ", which is unknown to this version of weigh.",
                    tensor_.name);
    } else {
      check_values();
    }
    return std::move(tensor_);
  }

 private:
  Result<> read_field(ProtobufReader& message) {
    switch (message.field()) {
      case kDims:
        return message.append_numbers(tensor_.shape, kLargestRank);
      case kDataType:
        type_ = TRY(message.number());
        return {};
      case kName: {
        auto name = ReportWriter::shown(TRY(message.text()));
        if (!name.empty()) tensor_.name = std::move(name);
        return {};
      }
      case kFloatData:
      case kInt32Data:
      case kStringData:
      case kInt64Data:
      case kRawData:
      case kDoubleData:
      case kUint64Data:
        note_values(message);
        return {};
      case kExternalData: {
        auto entry = TRY(message.submessage());
        return external_.read_entry(entry);
      }
      case kDataLocation:
        is_external_ = TRY(message.number()) == 1;
        return {};
      default:
        return {};
    }
  }

  void note_values(const ProtobufReader& message) {
    if (values_.field != 0 && (values_.field != message.field() || message.field() == kRawData)) several_ = true;
    values_.field = message.field();
    values_.offset = message.offset();
    values_.packed = message.is_delimited();
    values_.bytes += message.length();
    values_.missing += message.missing_bytes();
    ++values_.pieces;
  }

  void check_values() {
    const auto count = element_count(tensor_.shape);
    if (!count) return lie("bad-number", "has a shape whose elements cannot be counted");
    const auto bits = element_bits(tensor_.type);
    const auto size = packed_bytes(*count, bits.value_or(0));
    if (!size) return lie("bad-number", "has a size that does not fit into 64 bits");
    tensor_.size_bytes = *size;
    if (several_)
      return lie("several-values", "has its values more than once, so that programs may read different ones");
    if (is_external_) {
      if (values_.field != 0) lie("several-values", "has values in the file and in another one");
      external_.check(report_, tensor_);
      return;
    }
    if (external_.seen()) {
      report_.warn("external-unused", quoted(tensor_.name) + " names an external file but keeps its values here.",
                   tensor_.name);
    }
    if (values_.missing > 0) return;  // the end of the file is a finding of its own
    if (values_.field == 0) {
      if (*count > 0) lie("size-mismatch", "has no values, though its shape needs some");
      return;
    }
    check_size(*count, *size);
  }

  void check_size(std::uint64_t count, std::uint64_t size) {
    if (values_.field == kRawData ? tensor_.type == "STRING" : values_.field != list_of_type()) {
      return lie("size-mismatch", "has values of another kind than its type");
    }
    if (values_.field == kRawData || (values_.packed && is_plain_list())) {
      if (values_.bytes != size) {
        return lie("size-mismatch", "needs " + std::to_string(size) + " bytes by type and shape and has " +
                                        std::to_string(values_.bytes));
      }
      if (values_.pieces == 1) tensor_.extent = Extent{values_.offset, values_.bytes};
      return;
    }
    // Lists of varints are not read: their number of bytes only bounds how many there are.
    const std::uint64_t listed = packed_count(count);
    const bool is_text = tensor_.type == "STRING";
    const bool few = values_.packed && !is_text ? values_.bytes < listed : values_.pieces < listed;
    const bool many = values_.packed && !is_text ? values_.bytes / 10 > listed : values_.pieces > listed;
    if (few || many) lie("size-mismatch", "does not have as many values as its shape says");
  }

  std::uint32_t list_of_type() const {
    if (tensor_.type == "F32" || tensor_.type == "C64") return kFloatData;
    if (tensor_.type == "F64" || tensor_.type == "C128") return kDoubleData;
    if (tensor_.type == "U32" || tensor_.type == "U64") return kUint64Data;
    if (tensor_.type == "I64") return kInt64Data;
    if (tensor_.type == "STRING") return kStringData;
    return kInt32Data;
  }

  // A list whose bytes are the tensor's own, in order.
  bool is_plain_list() const { return values_.field == kFloatData || values_.field == kDoubleData; }

  // Types narrower than a byte share an entry of int32_data; a complex number takes two entries.
  std::uint64_t packed_count(std::uint64_t count) const {
    const auto bits = element_bits(tensor_.type).value_or(8);
    if (bits < 8) return packed_bytes(count, bits).value_or(count);
    return tensor_.type == "C64" || tensor_.type == "C128" ? count * 2 : count;
  }

  void lie(std::string_view code, std::string_view what) {
    report_.malformed(code, "Tensor " + quoted(tensor_.name) + " " + std::string{what} + ".", tensor_.name);
  }

  ReportWriter& report_;
  Tensor tensor_{};
  std::uint64_t type_ = 0;
  Values values_;
  bool several_ = false;
  bool is_external_ = false;
  OnnxExternalData external_;
};

}  // namespace

std::string_view onnx_element_type(std::uint64_t number) {
  return number < kElementTypes.size() ? kElementTypes.at(static_cast<std::size_t>(number)) : "";
}

Result<Tensor> read_onnx_tensor(ProtobufReader message, ReportWriter& report, std::string_view name) {
  return TensorReader{report, name}.read(message);
}

}  // namespace weighhouse::formats::detail
