#include "http/multipart.h"

#include <algorithm>

#include "base/text.h"

namespace weighhouse::http {
namespace {

constexpr std::size_t kLongestBoundary = 70;  // RFC 2046

tl::unexpected<Error> broken(std::string_view why) {
  return fail(ErrorCode::kInvalidArgument,
              "This form is not well-formed multipart/form-data: " + std::string{why} + ".");
}

// One "; name=value" after another, values bare or in quotes.
class Parameters {
 public:
  explicit Parameters(std::string_view text) : rest_(text) {}

  bool next() {
    const auto semicolon = rest_.find(';');
    if (semicolon == std::string_view::npos) return false;
    rest_ = trim(rest_.substr(semicolon + 1));
    const auto equals = rest_.find('=');
    if (equals == std::string_view::npos) return false;
    name = to_lower(trim(rest_.substr(0, equals)));
    rest_.remove_prefix(equals + 1);
    value.clear();
    if (!rest_.starts_with('"')) {
      const auto end = std::min(rest_.find(';'), rest_.size());
      value = std::string{trim(rest_.substr(0, end))};
      rest_.remove_prefix(end);
      return true;
    }
    std::size_t at = 1;
    for (; at < rest_.size() && rest_[at] != '"'; ++at) {
      // Only a quote or a backslash is ever meant by a backslash: old browsers send C:\file as it is.
      const bool escaped =
          rest_[at] == '\\' && at + 1 < rest_.size() && (rest_[at + 1] == '"' || rest_[at + 1] == '\\');
      if (escaped) ++at;
      value += rest_[at];
    }
    rest_.remove_prefix(std::min(at + 1, rest_.size()));
    return true;
  }

  std::string name;
  std::string value;

