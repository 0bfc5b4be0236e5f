#include "encoders/encoder.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "encoders/detail/arithmetic.h"
#include "encoders/detail/bert.h"
#include "encoders/detail/config.h"
#include "encoders/detail/onnx_network.h"
#include "features/wordpiece/tokenizer.h"

namespace weighhouse::encoders {
namespace {

using detail::Pooling;
using features::WordPieceTokenizer;
using runtimes::ModelFile;

constexpr std::string_view kPrefix = "encoder.";
constexpr std::size_t kLargestText = std::size_t{64} << 20U;

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(ErrorCode::kInvalidArgument, "The encoder cannot be used: " + what);
}

class Files {
 public:
  explicit Files(std::vector<ModelFile> files) {
    for (auto& file : files) {
      if (file.name.starts_with(kPrefix)) file.name.erase(0, kPrefix.size());
      files_.emplace(file.name, std::move(file));
    }
  }

  bool has(const std::string& name) const { return files_.contains(name); }

  // Empty where there is none.
  Result<std::string> text(const std::string& name) const {
    const auto found = files_.find(name);
    if (found == files_.end()) return std::string{};
    const auto access = TRY(open(found->second));
    if (access.size_bytes() > kLargestText) return wrong(name + " is larger than " + format_size(kLargestText) + ".");
    std::string bytes(access.size_bytes(), '\0');
    const auto count = TRY(access.read_at(0, std::as_writable_bytes(std::span{bytes})));
    bytes.resize(count);
    return bytes;
  }

  Result<FileAccess> access(const std::string& name) const { return open(files_.at(name)); }

  // Those that an ONNX model may need: its own, and whatever is not one of the others.
  std::vector<ModelFile> take_onnx() && {
    std::vector<ModelFile> taken;
    for (auto& [name, file] : files_)
      if (!name.ends_with(".json") && !name.ends_with(".txt") && !name.ends_with(".safetensors"))
        taken.push_back(std::move(file));
    return taken;
  }

 private:
  static Result<FileAccess> open(const ModelFile& file) {
    const auto info = TRY(stat_file(file.file.get(), file.name));
    FileDescriptor own{::dup(file.file.get())};
    if (!own) return system_failure("Reading the encoder", errno, file.name);
    return FileAccess{std::move(own), info.size_bytes};
  }

  std::map<std::string, ModelFile> files_{};
};

Result<WordPieceTokenizer> open_tokenizer(const Files& files) {
  if (files.has("tokenizer.json")) return WordPieceTokenizer::from_json(TRY(files.text("tokenizer.json")));
  if (!files.has("vocab.txt")) return wrong("it has neither tokenizer.json nor vocab.txt.");
  return WordPieceTokenizer::from_vocabulary(TRY(files.text("vocab.txt")), TRY(files.text("tokenizer_config.json")));
}

// What both kinds of networks share: text to pieces, and the pieces' vectors to one.
class SentenceEncoder : public TextEncoder {
 public:
  SentenceEncoder(WordPieceTokenizer tokenizer, detail::SentenceConfig sentence, std::size_t longest)
      : tokenizer_(std::move(tokenizer)), sentence_(sentence), longest_(longest) {}

 protected:
  std::vector<std::int64_t>& pieces_of(std::string_view text) const {
    thread_local std::vector<std::int64_t> ids;
    tokenizer_.encode(text, longest_, ids);
    return ids;
  }

  void pool(std::span<const float> rows, std::span<float> vector) const {
    const std::size_t width = vector.size();
    const std::size_t count = sentence_.pooling == Pooling::kFirst ? 1 : rows.size() / width;
    std::fill(vector.begin(), vector.end(), 0.0F);
    for (std::size_t row = 0; row < count; ++row) detail::add(rows.subspan(row * width, width), vector);
    for (float& value : vector) value /= static_cast<float>(count);
    if (sentence_.unit_length) detail::make_unit_length(vector);
  }

