#include "formats/detail/safetensors_header.h"

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <optional>
#include <utility>

#include "formats/detail/element_type.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestName = 4096;
constexpr std::size_t kLargestRank = 64;
constexpr std::string_view kMetadataKey = "__metadata__";

// What the parser calls with each part of the document. `place_` is where in the only shape that a header may have
// the next part belongs; whatever belongs nowhere ends the parsing with `problem_`.
class Handler {
 public:
  explicit Handler(ReportWriter& report) : report_(report) {}

  const std::optional<Error>& problem() const { return problem_; }

  static constexpr std::size_t max_object_size = ~std::size_t{0};
  static constexpr std::size_t max_array_size = ~std::size_t{0};
  static constexpr std::size_t max_key_size = ~std::size_t{0};
  static constexpr std::size_t max_string_size = ~std::size_t{0};

  bool on_document_begin(json::error_code& /*ec*/) { return true; }
  bool on_document_end(json::error_code& /*ec*/) { return true; }

  bool on_object_begin(json::error_code& ec) {
    if (place_ == Place::kDocument) {
      place_ = Place::kHeader;
      return true;
    }
    if (place_ != Place::kHeader)
      return refuse(ec, "header-shape", "An object stands where none may be in the header.");
    if (key_ == kMetadataKey) {
      if (std::exchange(metadata_seen_, true))
        return refuse(ec, "duplicate-name", "The header has __metadata__ twice.");
      place_ = Place::kMetadata;
      return true;
    }
    place_ = Place::kTensor;
    tensor_ = Tensor{.name = key_, .type = {}, .shape = {}};
    begin_ = end_ = std::nullopt;
    type_seen_ = shape_seen_ = false;
    return true;
  }

  bool on_object_end(std::size_t /*count*/, json::error_code& ec) {
    if (place_ == Place::kTensor && !end_tensor(ec)) return false;
    place_ = place_ == Place::kHeader ? Place::kDocument : Place::kHeader;
    return true;
  }

  bool on_array_begin(json::error_code& ec) {
    if (place_ == Place::kTensor && key_ == "shape" && !std::exchange(shape_seen_, true)) {
      place_ = Place::kShape;
      return true;
    }
    if (place_ == Place::kTensor && key_ == "data_offsets" && !begin_) {
      place_ = Place::kOffsets;
      return true;
    }
    return refuse_value(ec);
  }

  bool on_array_end(std::size_t /*count*/, json::error_code& ec) {
    if (place_ == Place::kOffsets && !end_) {
      return refuse(ec, "header-shape", "The data_offsets of " + tensor_name() + " are not two numbers.");
    }
    place_ = Place::kTensor;
    return true;
  }

  bool on_key_part(json::string_view part, std::size_t size, json::error_code& ec) {
    if (size > kLongestName) return refuse(ec, "long-name", "A name in the header is longer than 4096 bytes.");
    if (std::exchange(text_ended_, false)) key_.clear();
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t size, json::error_code& ec) {
    if (!on_key_part(part, size, ec)) return false;
    text_ended_ = true;
    return true;
  }

  bool on_string_part(json::string_view part, std::size_t size, json::error_code& ec) {
    const bool is_type = place_ == Place::kTensor && key_ == "dtype" && !type_seen_;
    if (place_ != Place::kMetadata && !is_type) return refuse_value(ec);
    if (is_type && size > 32) return refuse(ec, "header-shape", "The dtype of " + tensor_name() + " is no word.");
    // One byte above the limit is kept, so that the report shows that the value goes on.
    const std::size_t kept = static_cast<std::size_t>(report_.limits().metadata_value_bytes) + 1;
    value_.append(part.data(), std::min(part.size(), kept - std::min(value_.size(), kept)));
    return true;
  }
  bool on_string(json::string_view part, std::size_t size, json::error_code& ec) {
    if (!on_string_part(part, size, ec)) return false;
    if (place_ == Place::kMetadata) return end_metadata(ec);
    tensor_.type = std::exchange(value_, {});
    type_seen_ = true;
    return true;
  }

