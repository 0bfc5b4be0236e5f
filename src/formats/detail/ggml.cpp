#include "formats/detail/ggml.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "formats/detail/inspectors.h"
#include "formats/detail/little_endian.h"
#include "formats/detail/report_writer.h"
#include "formats/detail/words.h"

// Before GGUF, a ggml file was a mark, the numbers of one architecture in an order that only its program knew, and the
// tensors. So it can be named, and where the numbers fit no other program's, told apart; it cannot be listed.
namespace weighhouse::formats::detail {

namespace {

constexpr std::size_t kMarkBytes = 4;
constexpr std::size_t kHeadBytes = 128;

struct Mark {
  std::string_view bytes;  // as they stand in the file
  std::string_view word;
  bool has_version;
};

constexpr auto kMarks = std::to_array<Mark>({
    {"lmgg", "ggml", false},
    {"fmgg", "ggmf", true},
    {"tjgg", "ggjt", true},
    {"algg", "ggla", true},
});

const Mark* find_mark(std::string_view head) {
  const auto* const found =
      std::ranges::find_if(kMarks, [&](const Mark& mark) { return head.starts_with(mark.bytes); });
  return found == kMarks.end() ? nullptr : found;
}

constexpr auto kWhisperNumbers =
    std::to_array<std::string_view>({"n_vocab", "n_audio_ctx", "n_audio_state", "n_audio_head", "n_audio_layer",
                                     "n_text_ctx", "n_text_state", "n_text_head", "n_text_layer", "n_mels", "ftype"});
constexpr std::size_t kAudioContext = 1;
constexpr std::size_t kMels = 9;

// Whisper hears thirty seconds in 1,500 steps of 80 or 128 bands; no other model does.
std::optional<std::array<std::uint32_t, kWhisperNumbers.size()>> find_whisper(std::string_view head) {
  std::array<std::uint32_t, kWhisperNumbers.size()> numbers{};
  if (head.size() < kMarkBytes + 4 * numbers.size()) return std::nullopt;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers.at(i) = load_little_endian<std::uint32_t>(head, kMarkBytes + 4 * i);
  }
  if (numbers[kAudioContext] != 1500 || (numbers[kMels] != 80 && numbers[kMels] != 128)) return std::nullopt;
  return numbers;
}

// whisper.cpp's voice detectors begin with their name.
std::string find_voice_detector(std::string_view head) {
  if (head.size() < kMarkBytes + 4) return {};
  const auto length = load_little_endian<std::uint32_t>(head, kMarkBytes);
  const auto name = head.substr(kMarkBytes + 4, length);
  return length < 64 && name.starts_with("silero") ? std::string{name} : std::string{};
}

}  // namespace

bool is_old_ggml(std::string_view head) { return find_mark(head) != nullptr; }

Result<Report> inspect_ggml(const RandomAccess& file, const InspectLimits& limits) {
  ReportWriter report{Format::kGgml, limits};
  const auto head = TRY(file.read_exactly(0, std::min<std::uint64_t>(file.size_bytes(), kHeadBytes)));
  const auto* const mark = find_mark(head);
  std::string what = "Old ggml file, from before GGUF";
  if (mark == nullptr) {
    report.malformed("bad-identifier", "The file does not bear a mark of ggml.");
    return std::move(report).finish(what);
  }
  report.metadata("ggml.mark", mark->word);
  if (mark->has_version && head.size() >= 2 * kMarkBytes) {
    report.metadata("ggml.version", std::to_string(load_little_endian<std::uint32_t>(head, kMarkBytes)));
  }
  constexpr std::string_view kUnlisted =
      "The file is in a form that ggml used before GGUF. It does not say what its numbers mean, so its tensors cannot "
      "be "
      "listed. ";
  const auto whisper = mark->has_version ? std::nullopt : find_whisper(head);
  const auto detector = mark->has_version ? std::string{} : find_voice_detector(head);
  if (whisper || !detector.empty()) {
    what += whisper ? ", a Whisper model" : ", the voice detector " + quoted(detector);
    for (std::size_t i = 0; whisper && i < whisper->size(); ++i) {
      report.metadata("whisper." + std::string{kWhisperNumbers.at(i)}, std::to_string(whisper->at(i)));
    }
    report.newer("old-ggml", std::string{kUnlisted} + "whisper.cpp reads it as it is.");
  } else if (mark->word == "ggla") {
    what += ", a LoRA adapter";
    report.newer("old-ggml", std::string{kUnlisted} +
                                 "Current programs no longer read it: make the adapter anew from its source with "
                                 "llama.cpp's convert_lora_to_gguf.py.");
  } else {
    report.newer("old-ggml", std::string{kUnlisted} +
                                 "Current programs no longer read it: convert a LLaMA model with llama.cpp's "
                                 "convert_llama_ggml_to_gguf.py, any other from its source.");
  }
  return std::move(report).finish(what);
}

}  // namespace weighhouse::formats::detail
