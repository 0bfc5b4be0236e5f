#include "encoders/encoder.h"

#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "encoders/testing/small_encoder.h"
#include "runtimes/tensor.h"

namespace weighhouse::encoders {
namespace {

using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;
using testing::SmallEncoder;

class NoOnnx final : public runtimes::Runtime {
 public:
  std::string_view name() const override { return "onnx"; }
  Result<std::shared_ptr<const runtimes::LoadedModel>> load(std::vector<runtimes::ModelFile>) const override {
    return fail(ErrorCode::kFailedPrecondition, "There is no ONNX here.");
  }
};
const NoOnnx kNoOnnx;

std::shared_ptr<const TextEncoder> open(const SmallEncoder& small) {
  auto encoder = open_encoder(small.open(), kNoOnnx);
  EXPECT_TRUE(encoder) << encoder.error().message;
  return *encoder;
}
std::vector<float> encode(const TextEncoder& encoder, std::string_view text) {
  std::vector<float> vector(encoder.dimensions());
  EXPECT_TRUE(encoder.encode(text, vector));
  return vector;
}
std::string refusal(const SmallEncoder& small) {
  const auto encoder = open_encoder(small.open(), kNoOnnx);
  EXPECT_FALSE(encoder);
  return encoder ? "" : encoder.error().message;
}
auto near(const std::vector<float>& numbers) { return Pointwise(FloatNear(2e-6F), numbers); }

// What PyTorch says of the same numbers.
const std::vector<float> kParcel{0.2243F,    -0.097415F, 0.453355F, -0.225804F,
                                 -0.359794F, -0.17114F,  0.314679F, 0.652624F};
const std::vector<float> kFirst{0.276299F,  -0.116733F, 0.561429F, -0.277099F,
                                -0.440191F, -0.210597F, 0.389543F, 0.805927F};
const std::vector<float> kNothing{0.224104F,  -0.094491F, 0.454417F, -0.224247F,
                                  -0.356357F, -0.171596F, 0.316467F, 0.65382F};
const std::vector<float> kCut{0.224164F,  -0.095266F, 0.454204F, -0.224712F,
                              -0.357349F, -0.171242F, 0.315949F, 0.653477F};

TEST(TextEncoder, SaysWhatTheReferenceSays) {
  const auto encoder = open(SmallEncoder::make());
  EXPECT_EQ(encoder->dimensions(), 8U);
  EXPECT_GT(encoder->size_bytes(), 4000U);
  EXPECT_THAT(encode(*encoder, "Where is my parcel?"), near(kParcel));
  EXPECT_THAT(encode(*encoder, ""), near(kNothing));
}

TEST(TextEncoder, CutsTextsAtTheLongestItReads) {
  const auto encoder = open(SmallEncoder::make());
  const std::string love = "love love love love love love love love";
  EXPECT_THAT(encode(*encoder, love), near(kCut));
  EXPECT_EQ(encode(*encoder, love + " parcel"), encode(*encoder, love));
}

TEST(TextEncoder, TakesTheFirstPieceWhereItsFilesSaySo) {
  auto small = SmallEncoder::make();
  small["pooling.json"] = R"({"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":false})";
  small["modules.json"] = R"([{"type":"x.Transformer"},{"type":"x.Pooling"}])";
  EXPECT_THAT(encode(*open(small), "where is my parcel?"), near(kFirst));
}

TEST(TextEncoder, UsesTheMeanOfLengthOneWhereNothingIsSaid) {
  auto small = SmallEncoder::make();
  small.remove("modules.json");
  small.remove("pooling.json");
  EXPECT_THAT(encode(*open(small), "where is my parcel?"), near(kParcel));
}

TEST(TextEncoder, GivesATextTheSameVectorWhateverCameBefore) {
  const auto encoder = open(SmallEncoder::make());
  const auto alone = encode(*encoder, "nice song");
  encode(*encoder, "where is my parcel? when is it lost?");
  EXPECT_EQ(encode(*encoder, "nice song"), alone);
  EXPECT_EQ(encode(*open(SmallEncoder::make()), "nice song"), alone);
}

TEST(TextEncoder, PassesOverThePrefixOfItsFiles) {
  EXPECT_TRUE(open_encoder(SmallEncoder::make().open("encoder."), kNoOnnx));
}

TEST(TextEncoder, NamesWhatIsMissingOrOfAnotherKind) {
  const auto without = [](const std::string& name) {
    auto small = SmallEncoder::make();
    small.remove(name);
    return refusal(small);
  };
  EXPECT_THAT(without("vocab.txt"), HasSubstr("tokenizer.json"));
  EXPECT_THAT(without("config.json"), HasSubstr("config.json"));
  EXPECT_THAT(without("weights.safetensors"), HasSubstr("model.safetensors"));
  const auto with = [](const std::string& name, const std::string& from, const std::string& to) {
    auto small = SmallEncoder::make();
    auto& bytes = small[name];
    bytes.replace(bytes.find(from), from.size(), to);
    return refusal(small);
  };
  EXPECT_THAT(with("config.json", "\"bert\"", "\"mpnet\""), HasSubstr("mpnet"));
  EXPECT_THAT(with("config.json", "\"gelu\"", "\"relu\""), HasSubstr("relu"));
  EXPECT_THAT(with("config.json", "\"hidden_size\":8", "\"hidden_size\":-8"), HasSubstr("hidden_size"));
  EXPECT_THAT(with("config.json", "\"num_attention_heads\":2", "\"num_attention_heads\":3"), HasSubstr("multiple"));
  EXPECT_THAT(with("config.json", "\"num_hidden_layers\":2", "\"num_hidden_layers\":3"), HasSubstr("encoder.layer.2"));
  EXPECT_THAT(with("config.json", "\"vocab_size\":20", "\"vocab_size\":19"), HasSubstr("vocab_size"));
  EXPECT_THAT(with("modules.json", "Normalize", "Dense"), HasSubstr("Dense"));
  EXPECT_THAT(with("pooling.json", "cls_token\":false", "cls_token\":true"), HasSubstr("pooling"));
  EXPECT_THAT(with("sentence.json", "10", "2"), HasSubstr("no room"));
}

TEST(TextEncoder, RefusesWeightsThatAreCutShortOrNotNumbers) {
  auto small = SmallEncoder::make();
  small["weights.safetensors"].resize(small["weights.safetensors"].size() - 4);
  EXPECT_THAT(refusal(small), HasSubstr("weights"));
  small = SmallEncoder::make();
  auto& bytes = small["weights.safetensors"];
  bytes.replace(bytes.size() - 4, 4, std::string{"\x00\x00\x80\x7F", 4});
  EXPECT_THAT(refusal(small), HasSubstr("not finite"));
}

TEST(TextEncoder, SaysWhereOnnxIsMissing) {
  auto small = SmallEncoder::make();
  small["weights.onnx"] = "graph";
  small.remove("weights.safetensors");
  EXPECT_THAT(refusal(small), HasSubstr("no ONNX here"));
}

// Stands in for a network: the vector of a piece is its number, its place, and whether it counts.
class FakeNetwork final : public runtimes::TensorModel {
 public:
  explicit FakeNetwork(std::string output) : output_(std::move(output)) {}
  std::uint64_t size_bytes() const override { return 1000; }
  std::string describe() const override {
    return R"({"inputs":[{"name":"attention_mask"},{"name":"input_ids"}],"outputs":[]})";
  }
  Result<std::vector<runtimes::Value>> run(const std::string&,
                                           const std::vector<runtimes::Value>& inputs) const override {
    const auto& mask = std::get<runtimes::Tensor>(inputs.at(0).content);
    const auto& ids = std::get<runtimes::Tensor>(inputs.at(1).content);
    EXPECT_EQ(inputs.at(1).name, "input_ids");
    const auto count = static_cast<std::size_t>(ids.shape.at(1));
    std::vector<float> rows;
    for (std::size_t i = 0; i < count; ++i) {
      std::int64_t id = 0;
      std::int64_t counts = 0;
      std::memcpy(&id, &ids.data[i * 8], 8);
      std::memcpy(&counts, &mask.data[i * 8], 8);
      rows.insert(rows.end(), {static_cast<float>(id), static_cast<float>(i), static_cast<float>(counts)});
      if (output_ == "sentence_embedding" && i == 0) break;
    }
    runtimes::Tensor made{.shape = {1, static_cast<std::int64_t>(rows.size() / 3), 3}};
    if (output_ == "sentence_embedding") made.shape = {1, 3};
    made.data.resize(rows.size() * 4);
    std::memcpy(made.data.data(), rows.data(), made.data.size());
    std::vector<runtimes::Value> outputs;
    outputs.push_back({output_, std::move(made)});
    return outputs;
  }