  bool on_number_part(json::string_view /*part*/, json::error_code& /*ec*/) { return true; }
  bool on_int64(std::int64_t value, json::string_view /*text*/, json::error_code& ec) {
    if (value < 0) return refuse(ec, "bad-number", "A number of " + tensor_name() + " is negative.");
    return on_uint64(static_cast<std::uint64_t>(value), {}, ec);
  }
  bool on_uint64(std::uint64_t value, json::string_view /*text*/, json::error_code& ec) {
    if (place_ == Place::kShape) {
      if (value > std::uint64_t{1} << 62U)
        return refuse(ec, "bad-number", "A dimension of " + tensor_name() + " is absurd.");
      if (tensor_.shape.size() >= kLargestRank) {
        return refuse(ec, "header-shape", tensor_name() + " has more than 64 dimensions.");
      }
      tensor_.shape.push_back(static_cast<std::int64_t>(value));
      return true;
    }
    if (place_ != Place::kOffsets) return refuse_value(ec);
    if (end_) return refuse(ec, "header-shape", "The data_offsets of " + tensor_name() + " are not two numbers.");
    (begin_ ? end_ : begin_) = value;
    return true;
  }
  bool on_double(double /*value*/, json::string_view /*text*/, json::error_code& ec) {
    return refuse(ec, "bad-number", "A number of " + tensor_name() + " is not a whole number in range.");
  }
  bool on_bool(bool /*value*/, json::error_code& ec) { return refuse_value(ec); }
  bool on_null(json::error_code& ec) { return refuse_value(ec); }
  bool on_comment_part(json::string_view /*part*/, json::error_code& /*ec*/) { return true; }
  bool on_comment(json::string_view /*part*/, json::error_code& /*ec*/) { return true; }

 private:
  enum class Place : std::uint8_t { kDocument, kHeader, kMetadata, kTensor, kShape, kOffsets };

  bool refuse(json::error_code& ec, std::string_view code, std::string message) {
    return refuse(ec, malformed(code, std::move(message)).value());
  }
  bool refuse(json::error_code& ec, Error problem) {
    problem_ = std::move(problem);
    ec = make_error_code(boost::system::errc::invalid_argument);
    return false;
  }

  bool refuse_value(json::error_code& ec) {
    if (place_ == Place::kMetadata) {
      return refuse(ec, "header-shape", "The metadata " + quoted(key_) + " is not a text.");
    }
    if (place_ == Place::kTensor) {
      return refuse(
          ec, "header-shape",
          tensor_name() + " has a field " + quoted(key_) + " that is unknown, given twice or of another kind.");
    }
    return refuse(ec, "header-shape", "The header is not an object of tensors.");
  }

  bool end_metadata(json::error_code& ec) {
    const auto added = report_.add_metadata(key_, std::exchange(value_, {}));
    return added || refuse(ec, added.error());
  }

  bool end_tensor(json::error_code& ec) {
    if (!type_seen_ || !shape_seen_ || !end_) {
      return refuse(ec, "header-shape", tensor_name() + " lacks its dtype, shape or data_offsets.");
    }
    if (*end_ < *begin_) return refuse(ec, "bad-offsets", tensor_name() + " ends before it begins.");
    const auto count = element_count(tensor_.shape);
    if (!count)
      return refuse(ec, "bad-number", "The shape of " + tensor_name() + " has more elements than can be counted.");
    if (!expect_size(*count, ec)) return false;
    tensor_.extent = Extent{*begin_, *end_ - *begin_};
    report_.report().parameters += *count;
    const auto added = report_.add_tensor(std::move(tensor_));
    return added || refuse(ec, added.error());
  }

