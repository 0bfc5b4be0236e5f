#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weighhouse::http {

// What a form says about one of its parts.
struct PartHead {
  std::string name;
  std::optional<std::string> filename{};  // as the sender wrote it: never a path to trust
  std::string content_type{};
};

class PartVisitor {
 public:
  virtual ~PartVisitor() = default;
  virtual Result<> begin(const PartHead& head) = 0;
  virtual Result<> bytes(std::span<const std::byte> bytes) = 0;  // any number of times
  virtual Result<> end() = 0;
};

struct MultipartLimits {
  std::size_t parts = 1000;
  std::size_t head_bytes = 8192;  // of each part
};

// Reads multipart/form-data (RFC 7578) as it comes, whatever its size, holding little more than one head.
class MultipartReader {
 public:
  // kInvalidArgument when this is no such type or names no boundary. The visitor must outlive the reader.
  static Result<MultipartReader> open(std::string_view content_type, PartVisitor& visitor,
                                      const MultipartLimits& limits = {});

  // After a failure, of the form or of the visitor, nothing more may be fed.
  Result<> feed(std::span<const std::byte> bytes);
  // Fails when the form is not complete.
  Result<> finish() const;

 private:
  enum class State : std::uint8_t { kPreamble, kAfterDelimiter, kHead, kBody, kEpilogue };
  enum class Step : std::uint8_t { kAgain, kNeedMore };

  MultipartReader(std::string boundary, PartVisitor& visitor, const MultipartLimits& limits);
  Result<Step> step();
  Result<Step> read_content();
  Result<Step> read_after_delimiter();
  Result<Step> read_head();
  Result<> pass_on(std::size_t count);
  std::string_view unread() const { return std::string_view{buffer_}.substr(begin_); }

  std::string delimiter_;  // "\r\n--" and the boundary
  PartVisitor* visitor_;
  MultipartLimits limits_;
  State state_ = State::kPreamble;
  std::size_t parts_ = 0;
  std::string buffer_ = "\r\n";  // the first delimiter may stand without a line break before it
  std::size_t begin_ = 0;
};

// A whole small form at once.
struct FormPart {
  PartHead head;
  std::string bytes{};
};
Result<std::vector<FormPart>> parse_form(std::string_view content_type, std::string_view body,
                                         const MultipartLimits& limits = {});

}  // namespace weighhouse::http