 private:
  std::string output_;
};

class FakeOnnx final : public runtimes::Runtime {
 public:
  explicit FakeOnnx(std::string output) : output_(std::move(output)) {}
  std::string_view name() const override { return "onnx"; }
  Result<std::shared_ptr<const runtimes::LoadedModel>> load(std::vector<runtimes::ModelFile> files) const override {
    EXPECT_EQ(files.size(), 2U);  // the graph and what it names, and none of the configuration
    return std::make_shared<const FakeNetwork>(output_);
  }

 private:
  std::string output_;
};

TEST(TextEncoder, MakesOneVectorOfWhatAnOnnxModelSaysOfThePieces) {
  auto small = SmallEncoder::make();
  small["weights.onnx"] = "graph";
  small["model.onnx_data"] = "weights";
  small.remove("weights.safetensors");
  small["modules.json"] = R"([{"type":"x.Transformer"},{"type":"x.Pooling"}])";
  const auto encoder = open_encoder(small.open(), FakeOnnx{"last_hidden_state"}).take();
  EXPECT_EQ(encoder->dimensions(), 3U);
  // [CLS] song [SEP] are 2, 10 and 3.
  EXPECT_EQ(encode(*encoder, "song"), (std::vector<float>{5, 1, 1}));
  const auto pooled = open_encoder(small.open(), FakeOnnx{"sentence_embedding"}).take();
  EXPECT_EQ(encode(*pooled, "song"), (std::vector<float>{2, 0, 1}));
}

}  // namespace
}  // namespace weighhouse::encoders
