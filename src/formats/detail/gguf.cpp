#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/text.h"
#include "formats/detail/cursor.h"
#include "formats/detail/element_type.h"
#include "formats/detail/ggml_type.h"
#include "formats/detail/gguf_value.h"
#include "formats/detail/inspectors.h"
#include "formats/detail/report_writer.h"
#include "formats/detail/words.h"

// GGUF: a count of tensors and of key-value pairs, the pairs, the descriptions of the tensors, and, from the next
// multiple of the alignment on, their bytes without a gap. Programs trust those numbers when they map the file, so
// the sum of all is compared with the size of the file.
namespace weighhouse::formats::detail {
namespace {

constexpr std::uint64_t kLongestKey = 65'535;
constexpr std::uint64_t kLongestTensorName = 63;
constexpr std::uint32_t kMostDimensions = 4;
constexpr std::uint64_t kDefaultAlignment = 32;
constexpr std::string_view kChatTemplate = "tokenizer.chat_template";

class GgufReader {
 public:
  GgufReader(const RandomAccess& file, const InspectLimits& limits)
      : file_(file), cursor_(file, limits.header_bytes), report_(Format::kGguf, limits) {}

  Result<Report> read() && {
    const auto outcome = read_file();
    TRY(report_.absorb(outcome));
    if (!outcome) TRY(look_for_replaced_bytes());
    std::string what = "GGUF";
    if (!architecture_.empty()) what += ", " + ReportWriter::shown(architecture_, 60);
    return std::move(report_).finish(what);
  }

 private:
  Result<> read_file() {
    if (!TRY(read_version())) return {};
    const auto tensors = TRY(cursor_.read_number<std::uint64_t>());
    const auto pairs = TRY(cursor_.read_number<std::uint64_t>());
    for (std::uint64_t i = 0; i < pairs; ++i) TRY(read_pair());
    for (std::uint64_t i = 0; i < tensors; ++i) TRY(read_tensor());
    place_tensors();
    return {};
  }

  // Programs that take a file for text put the same three bytes for each that is none; numbers never hold them.
  Result<> look_for_replaced_bytes() {
    const auto head = TRY(file_.read_exactly(0, std::min<std::uint64_t>(file_.size_bytes(), 512)));
    if (head.find("\xEF\xBF\xBD") != std::string::npos) {
      report_.warn("replaced-bytes",
                   "Bytes of the file were replaced, as happens when it is copied or downloaded as text. "
                   "They are lost: fetch it again as binary.");
    }
    return {};
  }

  // False for a version whose layout is not known.
  Result<bool> read_version() {
    std::array<std::byte, 4> magic{};
    TRY(cursor_.read(magic));
    auto version = TRY(cursor_.read_number<std::uint32_t>());
    if ((version & 0xFFFFU) == 0 && version != 0) {
      cursor_.set_big_endian(true);
      big_endian_ = true;
      version = __builtin_bswap32(version);
      report_.note("big-endian", "The numbers of the file are big-endian: only machines of that kind run the model.");
    }
    if (version == 1)
      return malformed("old-version", "GGUF version 1 is no longer read by anything; convert the model again.");
    if (version == 0) return malformed("bad-version", "The file says it is GGUF version 0, which never was.");
    TRY(report_.add_metadata("gguf.version", std::to_string(version)));
    if (version <= 3) return true;
    report_.newer("newer-version", "The file is GGUF version " + std::to_string(version) +
                                       ", newer than this version of weigh, and was not read any further.");
    return false;
  }

