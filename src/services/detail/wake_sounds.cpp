#include "services/detail/wake_sounds.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "base/json_fields.h"
#include "base/text.h"
#include "services/speech/neighbours.h"
#include "services/speech/small_talk.h"
#include "services/speech/voices.h"

namespace weighhouse::services {
namespace json = boost::json;

namespace {

constexpr std::size_t kSimilarPhrases = 100;
// Of what is spoken, by voices that the embedding never heard.
constexpr double kHeldOutShare = 0.3;

std::size_t count_of(const json::object& options, std::string_view key, std::size_t fallback, std::size_t most) {
  const double value = number_at(options, key).value_or(static_cast<double>(fallback));
  return static_cast<std::size_t>(std::clamp(value, 0.0, static_cast<double>(most)));
}

bool is_off(const json::object& options, std::string_view key) {
  const auto* value = options.if_contains(json::string_view{key.data(), key.size()});
  return value != nullptr && value->is_bool() && !value->get_bool();
}

// Passes the wish to stop on to a synthesizer, which looks at a flag.
class CancelFlag {
 public:
  explicit CancelFlag(const JobControl& control)
      : watcher_([this, &control](const std::stop_token& stop) {
          while (!stop.stop_requested() && !flag_) {
            if (control.cancelled()) flag_ = true;
            std::this_thread::sleep_for(std::chrono::milliseconds{100});
          }
        }) {}
  const std::atomic<bool>& flag() const { return flag_; }

 private:
  std::atomic<bool> flag_{false};
  std::jthread watcher_;
};

void append_ways(std::vector<Utterance>& all, const std::string& text, std::size_t count, std::uint64_t seed) {
  const auto held_out = static_cast<std::size_t>(static_cast<double>(count) * kHeldOutShare);
  for (const auto& [side, some] :
       {std::pair{VoiceSide::kTraining, count - held_out}, std::pair{VoiceSide::kHeldOut, held_out}}) {
    auto ways = ways_to_say(text, some, {.side = side, .seed = seed});
    all.insert(all.end(), std::make_move_iterator(ways.begin()), std::make_move_iterator(ways.end()));
  }
}

Result<> speak_into(SoundPack& pack, std::string_view source, const SpeechSynthesizer& speech,
                    const std::vector<Utterance>& utterances, const SpeechProgress& progress,
                    const std::atomic<bool>& cancelled) {
  const auto clips = TRY(speech.speak(utterances, progress, cancelled));
  for (std::size_t i = 0; i < clips.size(); ++i) {
    if (clips[i].samples.empty()) continue;
    // A variant is a voice of its own in every accent.
    const auto& who = utterances[i].variant.empty() ? utterances[i].voice : utterances[i].variant;
    TRY(pack.add(source, who, clips[i]));
  }
  return {};
}

}  // namespace

SpeechPlan plan_speech(const json::object& options) {
  SpeechPlan plan;
  const std::size_t positives = count_of(options, "positives", 2400, 20'000);
  plan.spoken = is_off(options, "use_tts_positives") ? 0 : count_of(options, "spoken_clips", positives / 4, 5000);
  const double ratio = std::clamp(number_at(options, "hard_negative_ratio").value_or(1.5), 0.1, 10.0);
  const auto similar = static_cast<std::size_t>(static_cast<double>(positives / 4) * ratio);
  plan.similar = is_off(options, "use_hard_negatives") ? 0 : count_of(options, "similar_clips", similar, 10'000);
  plan.sentences = count_of(options, "sentences", positives / 2, 5000);
  plan.seed = static_cast<std::uint64_t>(std::max(0.0, number_at(options, "seed").value_or(42)));
  return plan;
}

Result<> add_speech(const SpeechSynthesizer& speech, const std::string& wake_word, const SpeechPlan& plan,
                    JobControl& control, SoundPack& pack) {
  const CancelFlag cancel{control};
  const auto told = [&](double from, double to, std::string_view phase, std::string_view what) {
    return [&control, from, to, phase, what](std::size_t done, std::size_t total) {
      const double part = total == 0 ? 1 : static_cast<double>(done) / static_cast<double>(total);
      control.report(from + (to - from) * part, phase,
                     std::to_string(done) + " of " + std::to_string(total) + " " + std::string{what});
    };
  };
  std::vector<Utterance> utterances;
  append_ways(utterances, wake_word, plan.spoken, plan.seed);
  TRY(speak_into(pack, "spoken", speech, utterances, told(0.15, 0.3, "augmenting", "clips of the word spoken"),
                 cancel.flag()));

  utterances.clear();
  std::vector<Neighbour> similar;
  if (plan.similar > 0)
    similar = TRY(find_neighbours(wake_word, speech, {.count = kSimilarPhrases, .seed = plan.seed}));
  for (std::size_t i = 0; i < similar.size(); ++i) {
    // The nearest are said most often.
    const std::size_t each = (plan.similar + similar.size() - 1) / similar.size() + (i < similar.size() / 4 ? 4 : 0);
    append_ways(utterances, similar[i].text, each, plan.seed + 1 + i);
  }
  TRY(speak_into(pack, "similar", speech, utterances,
                 told(0.3, 0.37, "generating_negatives", "clips of similar words spoken"), cancel.flag()));

  return speak_into(pack, "speech", speech, small_talk(wake_word, plan.sentences, plan.seed),
                    told(0.37, 0.4, "generating_negatives", "sentences without the word spoken"), cancel.flag());
}

Result<std::vector<std::string>> sound_files_below(const std::string& folder) {
  constexpr std::array<std::string_view, 4> kEndings{".wav", ".flac", ".ogg", ".mp3"};
  constexpr std::size_t kMostFiles = 20'000;
  constexpr std::size_t kDeepest = 8;
  std::vector<std::string> found;
  std::vector<std::pair<std::string, std::size_t>> folders{{folder, 0}};
  while (!folders.empty() && found.size() < kMostFiles) {
    const auto [path, depth] = folders.back();
    folders.pop_back();
    const auto names = list_directory(path);
    if (!names && names.error().code == ErrorCode::kNotFound) continue;
    if (!names) return fail(names.error());
    for (const auto& name : *names) {
      const auto below = join_path(path, name);
      const auto info = stat_path(below);
      if (!info) continue;
      const std::string lower = to_lower(name);
      if (info->is_directory) {
        if (depth < kDeepest) folders.emplace_back(below, depth + 1);
      } else if (info->is_regular && std::any_of(kEndings.begin(), kEndings.end(),
                                                 [&](std::string_view ending) { return lower.ends_with(ending); })) {
        found.push_back(below);
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace weighhouse::services
