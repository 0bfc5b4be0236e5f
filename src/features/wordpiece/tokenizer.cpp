#include "features/wordpiece/tokenizer.h"

#include <algorithm>

#include "features/unicode.h"
#include "features/wordpiece/parts.h"

namespace weighhouse::features {
namespace {

// Splits one text. Pieces go to `ids` until there are `most`.
class Encoding {
 public:
  Encoding(const WordPieceParts& parts, std::size_t most, std::vector<std::int64_t>& ids)
      : parts_(parts), most_(most), ids_(ids) {}

  bool is_cut() const { return is_cut_; }

  // Whole pieces are looked for in the text as it came; what lies between them is normalised by itself.
  void add_text(std::string_view text) {
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size() && !is_cut_;) {
      const auto* piece = whole_at(text.substr(at));
      if (piece == nullptr) {
        ++at;
        continue;
      }
      std::size_t end = at + piece->text.size();
      add_words(piece->takes_space_before ? without_space_after(text.substr(begin, at - begin))
                                          : text.substr(begin, at - begin));
      add(piece->id);
      if (piece->takes_space_after) end += space_before(text.substr(end));
      at = begin = end;
    }
    if (!is_cut_) add_words(text.substr(begin));
  }

 private:
  const WholePiece* whole_at(std::string_view text) const {
    const WholePiece* longest = nullptr;
    for (const auto& piece : parts_.whole) {
      if (text.starts_with(piece.text) && (longest == nullptr || piece.text.size() > longest->text.size()))
        longest = &piece;
    }
    return longest;
  }

  static std::size_t space_before(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
      const auto point = decode_at(text, at);
      if (!wordpiece::is_space(point.value)) break;
      at = point.end_bytes;
    }
    return at;
  }

  static std::string_view without_space_after(std::string_view text) {
    std::size_t kept = 0;
    for (std::size_t at = 0; at < text.size();) {
      const auto point = decode_at(text, at);
      at = point.end_bytes;
      if (!wordpiece::is_space(point.value)) kept = at;
    }
    return text.substr(0, kept);
  }

  void add_words(std::string_view text) {
    if (text.empty()) return;
    const auto points = wordpiece::normalize(wordpiece::decode(text), parts_.normalization);
    word_.clear();
    for (const char32_t c : points) {
      if (wordpiece::is_space(c)) {
        end_word();
      } else if (wordpiece::is_punctuation(c)) {
        end_word();
        word_.push_back(c);
        end_word();
      } else {
        word_.push_back(c);
      }
      if (is_cut_) return;
    }
    end_word();
  }

  // The longest piece that the word begins with, then the longest that goes on, to its end; else it is unknown whole.
  void end_word() {
    if (word_.empty()) return;
    if (word_.size() > parts_.longest_word || !split_word()) pieces_.assign(1, parts_.unknown);
    word_.clear();
    for (const auto id : pieces_) add(id);
  }

  bool split_word() {
    pieces_.clear();
    bytes_.clear();
    ends_.assign(1, 0);
    for (const char32_t c : word_) {
      bytes_ += to_utf8({&c, 1});
      ends_.push_back(bytes_.size());
    }
    for (std::size_t first = 0; first < word_.size();) {
      std::size_t last = word_.size();
      std::optional<std::int64_t> found = find_piece(first, last);
      while (!found && --last > first) found = find_piece(first, last);
      if (!found) return false;
      pieces_.push_back(*found);
      first = last;
    }
    return true;
  }

  // The characters [first, last) of the word, as a beginning or as a continuation.
  std::optional<std::int64_t> find_piece(std::size_t first, std::size_t last) {
    const auto bytes = std::string_view{bytes_}.substr(ends_[first], ends_[last] - ends_[first]);
    if (first == 0) return parts_.find(bytes);
    joined_ = parts_.continuation;
    joined_ += bytes;
    return parts_.find(joined_);
  }

  void add(std::int64_t id) {
    if (ids_.size() < most_) {
      ids_.push_back(id);
    } else {
      is_cut_ = true;
    }
  }

  const WordPieceParts& parts_;
  const std::size_t most_;
  std::vector<std::int64_t>& ids_;
  bool is_cut_ = false;
  std::vector<char32_t> word_{};
  std::string bytes_{};
  std::string joined_{};
  std::vector<std::size_t> ends_{};
  std::vector<std::int64_t> pieces_{};
};

}  // namespace

bool WordPieceTokenizer::encode(std::string_view text, std::size_t most, std::vector<std::int64_t>& ids) const {
  check(most >= marks(), "room for the marks of beginning and end");
  ids.assign(parts_->before.begin(), parts_->before.end());
  Encoding encoding{*parts_, most - parts_->after.size(), ids};
  encoding.add_text(text);
  ids.insert(ids.end(), parts_->after.begin(), parts_->after.end());
  return encoding.is_cut();
}

std::size_t WordPieceTokenizer::pieces() const { return parts_->pieces; }
std::size_t WordPieceTokenizer::marks() const { return parts_->before.size() + parts_->after.size(); }
std::int64_t WordPieceTokenizer::padding() const { return parts_->padding; }

std::uint64_t WordPieceTokenizer::size_bytes() const {
  constexpr std::uint64_t kPerEntry = 80;  // a node, its string and its bucket
  return parts_->vocabulary.size() * kPerEntry;
}

}  // namespace weighhouse::features