  Result<> read_pair() {
    auto key = TRY(read_gguf_text(cursor_, kLongestKey + 1));
    if (key.empty() || key.size() > kLongestKey)
      return malformed("bad-key", "A key of the metadata is empty or longer than 65535 bytes.");
    const auto type = TRY(cursor_.read_number<std::uint32_t>());
    const bool is_text = type == static_cast<std::uint32_t>(GgufType::kString);
    if (is_text && key.starts_with(kChatTemplate)) return read_chat_template(std::move(key));

    const auto value = TRY(read_gguf_value(cursor_, type, report_.limits().metadata_value_bytes + 1));
    if (key == "general.architecture") architecture_ = value.text;
    if (key == "general.alignment") {
      const auto alignment = value.number.value_or(0);
      if (alignment == 0 || (alignment & (alignment - 1)) != 0 || alignment > std::uint64_t{1} << 30U) {
        return malformed("bad-alignment", "The alignment " + quoted(value.text) + " is not a power of two.");
      }
      alignment_ = alignment;
    }
    TRY(report_.add_metadata(key, value.text));
    return add_key(std::move(key));
  }

  Result<> add_key(std::string key) {
    const auto [added, fresh] = keys_.insert(std::move(key));
    if (!fresh) report_.malformed("duplicate-name", "The metadata has " + quoted(*added) + " more than once.", *added);
    return {};
  }