  bool expect_size(std::uint64_t count, json::error_code& ec) {
    if (tensor_.type != last_type_) {
      last_type_ = tensor_.type;
      last_bits_ = safetensors_bits(last_type_);
    }
    if (!last_bits_) {
      report_.newer("newer-type",
                    "The element type " + quoted(tensor_.type) + " is unknown to this version of " +
                        "weigh, so the tensors are not listed.",
                    tensor_.name);
      return true;
    }
    const auto size = packed_bytes(count, *last_bits_);
    if (!size) return refuse(ec, "bad-number", "The size of " + tensor_name() + " does not fit into 64 bits.");
    if (count * *last_bits_ % 8 != 0) {
      return refuse(ec, "bad-offsets", "The last element of " + tensor_name() + " does not end on a byte.");
    }
    tensor_.size_bytes = *size;
    if (*end_ - *begin_ != *size) {
      report_.malformed("size-mismatch",
                        "Type and shape of " + tensor_name() + " need " + std::to_string(*size) +
                            " bytes, its data_offsets span " + std::to_string(*end_ - *begin_) + ".",
                        tensor_.name);
    }
    return true;
  }

  // ONNX's words for elements that the format does not have are unknown here.
  static std::optional<unsigned> safetensors_bits(std::string_view type) {
    constexpr std::array<std::string_view, 5> kElsewhere{"C128", "I4", "U4", "I2", "U2"};
    if (std::ranges::find(kElsewhere, type) != kElsewhere.end()) return std::nullopt;
    return element_bits(type);
  }

  std::string tensor_name() const { return quoted(tensor_.name); }

  ReportWriter& report_;
  std::optional<Error> problem_;
  Place place_ = Place::kDocument;
  std::string key_;
  bool text_ended_ = true;
  std::string value_;
  bool metadata_seen_ = false;

  Tensor tensor_;
  std::optional<std::uint64_t> begin_;
  std::optional<std::uint64_t> end_;
  bool type_seen_ = false;
  bool shape_seen_ = false;
  std::string last_type_ = "?";
  std::optional<unsigned> last_bits_;
};

json::parse_options strict() {
  json::parse_options options;
  options.max_depth = 4;
  return options;
}

}  // namespace

struct SafetensorsHeader::Parser {
  explicit Parser(ReportWriter& report) : json(strict(), report) {}
  boost::json::basic_parser<Handler> json;
  char last = '\0';  // that is no space
};

SafetensorsHeader::SafetensorsHeader(ReportWriter& report) : parser_(std::make_unique<Parser>(report)) {}
SafetensorsHeader::~SafetensorsHeader() = default;

namespace {

Result<> outcome_of(const json::basic_parser<Handler>& parser, const json::error_code& ec) {
  if (parser.handler().problem()) return fail(*parser.handler().problem());
  if (ec == json::error::incomplete) return malformed("header-json", "The header breaks off before its JSON ends.");
  if (ec) return malformed("header-json", "The header is not the JSON it should be: " + ec.message() + ".");
  return {};
}

}  // namespace

Result<> SafetensorsHeader::add(std::string_view piece) {
  if (parser_->last == '\0' && !piece.starts_with('{')) {
    return malformed("header-json", "The header does not begin with \"{\".");
  }
  json::error_code ec;
  const std::size_t read = parser_->json.write_some(true, piece.data(), piece.size(), ec);
  TRY(outcome_of(parser_->json, ec));
  if (read < piece.size()) return malformed("header-json", "The header goes on after the end of its JSON.");
  const auto last = piece.find_last_not_of(' ');
  if (last != std::string_view::npos) parser_->last = piece[last];
  return {};
}

Result<> SafetensorsHeader::finish() {
  json::error_code ec;
  parser_->json.write_some(false, "", 0, ec);
  TRY(outcome_of(parser_->json, ec));
  if (parser_->last != '}') return malformed("header-json", "The header is padded with something other than spaces.");
  return {};
}

}  // namespace weighhouse::formats::detail