  WordPieceTokenizer tokenizer_;
  detail::SentenceConfig sentence_;
  std::size_t longest_;
};

class BertEncoder final : public SentenceEncoder {
 public:
  BertEncoder(WordPieceTokenizer tokenizer, detail::SentenceConfig sentence, std::size_t longest,
              std::unique_ptr<const detail::Bert> bert)
      : SentenceEncoder(std::move(tokenizer), sentence, longest), bert_(std::move(bert)) {}

  std::size_t dimensions() const override { return bert_->config().hidden; }
  std::uint64_t size_bytes() const override { return bert_->size_bytes() + tokenizer_.size_bytes(); }
  Result<> encode(std::string_view text, std::span<float> vector) const override {
    check(vector.size() == dimensions(), "room for the vector");
    pool(bert_->run(pieces_of(text)), vector);
    return {};
  }

 private:
  std::unique_ptr<const detail::Bert> bert_;
};

class OnnxEncoder final : public SentenceEncoder {
 public:
  OnnxEncoder(WordPieceTokenizer tokenizer, detail::SentenceConfig sentence, std::size_t longest,
              detail::OnnxNetwork network)
      : SentenceEncoder(std::move(tokenizer), sentence, longest), network_(std::move(network)) {}

  std::size_t dimensions() const override { return network_.dimensions(); }
  std::uint64_t size_bytes() const override { return network_.size_bytes() + tokenizer_.size_bytes(); }
  Result<> encode(std::string_view text, std::span<float> vector) const override {
    check(vector.size() == dimensions(), "room for the vector");
    const auto rows = TRY(network_.run(pieces_of(text)));
    if (!network_.is_pooled()) {
      pool(rows, vector);
      return {};
    }
    std::copy(rows.begin(), rows.end(), vector.begin());
    if (sentence_.unit_length) detail::make_unit_length(vector);
    return {};
  }

 private:
  detail::OnnxNetwork network_;
};

Result<std::shared_ptr<const TextEncoder>> open_onnx(Files files, WordPieceTokenizer tokenizer,
                                                     detail::SentenceConfig sentence, std::size_t longest,
                                                     const runtimes::Runtime& onnx) {
  auto model = TRY(onnx.load(std::move(files).take_onnx()));
  std::vector<std::int64_t> sample;
  tokenizer.encode("a", longest, sample);
  auto network = TRY(detail::OnnxNetwork::open(std::move(model), sample));
  return std::make_shared<const OnnxEncoder>(std::move(tokenizer), sentence, longest, std::move(network));
}

}  // namespace

Result<std::shared_ptr<const TextEncoder>> open_encoder(std::vector<ModelFile> given, const runtimes::Runtime& onnx) {
  Files files{std::move(given)};
  auto tokenizer = TRY(open_tokenizer(files));
  const auto modules = TRY(files.text("modules.json"));
  const auto pooling = TRY(files.text("pooling.json"));
  const auto sentence = TRY(detail::parse_sentence_config(modules, pooling));
  const auto config = TRY(files.text("config.json"));
  const auto longest = TRY(detail::parse_longest(config, TRY(files.text("sentence.json"))));
  if (longest <= tokenizer.marks()) return wrong("its longest text has no room for a single piece.");
  if (files.has("weights.safetensors")) {
    if (config.empty()) return wrong("it has no config.json.");
    auto measures = detail::parse_bert_config(config);
    if (!measures && files.has("weights.onnx"))
      return open_onnx(std::move(files), std::move(tokenizer), sentence, longest, onnx);
    if (!measures) return fail(measures.error());
    if (tokenizer.pieces() > measures->pieces)
      return wrong("its tokenizer knows more pieces than its network (vocab_size).");
    const auto access = TRY(files.access("weights.safetensors"));
    auto bert = TRY(detail::Bert::load(access, *measures));
    return std::make_shared<const BertEncoder>(std::move(tokenizer), sentence, longest, std::move(bert));
  }
  if (!files.has("weights.onnx")) return wrong("it has no weights, as model.safetensors or model.onnx.");
  return open_onnx(std::move(files), std::move(tokenizer), sentence, longest, onnx);
}

}  // namespace weighhouse::encoders
