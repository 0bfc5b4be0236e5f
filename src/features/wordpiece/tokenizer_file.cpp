// tokenizer.json and vocab.txt: what a tokenizer is made of, every part of it checked.
#include <algorithm>
#include <boost/json.hpp>

#include "base/json_fields.h"
#include "base/text.h"
#include "features/wordpiece/parts.h"
#include "features/wordpiece/tokenizer.h"

namespace weighhouse::features {
namespace json = boost::json;

namespace {

constexpr std::size_t kLargestFile = std::size_t{64} << 20U;
constexpr std::int64_t kLargestId = 1 << 24;
constexpr std::size_t kMostWhole = 1000;
constexpr std::size_t kLongestPiece = 1000;

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(ErrorCode::kInvalidArgument, "The tokenizer cannot be read: " + what);
}

tl::unexpected<Error> unsupported(const std::string& what) {
  return fail(ErrorCode::kInvalidArgument,
              "The tokenizer is of a kind that is not supported: " + what +
                  ". Supported are those of the BERT family: WordPiece with BERT's normaliser and words.");
}

const json::object* object_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

// null and absence are the same: what is usual.
Result<bool> flag_at(const json::object& object, std::string_view key, bool usual) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return usual;
  if (!value->is_bool()) return wrong("\"" + std::string{key} + "\" is neither true nor false.");
  return value->get_bool();
}

Result<std::int64_t> id_of(const json::value& value) {
  if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() >= kLargestId)
    return wrong("a piece has a number that is none, or too large.");
  return value.get_int64();
}

std::string printed(const json::value& value) { return printable(json::serialize(value), 60); }

class JsonReader {
 public:
  explicit JsonReader(const json::object& file) : file_(file) {}

  Result<WordPieceParts> read() {
    TRY(read_model());
    TRY(read_normalizer());
    TRY(read_words());
    TRY(read_whole_pieces());
    TRY(read_marks());
    if (const auto* padding = object_at(file_, "padding"); padding != nullptr && padding->contains("pad_id")) {
      parts_.padding = TRY(id_of(padding->at("pad_id")));
    } else {
      parts_.padding = parts_.find("[PAD]").value_or(0);
    }
    return std::move(parts_);
  }

 private:
  Result<> read_model() {
    const auto* model = object_at(file_, "model");
    if (model == nullptr) return wrong("it has no \"model\".");
    const auto type = text_at(*model, "type");
    if (!type.empty() && type != "WordPiece") return unsupported("its model is " + printable(type, 40));
    const auto* vocabulary = object_at(*model, "vocab");
    if (vocabulary == nullptr || vocabulary->empty()) return wrong("its model has no \"vocab\" of pieces.");
    for (const auto& [piece, number] : *vocabulary) {
      const auto id = TRY(id_of(number));
      parts_.vocabulary.emplace(std::string{piece}, id);
      parts_.pieces = std::max(parts_.pieces, static_cast<std::size_t>(id) + 1);
    }
    const auto unknown = text_at(*model, "unk_token");
    const auto id = parts_.find(unknown.empty() ? "[UNK]" : unknown);
    if (!id) return wrong("its vocabulary has no piece for unknown words (\"unk_token\").");
    parts_.unknown = *id;
    if (model->contains("continuing_subword_prefix"))
      parts_.continuation = text_at(*model, "continuing_subword_prefix");
    if (const auto* longest = model->if_contains("max_input_chars_per_word")) {
      if (!longest->is_int64() || longest->get_int64() < 1 || longest->get_int64() > 10'000)
        return wrong("\"max_input_chars_per_word\" is no number from 1 to 10000.");
      parts_.longest_word = static_cast<std::size_t>(longest->get_int64());
    }
    return {};
  }

  Result<> read_normalizer() {
    const auto* normalizer = object_at(file_, "normalizer");
    if (normalizer == nullptr) return unsupported("it has no normaliser");
    const auto type = text_at(*normalizer, "type");
    if (type != "BertNormalizer") return unsupported("its normaliser is " + printable(type, 40));
    auto& how = parts_.normalization;
    how.clean = TRY(flag_at(*normalizer, "clean_text", true));
    how.space_ideographs = TRY(flag_at(*normalizer, "handle_chinese_chars", true));
    how.lower_case = TRY(flag_at(*normalizer, "lowercase", true));
    how.strip_accents = TRY(flag_at(*normalizer, "strip_accents", how.lower_case));
    return {};
  }

  Result<> read_words() {
    const auto* words = object_at(file_, "pre_tokenizer");
    const auto type = words == nullptr ? "nothing" : text_at(*words, "type");
    if (type != "BertPreTokenizer") return unsupported("it divides words by " + printable(type, 40));
    return {};
  }

  Result<> read_whole_pieces() {
    const auto* added = file_.if_contains("added_tokens");
    if (added == nullptr || !added->is_array()) return {};
    if (added->get_array().size() > kMostWhole)
      return unsupported("it has more than " + std::to_string(kMostWhole) + " added tokens");
    for (const auto& one : added->get_array()) {
      const auto* token = one.if_object();
      if (token == nullptr || !token->contains("id")) return wrong("an added token has no number.");
      WholePiece piece;
      piece.text = text_at(*token, "content");
      piece.id = TRY(id_of(token->at("id")));
      piece.takes_space_before = TRY(flag_at(*token, "lstrip", false));
      piece.takes_space_after = TRY(flag_at(*token, "rstrip", false));
      if (piece.text.empty() || piece.text.size() > kLongestPiece) return wrong("an added token has no text.");
      if (TRY(flag_at(*token, "single_word", false)) || TRY(flag_at(*token, "normalized", false)))
        return unsupported("its added token " + printed(token->at("content")) + " is looked for after normalising");
      parts_.pieces = std::max(parts_.pieces, static_cast<std::size_t>(piece.id) + 1);
      parts_.whole.push_back(std::move(piece));
    }
    return {};
  }

  Result<> read_marks() {
    const auto* processor = object_at(file_, "post_processor");
    if (processor == nullptr) return {};
    const auto type = text_at(*processor, "type");
    if (type == "TemplateProcessing") return read_template(*processor);
    if (type != "BertProcessing") return unsupported("it ends with " + printable(type, 40));
    for (const auto& [key, place] : {std::pair{"cls", &parts_.before}, std::pair{"sep", &parts_.after}}) {
      const auto* mark = processor->if_contains(key);
      if (mark == nullptr || !mark->is_array() || mark->get_array().size() != 2)
        return wrong("its marks of beginning and end are none.");
      place->push_back(TRY(id_of(mark->get_array()[1])));
    }
    return {};
  }

  Result<> read_template(const json::object& processor) {
    const auto* single = processor.if_contains("single");
    const auto* marks = object_at(processor, "special_tokens");
    if (single == nullptr || !single->is_array() || single->get_array().size() > 64 || marks == nullptr)
      return wrong("its template is none.");
    bool is_after = false;
    for (const auto& step : single->get_array()) {
      const auto* object = step.if_object();
      if (object == nullptr) return wrong("its template has a step that is none.");
      if (object->contains("Sequence")) {
        if (is_after) return unsupported("its template has the text twice");
        is_after = true;
        continue;
      }
      const auto* mark = object_at(*object, "SpecialToken");
      const auto* known = mark == nullptr ? nullptr : object_at(*marks, text_at(*mark, "id"));
      const auto* ids = known == nullptr ? nullptr : known->if_contains("ids");
      if (ids == nullptr || !ids->is_array() || ids->get_array().size() > 16)
        return wrong("its template names a mark that it does not have.");
      for (const auto& id : ids->get_array()) (is_after ? parts_.after : parts_.before).push_back(TRY(id_of(id)));
    }
    if (!is_after) return wrong("its template has no place for the text.");
    return {};
  }

  const json::object& file_;
  WordPieceParts parts_{};
};

// Numbers that no piece of the vocabulary can have would reach beyond an encoder's table.
Result<> require_marks(const WordPieceParts& parts) {
  for (const auto* marks : {&parts.before, &parts.after}) {
    for (const auto id : *marks)
      if (static_cast<std::size_t>(id) >= parts.pieces) return wrong("a mark has a number that no piece has.");
  }
  if (static_cast<std::size_t>(parts.padding) >= parts.pieces)
    return wrong("the padding has a number that no piece has.");
  return {};
}

Result<json::object> parse_object(std::string_view text, const std::string& what) {
  if (text.size() > kLargestFile) return wrong(what + " is larger than " + format_size(kLargestFile) + ".");
  json::error_code error;
  auto value = json::parse(text, error);
  if (error || !value.is_object()) return wrong(what + " is no JSON object.");
  return std::move(value.get_object());
}

}  // namespace