 private:
  std::string_view rest_;
};

std::optional<std::string> extended_value(std::string_view value) {
  constexpr std::string_view kUtf8 = "utf-8''";
  if (!equal_ignoring_case(value.substr(0, kUtf8.size()), kUtf8)) return std::nullopt;
  return decode_percent(value.substr(kUtf8.size()));
}

Result<PartHead> parse_head(std::string_view text) {
  PartHead head;
  bool named = false;
  for (const std::string_view line : split(text, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto name = trim(line.substr(0, colon));
    const auto value = trim(line.substr(colon + 1));
    if (equal_ignoring_case(name, "Content-Type")) head.content_type = std::string{value};
    if (!equal_ignoring_case(name, "Content-Disposition")) continue;
    bool extended = false;
    for (Parameters parameters{value}; parameters.next();) {
      if (parameters.name == "name") {
        head.name = parameters.value;
        named = true;
      } else if (parameters.name == "filename" && !extended) {
        head.filename = parameters.value;
      } else if (parameters.name == "filename*") {
        if (auto decoded = extended_value(parameters.value)) {
          head.filename = std::move(decoded);
          extended = true;
        }
      }
    }
  }
  if (!named) return broken("a part has no name");
  if (!is_utf8(head.name) || (head.filename && !is_utf8(*head.filename))) return broken("a name is not UTF-8");
  return head;
}

class Collector final : public PartVisitor {
 public:
  Result<> begin(const PartHead& head) override {
    parts.push_back({head});
    return {};
  }
  Result<> bytes(std::span<const std::byte> bytes) override {
    parts.back().bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }
  Result<> end() override { return {}; }

  std::vector<FormPart> parts;
};

}  // namespace

MultipartReader::MultipartReader(std::string boundary, PartVisitor& visitor, const MultipartLimits& limits)
    : delimiter_("\r\n--" + std::move(boundary)), visitor_(&visitor), limits_(limits) {}

Result<MultipartReader> MultipartReader::open(std::string_view content_type, PartVisitor& visitor,
                                              const MultipartLimits& limits) {
  const auto type = trim(content_type.substr(0, content_type.find(';')));
  if (!equal_ignoring_case(type, "multipart/form-data")) {
    return fail(ErrorCode::kInvalidArgument,
                "This wants a form of the type multipart/form-data, not \"" + printable(content_type, 80) + "\".");
  }
  for (Parameters parameters{content_type}; parameters.next();) {
    if (parameters.name != "boundary") continue;
    if (parameters.value.empty() || parameters.value.size() > kLongestBoundary) break;
    return MultipartReader{parameters.value, visitor, limits};
  }
  return broken("its Content-Type names no boundary");
}

Result<> MultipartReader::feed(std::span<const std::byte> bytes) {
  buffer_.erase(0, begin_);
  begin_ = 0;
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (TRY(step()) == Step::kAgain) continue;
  return {};
}

Result<MultipartReader::Step> MultipartReader::step() {
  switch (state_) {
    case State::kPreamble:
    case State::kBody:
      return read_content();
    case State::kAfterDelimiter:
      return read_after_delimiter();
    case State::kHead:
      return read_head();
    case State::kEpilogue:
      break;
  }
  begin_ = buffer_.size();
  return Step::kNeedMore;
}

Result<> MultipartReader::pass_on(std::size_t count) {
  if (state_ == State::kBody && count > 0) TRY(visitor_->bytes(std::as_bytes(std::span{unread().substr(0, count)})));
  begin_ += count;
  return {};
}

Result<MultipartReader::Step> MultipartReader::read_content() {
  const auto found = unread().find(delimiter_);
  if (found == std::string_view::npos) {
    // The end may be the beginning of a delimiter.
    const std::size_t kept = std::min(unread().size(), delimiter_.size() - 1);
    TRY(pass_on(unread().size() - kept));
    return Step::kNeedMore;
  }
  TRY(pass_on(found));
  begin_ += delimiter_.size();
  if (state_ == State::kBody) TRY(visitor_->end());
  state_ = State::kAfterDelimiter;
  return Step::kAgain;
}

Result<MultipartReader::Step> MultipartReader::read_after_delimiter() {
  const std::string_view rest = unread();
  if (rest.size() < 2) return Step::kNeedMore;
  if (rest.starts_with("--")) {
    state_ = State::kEpilogue;
    return Step::kAgain;
  }
  const auto end = rest.find("\r\n");
  const auto padding = rest.substr(0, end);
  if (padding.size() > limits_.head_bytes || padding.find_first_not_of(" \t\r") != std::string_view::npos) {
    return broken("a boundary is followed by something else than a line break");
  }
  if (end == std::string_view::npos) return Step::kNeedMore;
  begin_ += end;  // the line break stays, so that an empty head ends like any other
  state_ = State::kHead;
  return Step::kAgain;
}

Result<MultipartReader::Step> MultipartReader::read_head() {
  const auto end = unread().find("\r\n\r\n");
  if (std::min(end, unread().size()) > limits_.head_bytes) return broken("the head of a part is too long");
  if (end == std::string_view::npos) return Step::kNeedMore;
  if (++parts_ > limits_.parts) {
    return fail(ErrorCode::kResourceExhausted,
                "This form has more than the " + std::to_string(limits_.parts) + " parts that are taken.",
                {{"reason", "too_large"}});
  }
  TRY(visitor_->begin(TRY(parse_head(unread().substr(0, end)))));
  begin_ += end + 4;
  state_ = State::kBody;
  return Step::kAgain;
}

Result<> MultipartReader::finish() const {
  if (state_ != State::kEpilogue) return broken("it ends before its last boundary");
  return {};
}

Result<std::vector<FormPart>> parse_form(std::string_view content_type, std::string_view body,
                                         const MultipartLimits& limits) {
  Collector collector;
  auto reader = TRY(MultipartReader::open(content_type, collector, limits));
  TRY(reader.feed(std::as_bytes(std::span{body})));
  TRY(reader.finish());
  return std::move(collector.parts);
}

}  // namespace weighhouse::http
