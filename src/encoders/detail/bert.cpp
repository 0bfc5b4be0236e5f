#include "encoders/detail/bert.h"

#include <algorithm>
#include <cblas.h>
#include <cmath>

#include "encoders/detail/arithmetic.h"
#include "encoders/detail/tensor_file.h"

namespace weighhouse::encoders::detail {
class Bert::Reader {
 public:
  explicit Reader(TensorFile& file) : file_(file) {
    // Models with a head on top keep the network under its name.
    constexpr std::string_view kFirst = "embeddings.word_embeddings.weight";
    for (const auto& tensor : file.report().tensors) {
      if (tensor.name.ends_with(kFirst)) file.set_prefix(tensor.name.substr(0, tensor.name.size() - kFirst.size()));
    }
  }

  // Appends the tensor's numbers.
  Result<> read(const std::string& name, const std::vector<std::size_t>& shape, std::vector<float>& values) const {
    return file_.read(name, shape, values);
  }

  // Of several names, one beside the other: each makes `out` columns of `in` numbers.
  Result<> read_linear(const std::vector<std::string>& names, std::size_t out, std::size_t in, Panels& linear) const {
    std::vector<float> weights, bias;
    for (const auto& name : names) {
      TRY(read(name + ".weight", {out, in}, weights));
      TRY(read(name + ".bias", {out}, bias));
    }
    linear = Panels{weights, bias};
    return {};
  }

  Result<> read_norm(const std::string& name, std::size_t width, Norm& norm) const {
    TRY(read(name + ".weight", {width}, norm.scale));
    return read(name + ".bias", {width}, norm.shift);
  }

 private:
  const TensorFile& file_;
};

Result<std::unique_ptr<const Bert>> Bert::load(const RandomAccess& file, const BertConfig& config) {
  auto tensors = TRY(TensorFile::open(file));
  const Reader reader{tensors};
  std::unique_ptr<Bert> bert{new Bert{config}};
  const std::size_t hidden = config.hidden;
  TRY(reader.read("embeddings.word_embeddings.weight", {config.pieces, hidden}, bert->words_));
  TRY(reader.read("embeddings.position_embeddings.weight", {config.positions, hidden}, bert->places_));
  TRY(reader.read("embeddings.token_type_embeddings.weight", {config.types, hidden}, bert->type_));
  bert->type_.resize(hidden);
  TRY(reader.read_norm("embeddings.LayerNorm", hidden, bert->after_embedding_));
  for (std::size_t i = 0; i < config.layers; ++i) {
    const std::string layer = "encoder.layer." + std::to_string(i) + ".";
    Layer& made = bert->layers_.emplace_back();
    const std::string self = layer + "attention.self.";
    TRY(reader.read_linear({self + "query", self + "key", self + "value"}, hidden, hidden, made.qkv));
    TRY(reader.read_linear({layer + "attention.output.dense"}, hidden, hidden, made.joined));
    TRY(reader.read_norm(layer + "attention.output.LayerNorm", hidden, made.after_attention));
    TRY(reader.read_linear({layer + "intermediate.dense"}, config.inner, hidden, made.widened));
    TRY(reader.read_linear({layer + "output.dense"}, hidden, config.inner, made.narrowed));
    TRY(reader.read_norm(layer + "output.LayerNorm", hidden, made.after_all));
  }
  // A text is too little work to be divided, and sums divided by cores would depend on how many there are.
  openblas_set_num_threads(1);
  return std::unique_ptr<const Bert>{std::move(bert)};
}

std::uint64_t Bert::size_bytes() const {
  std::uint64_t bytes = (words_.size() + places_.size() + type_.size()) * sizeof(float);
  for (const auto& layer : layers_) {
    for (const auto* linear : {&layer.qkv, &layer.joined, &layer.widened, &layer.narrowed})
      bytes += linear->size_bytes();
  }
  return bytes;
}

std::span<const float> Bert::run(std::span<const std::int64_t> ids) const {
  const std::size_t rows = ids.size();
  const std::size_t hidden = config_.hidden;
  check(rows > 0 && rows <= config_.positions, "as many pieces as there are positions");
  // Scratch that grows to the longest text a thread has seen.
  thread_local std::vector<float> state, qkv, mixed, wide, scores;
  state.resize(rows * hidden);
  qkv.resize(rows * 3 * hidden);
  mixed.resize(rows * hidden);
  wide.resize(rows * config_.inner);
  scores.resize(rows * rows);
  for (std::size_t row = 0; row < rows; ++row) {
    check(ids[row] >= 0 && static_cast<std::size_t>(ids[row]) < config_.pieces, "a piece of the vocabulary");
    const std::span<float> line{&state[row * hidden], hidden};
    std::copy_n(&words_[static_cast<std::size_t>(ids[row]) * hidden], hidden, line.begin());
    add({&places_[row * hidden], hidden}, line);
    add(type_, line);
  }
  normalize_rows(state, after_embedding_.scale, after_embedding_.shift, config_.epsilon);
  for (const Layer& layer : layers_) {
    layer.qkv.apply(state, rows, qkv);
    attend(qkv, rows, hidden, config_.heads, scores, mixed);
    // The first part of `qkv` has done its work, and has the room.
    const std::span<float> joined{qkv.data(), rows * hidden};
    layer.joined.apply(mixed, rows, joined);
    add(joined, state);
    normalize_rows(state, layer.after_attention.scale, layer.after_attention.shift, config_.epsilon);
    layer.widened.apply(state, rows, wide);
    apply_gelu(wide);
    layer.narrowed.apply(wide, rows, mixed);
    add(mixed, state);
    normalize_rows(state, layer.after_all.scale, layer.after_all.shift, config_.epsilon);
  }
  return state;
}

}  // namespace weighhouse::encoders::detail
