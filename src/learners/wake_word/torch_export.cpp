#include "learners/wake_word/torch_export.h"

#include <array>
#include <fmt/format.h>

#include "features/audio/log_mel.h"
#include "learners/files/attributes.h"
#include "learners/files/stored_zip.h"

namespace weighhouse::learners::wake {
namespace {

using torchscript::Attributes;

constexpr std::string_view kClass = "WakeWord";
constexpr std::string_view kFolder = "wake_word";
// The oldest version whose meaning is that of today for what the program uses: what any PyTorch since 2020 reads.
constexpr std::string_view kFileVersion = "3\n";
constexpr std::string_view kNoConstants{"\x80\x02).", 4};

// The tensors of the module, and the lines of its program that use them.
class Writer {
 public:
  explicit Writer(Attributes& attributes) : attributes_(attributes) {}

  std::string tensor(const std::string& name, std::initializer_list<std::size_t> shape, std::span<const float> values) {
    attributes_.tensor(name, values, std::span{std::data(shape), shape.size()});
    buffers_ += "\"" + name + "\", ";
    declared_ += "  " + name + " : Tensor\n";
    return "self." + name;
  }
  void line(const std::string& text) { body_ += "    " + text + "\n"; }

  std::string program() const {
    const std::string self = "__torch__." + std::string{kClass};
    std::string text = "class " + std::string{kClass} + "(Module):\n  __parameters__ = []\n  __buffers__ = [" +
                       buffers_ + "]\n" + declared_ +
                       "  training : bool\n  wake_word : str\n  threshold : float\n  sample_rate : int\n"
                       "  label_names : List[str]\n  record : str\n";
    text += "\n  def labels(self: " + self + ") -> List[str]:\n    return self.label_names\n";
    text += "\n  # Log-odds [N, moments].\n  def odds(self: " + self + ",\n    audio: Tensor) -> Tensor:\n" + body_;
    text += "\n  def scores(self: " + self +
            ",\n    audio: Tensor) -> Tensor:\n    return torch.sigmoid((self).odds(audio, ))\n";
    text += "\n  def forward(self: " + self +
            ",\n    audio: Tensor) -> Tensor:\n    best = torch.amax((self).odds(audio, ), [1])\n"
            "    return torch.stack([torch.zeros_like(best), best], 1)\n";
    return text;
  }