  // A template is a program of the person who wrote it. It is named by its digest and never expanded.
  Result<> read_chat_template(std::string key) {
    const auto length = TRY(cursor_.read_number<std::uint64_t>());
    if (length > cursor_.remaining())
      return detail::malformed("truncated", "The file ends within " + quoted(key) + ".");
    std::uint64_t left = length;
    std::array<std::byte, 4096> piece;
    Sha256 hasher;
    while (left > 0) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece.size()));
      TRY(cursor_.read(std::span{piece}.first(count)));
      hasher.update(std::span{piece}.first(count));
      left -= count;
    }
    const auto digest = std::move(hasher).finish().hex().substr(0, 12);
    TRY(report_.add_metadata(key, "(" + format_size(length) + ", sha256 " + digest + "…)"));
    report_.code_bearing("chat-template",
                         "The model carries a chat template of " + format_size(length) + " (sha256 " + digest +
                             "…). It is a small program: whoever renders it should do so in a sandbox.",
                         key);
    return add_key(std::move(key));
  }

  Result<> read_tensor() {
    Tensor tensor;
    tensor.name = TRY(read_gguf_text(cursor_, 4096));
    if (tensor.name.empty() || tensor.name.size() > kLongestTensorName) {
      report_.malformed("long-name", "The tensor name " + quoted(tensor.name) + " is empty or longer than 63 bytes.",
                        tensor.name);
    }
    const auto rank = TRY(cursor_.read_number<std::uint32_t>());
    if (rank > kMostDimensions) {
      return malformed("bad-number", "Tensor " + quoted(tensor.name) + " has " + std::to_string(rank) +
                                         " dimensions; 4 is the most.");
    }
    for (std::uint32_t i = 0; i < rank; ++i) {
      tensor.shape.push_back(static_cast<std::int64_t>(TRY(cursor_.read_number<std::uint64_t>())));
    }
    const auto type = TRY(cursor_.read_number<std::uint32_t>());
    const auto offset = TRY(cursor_.read_number<std::uint64_t>());
    const auto row = tensor.shape.empty() ? 1 : tensor.shape.front();
    // ggml counts from the innermost dimension.
    std::ranges::reverse(tensor.shape);
    TRY(measure(tensor, type, row));
    offsets_.push_back(offset);
    tensor.name = ReportWriter::shown(tensor.name);
    return report_.add_tensor(std::move(tensor));
  }

  Result<> measure(Tensor& tensor, std::uint32_t number, std::int64_t row) {
    const auto count = element_count(tensor.shape);
    if (!count || *count >= std::uint64_t{1} << 63U) {
      return malformed("bad-number",
                       "The shape of tensor " + quoted(tensor.name) + " has more elements than can be counted.");
    }
    report_.report().parameters += *count;
    const auto type = find_ggml_type(number);
    if (!type) {
      tensor.type = "GGML" + std::to_string(number);
      report_.newer("newer-type",
                    "Tensor " + quoted(tensor.name) + " has the type number " + std::to_string(number) +
                        ", which is unknown to this version of weigh or no longer in use.",
                    tensor.name);
      sizes_known_ = false;
      return {};
    }
    tensor.type = type->word;
    if (row % type->block_elements != 0) {
      return malformed("bad-number", "The rows of tensor " + quoted(tensor.name) + " do not fill whole blocks of " +
                                         tensor.type + ".");
    }
    if (__builtin_mul_overflow(*count / type->block_elements, std::uint64_t{type->block_bytes}, &tensor.size_bytes)) {
      return malformed("bad-number", "The size of tensor " + quoted(tensor.name) + " does not fit into 64 bits.");
    }
    return {};
  }

  std::uint64_t padded(std::uint64_t size) const { return (size + alignment_ - 1) / alignment_ * alignment_; }

  // Turns the tensors' offsets within the data into extents of the file, as far as those are there.
  void place_tensors() {
    const std::uint64_t data_begin = padded(cursor_.position());
    std::unordered_set<std::string_view> names;
    std::uint64_t expected = 0;
    std::uint64_t end = cursor_.position();
    bool in_order = true;
    for (std::size_t i = 0; i < offsets_.size(); ++i) {
      Tensor& tensor = report_.report().tensors[i];
      if (!names.insert(tensor.name).second) {
        report_.malformed("duplicate-name", "The file has tensor " + quoted(tensor.name) + " more than once.",
                          tensor.name);
      }
      if (sizes_known_ && in_order && offsets_[i] != expected) {
        in_order = false;  // all that follow would be wrong by the same amount
        report_.malformed(offsets_[i] < expected ? "overlap" : "gap",
                          "The bytes of tensor " + quoted(tensor.name) + " begin at " + std::to_string(offsets_[i]) +
                              " instead of " + std::to_string(expected) + ".",
                          tensor.name);
      }
      expected = padded(offsets_[i] + tensor.size_bytes);
      place(tensor, data_begin, offsets_[i], end);
    }
    if (end > cursor_.size_bytes()) {
      report_.malformed("truncated", "The file is cut short: at least " + std::to_string(end - cursor_.size_bytes()) +
                                         " of " + std::to_string(end) +
                                         " bytes are missing. Fetch or upload it again.");
    } else if (sizes_known_ && cursor_.size_bytes() > std::max(padded(end), cursor_.position())) {
      report_.warn("trailing-bytes", std::to_string(cursor_.size_bytes() - end) + " bytes follow the last tensor.");
    }
  }

  void place(Tensor& tensor, std::uint64_t data_begin, std::uint64_t offset, std::uint64_t& end) {
    std::uint64_t begin = 0;
    std::uint64_t tensor_end = 0;
    if (__builtin_add_overflow(data_begin, offset, &begin) ||
        __builtin_add_overflow(begin, tensor.size_bytes, &tensor_end)) {
      report_.malformed("bad-offsets", "Tensor " + quoted(tensor.name) + " lies beyond what 64 bits can count.",
                        tensor.name);
      return;
    }
    end = std::max(end, tensor_end);
    // An extent promises little-endian elements of a known size.
    if (tensor_end <= cursor_.size_bytes() && !big_endian_ && sizes_known_) {
      tensor.extent = Extent{begin, tensor.size_bytes};
    }
  }

  const RandomAccess& file_;
  Cursor cursor_;
  ReportWriter report_;
  std::string architecture_;
  std::uint64_t alignment_ = kDefaultAlignment;
  std::unordered_set<std::string> keys_;
  std::vector<std::uint64_t> offsets_;  // of the tensors, within the data
  bool sizes_known_ = true;
  bool big_endian_ = false;
};

}  // namespace

Result<Report> inspect_gguf(const RandomAccess& file, const InspectLimits& limits) {
  return GgufReader{file, limits}.read();
}

}  // namespace weighhouse::formats::detail
