#include "solve.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cblas.h>
#include <cmath>
#include <fmt/format.h>
#include <numbers>
#include <optional>

#include "base/file.h"
#include "discriminants.h"
#include "encoders/detail/sound_network.h"
#include "features/audio/log_mel.h"
#include "room.h"
#include "weights_file.h"

namespace weighhouse::embedding {
namespace {

using features::kMelBands;

constexpr std::size_t kPatchFrames = 17;
constexpr std::size_t kPatchStep = 4;
constexpr std::size_t kPatchSize = kPatchFrames * kMelBands;
constexpr std::size_t kSounds = 48;
constexpr std::size_t kHalves = 2 * kSounds;
constexpr std::size_t kRows = (kHeardFrames - kPatchFrames) / kPatchStep + 1;
constexpr std::size_t kWindowRows = 16;
constexpr std::size_t kWaves = 6;  // of time in a window
constexpr std::size_t kWindowSize = kWaves * kHalves;
constexpr std::size_t kDimensions = 96;
constexpr std::size_t kSegments = 8;                            // of a word
constexpr std::array<double, 4> kPlaces{0.25, 0.5, 0.75, 1.0};  // in a word, where windows have their middle
constexpr double kFloor = 0.003;

// What was heard, kept small until it is needed again.
struct Heard {
  std::vector<std::uint8_t> levels{};
  std::ptrdiff_t first = 0;
  std::ptrdiff_t length = 0;
  std::uint32_t word = 0;

  std::vector<float> input() const {
    std::vector<float> input(levels.size());
    for (std::size_t i = 0; i < input.size(); ++i)
      input[i] = (static_cast<float>(levels[i]) / 20 + encoders::detail::kSoundFloor - encoders::detail::kSoundMiddle) /
                 encoders::detail::kSoundSpread;
    return input;
  }
};

Heard keep(const Room::Heard& heard, std::uint32_t word) {
  Heard kept{.first = heard.first, .length = heard.length, .word = word};
  kept.levels.reserve(heard.frames.size());
  for (const float number : heard.frames)
    kept.levels.push_back(static_cast<std::uint8_t>(
        std::lround(std::clamp((number - encoders::detail::kSoundFloor) * 20, 0.0F, 255.0F))));
  return kept;
}

// The first layer: directions and what they give for the mean.
struct Patches {
  std::vector<float> directions{};  // kSounds x kPatchSize
  std::vector<float> offsets{};

