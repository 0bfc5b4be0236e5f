#include "encoders/detail/config.h"

#include <boost/json.hpp>

#include "base/text.h"

namespace weighhouse::encoders::detail {
namespace json = boost::json;

namespace {

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(ErrorCode::kInvalidArgument, "The encoder cannot be used: " + what);
}

Result<json::value> parse(std::string_view text, const std::string& file) {
  json::error_code error;
  auto value = json::parse(text, error);
  if (error) return wrong(file + " is no JSON.");
  return value;
}

Result<json::object> parse_object(std::string_view text, const std::string& file) {
  if (text.empty()) return json::object{};
  auto value = TRY(parse(text, file));
  if (!value.is_object()) return wrong(file + " is no JSON object.");
  return std::move(value.get_object());
}

std::string text_at(const json::object& object, std::string_view key, std::string_view usual = "") {
  const auto* value = object.if_contains(key);
  return std::string{value != nullptr && value->is_string() ? std::string_view{value->get_string()} : usual};
}

bool is_true(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

Result<std::size_t> measure(const json::object& config, std::string_view key, std::int64_t most) {
  const auto* value = config.if_contains(key);
  if (value == nullptr || !value->is_int64() || value->get_int64() < 1 || value->get_int64() > most) {
    return wrong("\"" + std::string{key} + "\" of config.json is no number from 1 to " + std::to_string(most) + ".");
  }
  return static_cast<std::size_t>(value->get_int64());
}

}  // namespace

Result<BertConfig> parse_bert_config(std::string_view text) {
  const auto config = TRY(parse_object(text, "config.json"));
  const auto family = text_at(config, "model_type");
  if (family != "bert") {
    return wrong("its config.json says model_type \"" + printable(family, 40) +
                 "\", and from safetensors only \"bert\" is run. Bring the encoder as ONNX.");
  }
  for (const auto& [key, value] : {std::pair{"hidden_act", "gelu"}, {"position_embedding_type", "absolute"}}) {
    const auto said = text_at(config, key, value);
    if (said != value) {
      return wrong(std::string{"its config.json says "} + key + " \"" + printable(said, 40) + "\", and only \"" +
                   value + "\" is run from safetensors. Bring the encoder as ONNX.");
    }
  }
  BertConfig measures;
  measures.hidden = TRY(measure(config, "hidden_size", 16'384));
  measures.layers = TRY(measure(config, "num_hidden_layers", 256));
  measures.heads = TRY(measure(config, "num_attention_heads", 1024));
  measures.inner = TRY(measure(config, "intermediate_size", 65'536));
  measures.positions = TRY(measure(config, "max_position_embeddings", 65'536));
  measures.pieces = TRY(measure(config, "vocab_size", 1 << 24));
  measures.types = TRY(measure(config, "type_vocab_size", 1024));
  if (measures.hidden % measures.heads != 0) return wrong("its hidden_size is no multiple of its num_attention_heads.");
  if (const auto* epsilon = config.if_contains("layer_norm_eps"); epsilon != nullptr) {
    json::error_code error;
    measures.epsilon = epsilon->to_number<float>(error);
    if (error || !(measures.epsilon > 0.0F && measures.epsilon < 1.0F)) return wrong("its layer_norm_eps is none.");
  }
  return measures;
}

Result<SentenceConfig> parse_sentence_config(std::string_view modules, std::string_view pooling) {
  SentenceConfig sentence;
  if (!modules.empty()) {
    const auto listed = TRY(parse(modules, "modules.json"));
    if (!listed.is_array()) return wrong("modules.json is no list.");
    sentence.unit_length = false;
    for (const auto& module : listed.get_array()) {
      const auto type = module.is_object() ? text_at(module.get_object(), "type") : std::string{};
      const auto kind = type.substr(type.find_last_of('.') + 1);
      if (kind == "Normalize") {
        sentence.unit_length = true;
      } else if (kind != "Transformer" && kind != "Pooling") {
        return wrong("modules.json lists a module of the type " + printable(kind, 40) + ", which is not supported.");
      }
    }
  }
  const auto how = TRY(parse_object(pooling, "the pooling's config.json"));
  if (how.empty()) return sentence;
  const bool mean = is_true(how, "pooling_mode_mean_tokens");
  const bool first = is_true(how, "pooling_mode_cls_token");
  for (const char* other : {"pooling_mode_max_tokens", "pooling_mode_mean_sqrt_len_tokens",
                            "pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken"}) {
    if (is_true(how, other)) return wrong(std::string{"its pooling is "} + other + ", which is not supported.");
  }
  if (mean == first) return wrong("its pooling is neither the mean nor the first piece.");
  sentence.pooling = mean ? Pooling::kMean : Pooling::kFirst;
  return sentence;
}

Result<std::size_t> parse_longest(std::string_view config, std::string_view sentence) {
  constexpr std::size_t kUsual = 512;
  const auto network = TRY(parse_object(config, "config.json"));
  const auto longest = TRY(parse_object(sentence, "sentence_bert_config.json"));
  std::size_t most = kUsual;
  if (network.contains("max_position_embeddings")) most = TRY(measure(network, "max_position_embeddings", 65'536));
  const auto* said = longest.if_contains("max_seq_length");
  if (said == nullptr || said->is_null()) return most;
  if (!said->is_int64() || said->get_int64() < 2) return wrong("its max_seq_length is none.");
  return std::min(most, static_cast<std::size_t>(said->get_int64()));
}

}  // namespace weighhouse::encoders::detail
