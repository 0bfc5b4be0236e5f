#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weighhouse::features {

struct WordPieceParts;

// BERT's tokenizer: text to the numbers that an encoder of that family was trained on, as the reference
// implementation has it, number for number. Immutable, safe from any thread; copies share what they hold.
class WordPieceTokenizer {
 public:
  // From a `tokenizer.json`. kInvalidArgument, naming the part, for a file that is none or is broken, and for kinds of
  // tokenizers that this is not: other models than WordPiece, other normalisers than BERT's.
  static Result<WordPieceTokenizer> from_json(std::string_view text);
  // From a `vocab.txt`, one piece a line, and what `tokenizer_config.json` says (an empty text: BERT's usual ways).
  static Result<WordPieceTokenizer> from_vocabulary(std::string_view pieces, std::string_view config);

  // Replaces `ids`: the marks of beginning and end, and between them the text's pieces, cut at its end so that there
  // are at most `most` in all. Returns whether it was cut. `most` leaves room for the marks at least.
  bool encode(std::string_view text, std::size_t most, std::vector<std::int64_t>& ids) const;

  std::size_t pieces() const;        // every number is below it
  std::size_t marks() const;         // how many the beginning and the end take
  std::int64_t padding() const;      // fills short texts up beside longer ones
  std::uint64_t size_bytes() const;  // in memory, nearly

 private:
  explicit WordPieceTokenizer(std::shared_ptr<const WordPieceParts> parts) : parts_(std::move(parts)) {}
  std::shared_ptr<const WordPieceParts> parts_;
};

}  // namespace weighhouse::features
