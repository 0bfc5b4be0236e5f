#include "separator.h"

#include <ATen/ATen.h>
#include <cmath>
#include <sstream>
#include <torch/csrc/jit/api/module.h>
#include <vector>

namespace weighhouse::app {
namespace {

// The weights of a layer, and its line of the program.
class Layers {
 public:
  explicit Layers(torch::jit::Module& module) : module_(module) {}

  std::string conv(const std::string& name, std::vector<std::int64_t> shape) {
    const auto inputs = static_cast<double>(shape[1] * shape[2]);
    const auto weight = at::empty(shape).uniform_(-1, 1) * std::sqrt(3.0 / inputs);
    add(name + "_weight", weight);
    add(name + "_bias", at::zeros({shape[0]}));
    return "self." + name + "_weight, self." + name + "_bias";
  }
  std::string norm(const std::string& name, std::int64_t channels) {
    add(name + "_gain", at::ones({channels}));
    add(name + "_shift", at::zeros({channels}));
    return "self." + name + "_gain, self." + name + "_shift";
  }

 private:
  void add(const std::string& name, const at::Tensor& value) {
    module_.register_parameter(name, value.detach().clone().set_requires_grad(true), false);
  }
  torch::jit::Module& module_;
};

constexpr int kLooksAnew = 5;

}  // namespace

void write_separator(const SeparatorShape& shape, std::uint64_t seed, const std::string& path) {
  at::manual_seed(seed);
  const int bands = shape.window / 2 + 1;
  const int hop = shape.window / 2;
  torch::jit::Module module{"VoiceSeparator"};
  module.register_buffer("window", at::hann_window(shape.window));
  Layers layers{module};
  std::ostringstream code;
  code << "def forward(self, sound: Tensor) -> Tensor:\n"
          "    if sound.dim() == 1:\n"
          "        sound = sound.unsqueeze(0)\n"
          "    if sound.dim() == 3:\n"
          "        sound = sound.mean(1)\n"
       << "    padded = torch.constant_pad_nd(sound, [0, " << hop << "])\n"
       << "    spectrum = torch.stft(padded, n_fft=" << shape.window << ", hop_length=" << hop
       << ", win_length=" << shape.window
       << ", window=self.window, center=True, pad_mode=\"reflect\", normalized=False, onesided=True, "
          "return_complex=True)\n"
       << "    parts = torch.view_as_real(spectrum)\n"
          "    power = (parts * parts).sum(-1)\n"
          "    level = torch.log(power + 1e-7)\n"
          "    x = (level - level.mean([1, 2], True)) * 0.25\n"
       << "    x = torch.conv1d(x, " << layers.conv("encode", {shape.width, bands, 1}) << ")\n";
  for (int i = 0; i < shape.blocks; ++i) {
    const auto name = "block" + std::to_string(i);
    const int reach = 1 << (i % kLooksAnew);
    code << "    y = torch.relu(torch.conv1d(x, " << layers.conv(name + "_in", {shape.hidden, shape.width, 1}) << "))\n"
         << "    y = torch.conv1d(y, " << layers.conv(name + "_along", {shape.hidden, 1, 3})
         << ", stride=[1], padding=[" << reach << "], dilation=[" << reach << "], groups=" << shape.hidden << ")\n"
         << "    y = torch.relu(torch.group_norm(y, 1, " << layers.norm(name + "_norm", shape.hidden) << "))\n"
         << "    x = x + torch.conv1d(y, " << layers.conv(name + "_out", {shape.width, shape.hidden, 1}) << ")\n";
  }
  code << "    mask = torch.sigmoid(torch.conv1d(torch.relu(x), " << layers.conv("mask", {bands, shape.width, 1})
       << "))\n"
       << "    speech = torch.istft(torch.view_as_complex((parts * mask.unsqueeze(-1)).contiguous()), n_fft="
       << shape.window << ", hop_length=" << hop << ", win_length=" << shape.window
       << ", window=self.window, length=sound.size(1))\n"
       << "    return torch.stack([speech, sound - speech], 1)\n";
  module.define(code.str());
  module.eval();
  module.save(path);
}

}  // namespace weighhouse::app