Result<WordPieceTokenizer> WordPieceTokenizer::from_json(std::string_view text) {
  const auto file = TRY(parse_object(text, "the file"));
  auto parts = TRY(JsonReader{file}.read());
  TRY(require_marks(parts));
  return WordPieceTokenizer{std::make_shared<const WordPieceParts>(std::move(parts))};
}

Result<WordPieceTokenizer> WordPieceTokenizer::from_vocabulary(std::string_view pieces, std::string_view config) {
  if (pieces.size() > kLargestFile) return wrong("the vocabulary is larger than " + format_size(kLargestFile) + ".");
  WordPieceParts parts;
  std::int64_t id = 0;
  while (!pieces.empty()) {
    const auto end = std::min(pieces.find('\n'), pieces.size());
    auto piece = pieces.substr(0, end);
    pieces.remove_prefix(std::min(end + 1, pieces.size()));
    if (piece.ends_with('\r')) piece.remove_suffix(1);
    // Of two equal lines the later one counts, as in a dictionary filled line by line.
    parts.vocabulary.insert_or_assign(std::string{piece}, id++);
    if (id > kLargestId) return wrong("the vocabulary has too many lines.");
  }
  parts.pieces = static_cast<std::size_t>(id);
  const auto said = config.empty() ? json::object{} : TRY(parse_object(config, "tokenizer_config.json"));
  auto& how = parts.normalization;
  how.lower_case = TRY(flag_at(said, "do_lower_case", true));
  how.strip_accents = TRY(flag_at(said, "strip_accents", how.lower_case));
  how.space_ideographs = TRY(flag_at(said, "tokenize_chinese_chars", true));
  for (const std::string mark : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}) {
    const auto number = parts.find(mark);
    if (!number && mark == "[MASK]") continue;
    if (!number) return wrong("the vocabulary has no line " + mark + ".");
    parts.whole.push_back({.text = mark, .id = *number});
    if (mark == "[PAD]") parts.padding = *number;
    if (mark == "[UNK]") parts.unknown = *number;
    if (mark == "[CLS]") parts.before.push_back(*number);
    if (mark == "[SEP]") parts.after.push_back(*number);
  }
  return WordPieceTokenizer{std::make_shared<const WordPieceParts>(std::move(parts))};
}

}  // namespace weighhouse::features
