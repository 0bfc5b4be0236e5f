#pragma once

#include <bit>
#include <boost/json.hpp>
#include <cmath>
#include <string>
#include <sys/mman.h>
#include <utility>
#include <vector>

#include "runtimes/loaded_model.h"

namespace weighhouse::encoders::testing {

// An encoder of the smallest measures, made by rule: number i of tensor t is sin(i + 7 t) / 2. What it says of a text
// is known from the reference implementation.
struct SmallEncoder {
  static constexpr std::size_t kHidden = 8;
  static constexpr std::size_t kInner = 16;
  static constexpr std::size_t kPositions = 12;
  static constexpr std::size_t kPieces = 20;

  std::vector<std::pair<std::string, std::string>> files{};  // name, bytes

  static std::vector<std::pair<std::string, std::vector<std::size_t>>> tensors() {
    std::vector<std::pair<std::string, std::vector<std::size_t>>> list{
        {"embeddings.word_embeddings.weight", {kPieces, kHidden}},
        {"embeddings.position_embeddings.weight", {kPositions, kHidden}},
        {"embeddings.token_type_embeddings.weight", {2, kHidden}},
        {"embeddings.LayerNorm.weight", {kHidden}},
        {"embeddings.LayerNorm.bias", {kHidden}}};
    for (const std::string layer : {"encoder.layer.0.", "encoder.layer.1."}) {
      const auto linear = [&](const std::string& name, std::size_t out, std::size_t in) {
        list.push_back({layer + name + ".weight", {out, in}});
        list.push_back({layer + name + ".bias", {out}});
      };
      const auto norm = [&](const std::string& name) {
        list.push_back({layer + name + ".weight", {kHidden}});
        list.push_back({layer + name + ".bias", {kHidden}});
      };
      for (const char* part : {"query", "key", "value"})
        linear(std::string{"attention.self."} + part, kHidden, kHidden);
      linear("attention.output.dense", kHidden, kHidden);
      norm("attention.output.LayerNorm");
      linear("intermediate.dense", kInner, kHidden);
      linear("output.dense", kHidden, kInner);
      norm("output.LayerNorm");
    }
    return list;
  }

  static std::string safetensors() {
    boost::json::object header;
    std::string data;
    std::size_t number = 0;
    for (const auto& [name, shape] : tensors()) {
      std::size_t count = 1;
      for (const auto side : shape) count *= side;
      const std::size_t begin = data.size();
      for (std::size_t i = 0; i < count; ++i) {
        const auto value = static_cast<float>(std::sin(static_cast<double>(i + 7 * number)) / 2.0);
        data.append(reinterpret_cast<const char*>(&value), sizeof value);
      }
      header[name] = boost::json::object{{"dtype", "F32"},
                                         {"shape", boost::json::value_from(shape)},
                                         {"data_offsets", boost::json::value_from(std::pair{begin, data.size()})}};
      ++number;
    }
    const std::string text = boost::json::serialize(header);
    const std::uint64_t size = text.size();
    return std::string{reinterpret_cast<const char*>(&size), sizeof size} + text + data;
  }

  static SmallEncoder make() {
    return {
        {{"config.json", R"({"model_type":"bert","hidden_act":"gelu","hidden_size":8,"num_hidden_layers":2,)"
                         R"("num_attention_heads":2,"intermediate_size":16,"max_position_embeddings":12,)"
                         R"("vocab_size":20,"type_vocab_size":2,"layer_norm_eps":1e-12})"},
         {"vocab.txt",
          "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nwhere\nis\nmy\nparcel\nthe\nsong\nplay\nlove\nit\n##s\n?\nlost\nnice\n"
          "good\nwhen\n"},
         {"weights.safetensors", safetensors()},
         {"modules.json", R"([{"type":"sentence_transformers.models.Transformer"},)"
                          R"({"type":"sentence_transformers.models.Pooling"},)"
                          R"({"type":"sentence_transformers.models.Normalize"}])"},
         {"pooling.json", R"({"pooling_mode_cls_token":false,"pooling_mode_mean_tokens":true})"},
         {"sentence.json", R"({"max_seq_length":10})"}}};
  }

  std::string& operator[](const std::string& name) {
    for (auto& [known, bytes] : files)
      if (known == name) return bytes;
    return files.emplace_back(name, "").second;
  }
  void remove(const std::string& name) {
    std::erase_if(files, [&](const auto& file) { return file.first == name; });
  }

  std::vector<runtimes::ModelFile> open(const std::string& prefix = "") const {
    std::vector<runtimes::ModelFile> opened;
    for (const auto& [name, bytes] : files) {
      FileDescriptor file{::memfd_create("encoder", MFD_CLOEXEC)};
      check(write_all(file.get(), bytes).has_value(), "memory takes a small file");
      opened.push_back({prefix + name, std::move(file)});
    }
    return opened;
  }
};

}  // namespace weighhouse::encoders::testing
