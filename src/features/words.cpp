#include "features/words.h"

#include <array>

namespace weighhouse::features {
namespace {

class Splitter {
 public:
  explicit Splitter(Words& out) : out_(out) {}

  void add(char32_t c, std::uint32_t begin, std::uint32_t end) {
    const CharKind kind = kind_of(c);
    switch (kind) {
      case CharKind::kWord:
        grow(c, begin, end);
        return;
      case CharKind::kJoiner:
        if (is_open_) end_bytes_ = end;
        return;
      case CharKind::kSpace:
        close();
        return;
      case CharKind::kIdeograph:
      case CharKind::kSign:
        close();
        grow(c, begin, end);
        close();
        return;
    }
  }

  void close() {
    if (!is_open_) return;
    is_open_ = false;
    const auto first = static_cast<std::uint32_t>(out_.code_points.size());
    append_folded(plain_, out_.code_points);
    const auto length = static_cast<std::uint32_t>(out_.code_points.size()) - first;
    if (length > 0) out_.words.push_back({begin_bytes_, end_bytes_, first, length});
  }

 private:
  void grow(char32_t c, std::uint32_t begin, std::uint32_t end) {
    if (!is_open_) {
      is_open_ = true;
      begin_bytes_ = begin;
      plain_.clear();
    }
    plain_.push_back(c);
    end_bytes_ = end;
  }

  Words& out_;
  std::vector<char32_t> plain_;
  std::uint32_t begin_bytes_ = 0;
  std::uint32_t end_bytes_ = 0;
  bool is_open_ = false;
};

}  // namespace

void split_words(std::string_view text, Words& out) {
  out.words.clear();
  out.code_points.clear();
  out.broken_sequences = 0;
  out.is_cut = text.size() > kMaxTextBytes;
  Splitter splitter{out};
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_at(text, at);
    // Never half a character: what straddles the limit is beyond it.
    if (point.end_bytes > kMaxTextBytes) break;
    if (point.is_broken) ++out.broken_sequences;
    splitter.add(point.value, static_cast<std::uint32_t>(at), point.end_bytes);
    at = point.end_bytes;
  }
  splitter.close();
}

}  // namespace weighhouse::features