 private:
  Attributes& attributes_;
  std::string buffers_, declared_, body_;
};

void write_mel(Writer& writer, const ExportParts& parts) {
  using features::kMelBands;
  using features::kMelFrame;
  constexpr std::size_t kBins = kMelFrame / 2 + 1;
  const auto cosines = writer.tensor("cosines", {kBins, 1, kMelFrame}, parts.cosines);
  const auto sines = writer.tensor("sines", {kBins, 1, kMelFrame}, parts.sines);
  const auto bands = writer.tensor("bands", {kMelBands, kBins}, parts.bands);
  writer.line("x = audio");
  writer.line("if torch.dim(x) == 1:");
  writer.line("  x = torch.unsqueeze(x, 0)");
  writer.line(fmt::format("missing = {} - torch.size(x, 1)", parts.window_samples));
  writer.line("if missing > 0:");
  writer.line("  x = torch.constant_pad_nd(x, [missing, 0], 0)");
  writer.line("x = torch.unsqueeze(x, 1)");
  writer.line(fmt::format("real = torch.conv1d(x, {}, None, [{}], [0], [1], 1)", cosines, features::kMelHop));
  writer.line(fmt::format("imaginary = torch.conv1d(x, {}, None, [{}], [0], [1], 1)", sines, features::kMelHop));
  writer.line("power = torch.add(torch.mul(real, real), torch.mul(imaginary, imaginary))");
  writer.line(fmt::format("x = torch.clamp(torch.matmul({}, power), {}, None)", bands,
                          static_cast<double>(features::kLeastMelPower)));
  writer.line("x = torch.add(torch.log10(x), 2.0)");
  writer.line("x = torch.unsqueeze(torch.transpose(x, 1, 2), 1)");
}

void write_encoder(Writer& writer, const encoders::SoundLayers& sound) {
  writer.line(fmt::format("x = torch.mul(torch.sub(torch.clamp(x, {:.9g}, None), {:.9g}), {:.9g})",
                          static_cast<double>(sound.floor), static_cast<double>(sound.middle),
                          1.0 / static_cast<double>(sound.spread)));
  for (std::size_t i = 0; i < sound.layers.size(); ++i) {
    const auto& layer = sound.layers[i];
    const std::string name = "encoder_" + std::to_string(i);
    const auto weight = writer.tensor(name + "_weight", {layer.out, layer.in, layer.time, layer.bands}, layer.weights);
    const auto bias = writer.tensor(name + "_bias", {layer.out}, layer.bias);
    writer.line(fmt::format("x = torch.conv2d(x, {}, {}, [{}, {}], [0, {}], [1, 1], 1)", weight, bias, layer.time_step,
                            layer.band_step, layer.band_padding));
    if (layer.is_rectified) writer.line("x = torch.relu(x)");
  }
  writer.line("x = torch.squeeze(x, 3)");
}

void write_heads(Writer& writer, const ExportParts& parts) {
  for (std::size_t i = 0; i < parts.layers.size(); ++i) {
    const auto& layer = parts.layers[i];
    const std::string name = "head_" + std::to_string(i);
    const auto weight =
        writer.tensor(name + "_weight", {layer.out, layer.in / layer.groups, layer.width}, layer.weights);
    const auto bias = writer.tensor(name + "_bias", {layer.out}, layer.bias);
    writer.line(fmt::format("x = torch.conv1d(x, {}, {}, [1], [0], [1], {})", weight, bias, layer.groups));
    if (layer.gain.empty()) break;
    const auto gain = writer.tensor(name + "_gain", {layer.out, 1}, layer.gain);
    const auto shift = writer.tensor(name + "_shift", {layer.out, 1}, layer.shift);
    writer.line(
        fmt::format("x = torch.reshape(x, [torch.size(x, 0), {}, {}, -1])", parts.heads, layer.out / parts.heads));
    writer.line("x = torch.sub(x, torch.mean(x, [2], True))");
    writer.line(fmt::format("x = torch.mul(x, torch.rsqrt(torch.add(torch.mean(torch.mul(x, x), [2], True), {:.9g})))",
                            static_cast<double>(kNormEpsilon)));
    writer.line(fmt::format("x = torch.reshape(x, [torch.size(x, 0), {}, -1])", layer.out));
    writer.line(fmt::format("x = torch.relu(torch.add(torch.mul(x, {}), {}))", gain, shift));
  }
  writer.line("return torch.mean(x, [1])");
}

}  // namespace

std::string to_torchscript(const WakeModel& model, const ExportParts& parts, const std::string& record) {
  const std::string folder{kFolder};
  torchscript::StoredZip archive;
  Attributes attributes{kClass, folder, archive};
  Writer writer{attributes};
  write_mel(writer, parts);
  write_encoder(writer, parts.sound);
  write_heads(writer, parts);
  attributes.boolean("training", false);
  attributes.text("wake_word", model.word);
  attributes.real("threshold", model.threshold);
  attributes.number("sample_rate", features::kMelHop * 100);
  attributes.texts("label_names", export_labels(model));
  attributes.text("record", record);
  archive.add(folder + "/data.pkl", std::move(attributes).finish());
  archive.add(folder + "/code/__torch__.py", writer.program());
  archive.add(folder + "/constants.pkl", kNoConstants);
  archive.add(folder + "/version", kFileVersion);
  return std::move(archive).finish();
}

}  // namespace weighhouse::learners::wake