  // kRows x kHalves.
  std::vector<float> apply(const std::vector<float>& input) const {
    std::vector<float> rows(kRows * kPatchSize);
    for (std::size_t r = 0; r < kRows; ++r)
      std::copy_n(input.data() + r * kPatchStep * kMelBands, kPatchSize, rows.data() + r * kPatchSize);
    std::vector<float> sounds(kRows * kSounds);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, kRows, kSounds, kPatchSize, 1.0F, rows.data(), kPatchSize,
                directions.data(), kPatchSize, 0.0F, sounds.data(), kSounds);
    std::vector<float> halves(kRows * kHalves);
    for (std::size_t r = 0; r < kRows; ++r)
      for (std::size_t k = 0; k < kSounds; ++k) {
        const float value = sounds[r * kSounds + k] - offsets[k];
        halves[r * kHalves + k] = std::max(value, 0.0F);
        halves[r * kHalves + kSounds + k] = std::max(-value, 0.0F);
      }
    return halves;
  }
};

std::array<std::array<float, kWindowRows>, kWaves> make_waves() {
  std::array<std::array<float, kWindowRows>, kWaves> waves{};
  for (std::size_t w = 0; w < kWaves; ++w)
    for (std::size_t r = 0; r < kWindowRows; ++r)
      waves[w][r] = static_cast<float>(
          std::cos(std::numbers::pi * static_cast<double>(w) * (static_cast<double>(r) + 0.5) / kWindowRows));
  return waves;
}

// A window of halves, told by its slow waves. Nothing where it does not lie inside.
std::optional<std::vector<float>> window_at(const std::vector<float>& halves, double middle_frame) {
  static const auto waves = make_waves();
  const double first = (middle_frame - (kPatchFrames - 1) / 2.0) / kPatchStep - (kWindowRows - 1) / 2.0;
  const auto row = static_cast<std::ptrdiff_t>(std::lround(first));
  if (row < 0 || row + static_cast<std::ptrdiff_t>(kWindowRows) > static_cast<std::ptrdiff_t>(kRows))
    return std::nullopt;
  std::vector<float> window(kWindowSize);
  for (std::size_t w = 0; w < kWaves; ++w)
    for (std::size_t r = 0; r < kWindowRows; ++r) {
      const float* from = halves.data() + (static_cast<std::size_t>(row) + r) * kHalves;
      for (std::size_t h = 0; h < kHalves; ++h) window[w * kHalves + h] += waves[w][r] * from[h];
    }
  return window;
}

std::vector<float> project(const std::vector<double>& directions, const std::vector<double>& vector) {
  std::vector<float> made;
  for (std::size_t k = 0; k * vector.size() < directions.size(); ++k) {
    double sum = 0;
    for (std::size_t i = 0; i < vector.size(); ++i) sum += directions[k * vector.size() + i] * vector[i];
    made.push_back(static_cast<float>(sum));
  }
  return made;
}

Patches solve_patches(const std::vector<Heard>& all, std::size_t words) {
  Discriminants discriminants{kPatchSize, words * kSegments};
  for (const auto& heard : all) {
    const auto input = heard.input();
    for (std::size_t segment = 0; segment < kSegments; ++segment) {
      const double middle = static_cast<double>(heard.first) +
                            (static_cast<double>(segment) + 0.5) / kSegments * static_cast<double>(heard.length);
      const auto first =
          static_cast<std::ptrdiff_t>(std::lround(middle)) - static_cast<std::ptrdiff_t>(kPatchFrames / 2);
      if (first < 0 || first + static_cast<std::ptrdiff_t>(kPatchFrames) > static_cast<std::ptrdiff_t>(kHeardFrames))
        continue;
      discriminants.add({input.data() + static_cast<std::size_t>(first) * kMelBands, kPatchSize},
                        heard.word * kSegments + segment);
    }
  }
  discriminants.flush();
  const auto directions = discriminants.directions(kSounds, kFloor);
  return {{directions.begin(), directions.end()}, project(directions, discriminants.mean())};
}

// The share of words whose held-out voice is nearest to the mean of that word's other voices.
double share_known(const std::vector<Heard>& held_out, const Patches& patches, const Discriminants& discriminants,
                   const std::vector<double>& directions, std::size_t words) {
  std::vector<std::vector<float>> means(words * kPlaces.size());
  for (std::size_t c = 0; c < means.size(); ++c)
    if (const auto mean = discriminants.mean_of(c); !mean.empty()) means[c] = project(directions, mean);
  std::size_t right = 0;
  for (const auto& heard : held_out) {
    const auto halves = patches.apply(heard.input());
    std::vector<float> distances(words);
    for (std::size_t p = 0; p < kPlaces.size(); ++p) {
      const auto window =
          window_at(halves, static_cast<double>(heard.first) + kPlaces[p] * static_cast<double>(heard.length));
      if (!window) continue;
      const auto row = project(directions, {window->begin(), window->end()});
      for (std::size_t w = 0; w < words; ++w) {
        const auto& mean = means[w * kPlaces.size() + p];
        if (mean.empty()) continue;
        for (std::size_t i = 0; i < row.size(); ++i) distances[w] += (row[i] - mean[i]) * (row[i] - mean[i]);
      }
    }
    const auto nearest = std::min_element(distances.begin(), distances.end()) - distances.begin();
    right += static_cast<std::size_t>(nearest) == heard.word ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(held_out.size());
}

}  // namespace

Result<> solve(const Plan& plan, const SoundStore& store, const SolveOptions& options) {
  openblas_set_num_threads(1);
  std::vector<std::size_t> voices;
  for (std::size_t i = 0; i < plan.clips.size(); ++i)
    if (!plan.clips[i].held_out) voices.push_back(i);
  const Room room{store, voices};
  services::Dice dice{options.seed};
  std::vector<Heard> all;
  std::vector<Heard> held_out;
  std::vector<Heard> held_out_in_rooms;
  for (std::size_t i = 0; i < plan.clips.size(); ++i) {
    const auto& clip = plan.clips[i];
    if (clip.held_out) {
      held_out.push_back(keep(room.hear_clean(i), clip.word));
      held_out_in_rooms.push_back(keep(room.hear(i, dice), clip.word));
    } else {
      for (std::size_t k = 0; k < options.rooms; ++k) all.push_back(keep(room.hear(i, dice), clip.word));
    }
  }
  fmt::print("heard: {} clips in rooms\n", all.size());
  std::fflush(stdout);
  const auto patches = solve_patches(all, plan.words.size());
  fmt::print("the first layer stands\n");
  std::fflush(stdout);

  Discriminants discriminants{kWindowSize, plan.words.size() * kPlaces.size()};
  for (const auto& heard : all) {
    const auto halves = patches.apply(heard.input());
    for (std::size_t p = 0; p < kPlaces.size(); ++p) {
      const auto window =
          window_at(halves, static_cast<double>(heard.first) + kPlaces[p] * static_cast<double>(heard.length));
      if (window) discriminants.add(*window, heard.word * kPlaces.size() + p);
    }
  }
  discriminants.flush();
  const auto directions = discriminants.directions(kDimensions, kFloor);
  const double clean = share_known(held_out, patches, discriminants, directions, plan.words.size());
  const double in_rooms = share_known(held_out_in_rooms, patches, discriminants, directions, plan.words.size());
  fmt::print("knows {:.1f} % of held-out voices, {:.1f} % in rooms, of {} words\n", clean * 100, in_rooms * 100,
             plan.words.size());

  WeightsFile file;
  auto& first = file.add({1, kHalves, kPatchFrames, kMelBands, kPatchStep, 1, 0, true});
  for (const float sign : {1.0F, -1.0F}) {
    for (const float number : patches.directions) first.weights.push_back(sign * number);
    for (const float offset : patches.offsets) first.bias.push_back(-sign * offset);
  }
  auto& second = file.add({kHalves, kDimensions, kWindowRows, 1, 2, 1, 0, false});
  const auto waves = make_waves();
  for (std::size_t k = 0; k < kDimensions; ++k)
    for (std::size_t h = 0; h < kHalves; ++h)
      for (std::size_t r = 0; r < kWindowRows; ++r) {
        double sum = 0;
        for (std::size_t w = 0; w < kWaves; ++w)
          sum += directions[k * kWindowSize + w * kHalves + h] * static_cast<double>(waves[w][r]);
        second.weights.push_back(static_cast<float>(sum));
      }
  for (const float offset : project(directions, discriminants.mean())) second.bias.push_back(-offset);
  return replace_file(options.out,
                      file.to_safetensors({{"name", "builtin/audio-v1"},
                                           {"license", "Apache-2.0"},
                                           {"made_by", "make audio-embedding"},
                                           {"method", "two layers of linear discriminants, in closed form"},
                                           {"words", std::to_string(plan.words.size())},
                                           {"clips", std::to_string(voices.size())},
                                           {"rooms_for_each_clip", std::to_string(options.rooms)},
                                           {"voices", "espeak-ng and flite of Debian 12"},
                                           {"seed", std::to_string(options.seed)},
                                           {"held_out_voices_known", fmt::format("{:.4f}", clean)},
                                           {"held_out_voices_known_in_rooms", fmt::format("{:.4f}", in_rooms)}}));
}

}  // namespace weighhouse::embedding
