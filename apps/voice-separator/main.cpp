#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/text.h"
#include "features/audio/audio.h"
#include "features/audio/wav.h"
#include "noise.h"
#include "separator.h"

namespace weighhouse::app {
namespace {

constexpr double kNoiseSeconds = 6;

Result<int> number_of(const std::map<std::string, std::string, std::less<>>& options, std::string_view name,
                      int fallback) {
  const auto found = options.find(name);
  if (found == options.end()) return fallback;
  const auto value = parse_int(found->second);
  if (value && *value >= 0 && *value <= 100'000) return static_cast<int>(*value);
  return fail(ErrorCode::kInvalidArgument, std::string{name} + " takes a number, not \"" + found->second + "\".");
}

Result<> write_module(const std::map<std::string, std::string, std::less<>>& options, const std::string& path) {
  SeparatorShape shape;
  shape.window = TRY(number_of(options, "--window", shape.window));
  shape.width = TRY(number_of(options, "--width", shape.width));
  shape.hidden = TRY(number_of(options, "--hidden", shape.hidden));
  shape.blocks = TRY(number_of(options, "--blocks", shape.blocks));
  const auto seed = static_cast<std::uint64_t>(TRY(number_of(options, "--seed", 42)));
  write_separator(shape, seed, path);
  return {};
}

Result<> write_noise(const std::map<std::string, std::string, std::less<>>& options, const std::string& folder) {
  const int count = TRY(number_of(options, "--count", 100));
  const int seed = TRY(number_of(options, "--seed", 42));
  TRY(make_directories(folder));
  for (int i = 0; i < count; ++i) {
    const auto noise = make_noise(static_cast<std::uint64_t>(seed) * 100'003 + static_cast<std::uint64_t>(i),
                                  features::kSampleRateHz, kNoiseSeconds);
    TRY(replace_file(join_path(folder, "noise_" + std::to_string(i) + ".wav"),
                     features::to_wav(noise, features::kSampleRateHz)));
  }
  return {};
}

}  // namespace
}  // namespace weighhouse::app

// weigh-voice-separator module [--width N] [--hidden N] [--blocks N] [--window N] [--seed N] FILE
// weigh-voice-separator noise [--count N] [--seed N] FOLDER
int main(int count, char** words) {
  using namespace weighhouse;
  std::map<std::string, std::string, std::less<>> options;
  for (int i = 2; i + 2 < count; i += 2) options[words[i]] = words[i + 1];
  const std::string_view what = count > 2 ? words[1] : "";
  if (what != "module" && what != "noise") {
    std::fputs("weigh-voice-separator module FILE, or weigh-voice-separator noise FOLDER.\n", stderr);
    return 2;
  }
  try {
    const auto done =
        what == "module" ? app::write_module(options, words[count - 1]) : app::write_noise(options, words[count - 1]);
    if (done) return 0;
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  return 1;
}
