#include "learners/text/onnx_export.h"

#include <array>
#include <boost/json.hpp>
#include <cstdint>
#include <initializer_list>

#include "base/text.h"
#include "learners/files/protobuf.h"
#include "learners/text/record_json.h"
#include "learners/text/text_model_parts.h"

namespace weighhouse::learners {
namespace {

constexpr std::uint64_t kFloat = 1;
constexpr std::uint64_t kInt64 = 7;

Message tensor(std::string_view name, std::initializer_list<std::size_t> shape, std::span<const float> values) {
  Message message;
  for (const std::size_t side : shape) message.number(1, side);
  message.number(2, kFloat).text(8, name);
  message.text(9, {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  return message;
}

Message places(std::string_view name, std::span<const std::int64_t> values) {
  Message message = Message{}.number(1, values.size()).number(2, kInt64).text(8, name);
  return message.text(9, {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

Message port_of(std::string_view name, std::uint64_t type, const Message& width) {
  const Message shape = Message{}.message(1, Message{}.text(2, "N")).message(1, width);
  const Message tensor = Message{}.message(1, Message{}.number(1, type).message(2, shape));
  return Message{}.text(1, name).message(2, tensor);
}
Message port(std::string_view name, std::size_t width) { return port_of(name, kFloat, Message{}.number(1, width)); }
Message open_port(std::string_view name, std::uint64_t type) { return port_of(name, type, Message{}.text(2, "K")); }

Message node(std::string_view operation, std::initializer_list<std::string_view> inputs, std::string_view output) {
  Message message;
  for (const std::string_view input : inputs) message.text(1, input);
  return message.text(2, output).text(3, output).text(4, operation);
}

// The rows of weights that the text's n-grams have, each times its value, in one sum.
void add_ngrams(const TextModelParts& parts, Message& graph) {
  const std::size_t ngrams = parts.space.size();
  const std::size_t classes = parts.labels.size();
  constexpr std::array<std::int64_t, 1> kMiddle{1};
  graph.message(1, node("Gather", {"ngram_weight", "indices"}, "rows"));
  graph.message(1, node("Unsqueeze", {"values", "middle"}, "value_rows"));
  graph.message(1, node("MatMul", {"value_rows", "rows"}, "sums"));
  graph.message(1, node("Squeeze", {"sums", "middle"}, "ngram_margins"));
  graph.message(
      5, tensor("ngram_weight", {ngrams, classes}, std::span<const float>{parts.head.weights}.first(ngrams * classes)));
  graph.message(5, places("middle", kMiddle));
  graph.message(11, open_port("indices", kInt64));
  graph.message(11, open_port("values", kFloat));
}

// The vector at length one, times its weights.
void add_embedding(const TextModelParts& parts, Message& graph) {
  const std::size_t classes = parts.labels.size();
  constexpr std::array<float, 1> kTiny{1e-30F};
  constexpr std::uint64_t kNumbers = 7;
  Message length = node("ReduceL2", {"embedding"}, "length");
  length.message(5, Message{}.text(1, "axes").number(8, 1).number(20, kNumbers));
  graph.message(1, length);
  graph.message(1, node("Max", {"length", "tiny"}, "divisor"));
  graph.message(1, node("Div", {"embedding", "divisor"}, "direction"));
  graph.message(1, node("MatMul", {"direction", "embedding_weight"}, "embedding_margins"));
  graph.message(5, tensor("embedding_weight", {parts.meaning, classes},
                          std::span<const float>{parts.head.weights}.last(parts.meaning * classes)));
  graph.message(5, tensor("tiny", {}, kTiny));
  graph.message(11, port("embedding", parts.meaning));
}

Message graph_of(const TextModelParts& parts) {
  const std::size_t classes = parts.labels.size();
  const std::array<float, 1> sharpness{parts.sharpness};
  const std::array<float, 1> certainty{1.0F - parts.doubt};
  const std::array<float, 1> doubt{parts.doubt / static_cast<float>(classes)};
  Message graph;
  std::string_view margins = "bias";
  if (parts.space.size() > 0 || parts.meaning == 0) {
    add_ngrams(parts, graph);
    graph.message(1, node("Add", {margins, "ngram_margins"}, "by_ngrams"));
    margins = "by_ngrams";
  }
  if (parts.meaning > 0) {
    add_embedding(parts, graph);
    graph.message(1, node("Add", {margins, "embedding_margins"}, "by_meaning"));
    margins = "by_meaning";
  }
  graph.message(1, node("Mul", {margins, "sharpness"}, "logits"));
  graph.message(1, node("Softmax", {"logits"}, "shares"));
  graph.message(1, node("Mul", {"shares", "certainty"}, "certain"));
  graph.message(1, node("Add", {"certain", "doubt"}, "probabilities"));
  graph.text(2, "text_classifier");
  graph.message(5, tensor("bias", {classes}, parts.head.bias));
  graph.message(5, tensor("sharpness", {}, sharpness));
  graph.message(5, tensor("certainty", {}, certainty));
  graph.message(5, tensor("doubt", {}, doubt));
  graph.message(12, port("probabilities", classes));
  graph.message(12, port("logits", classes));
  return graph;
}

// What to feed it with, in words, for who opens the file without our documents.
std::string inputs_of(const TextModelParts& parts) {
  boost::json::object inputs;
  if (parts.space.size() > 0) {
    inputs["indices"] = "int64 [texts, any number]: places in ngram_names, filled up with 0 where the value is 0";
    inputs["values"] =
        "float32 [texts, as many]: (1 + ln count) x ngram_weights, words and characters each at length one";
  }
  if (parts.meaning > 0) {
    inputs["embedding"] =
        "float32 [texts, " + std::to_string(parts.meaning) + "]: the vector that base_model makes of the text";
  }
  return boost::json::serialize(inputs);
}

template <class Items, class Word>
std::string json_array(const Items& items, Word&& word) {
  boost::json::array array;
  for (const auto& item : items) array.emplace_back(word(item));
  return boost::json::serialize(array);
}

std::string hexadecimal(std::uint64_t name) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(name >> (56 - 8 * i));
  return encode_hex(bytes);
}

}  // namespace

std::string to_onnx(const TextModel& model) {
  constexpr std::uint64_t kIrVersion = 8;
  constexpr std::uint64_t kOpset = 13;
  const TextModelParts& parts = model.parts();
  Message file;
  file.number(1, kIrVersion).text(2, "weighhouse").text(3, parts.record.program);
  file.message(7, graph_of(parts));
  file.message(8, Message{}.text(1, "").number(2, kOpset));
  const auto note = [&](std::string_view key, std::string_view value) {
    file.message(14, Message{}.text(1, key).text(2, value));
  };
  note("task", "text-classification");
  note("inputs", inputs_of(parts));
  note("labels", json_array(parts.labels, [](const std::string& label) { return label; }));
  note("base_model", parts.record.base);
  if (!parts.record.base_digest.empty()) note("base_digest", parts.record.base_digest);
  note("ngram_names", json_array(parts.space.names(), hexadecimal));
  note("ngram_weights", json_array(parts.space.weights(), [](float weight) { return static_cast<double>(weight); }));
  note("unseen_weight", format_number(static_cast<double>(parts.space.unseen_weight())));
  note("training_data_sha256", parts.record.data.hex());
  note("record", to_json(parts.record));
  return std::move(file).take();
}

}  // namespace weighhouse::learners
