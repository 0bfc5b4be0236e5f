#include "workers/speech/speaking_programs.h"

#include <algorithm>
#include <fmt/format.h>
#include <mutex>
#include <optional>
#include <thread>

#include "base/file.h"
#include "base/text.h"
#include "workers/detail/program.h"
#include "workers/speech/spoken_wav.h"

namespace weighhouse::workers {
namespace {

using services::SpokenClip;
using services::Utterance;

constexpr std::size_t kTogether = 64;  // utterances in one process
constexpr std::size_t kPronouncedTogether = 500;
constexpr std::size_t kMostTextBytes = 500;
constexpr double kPauseSeconds = 0.8;  // between two utterances
constexpr double kCutSeconds = 0.6;    // a pause this long is no part of an utterance
constexpr int kUsualSpeed = 175;       // of espeak-ng
constexpr std::string_view kFlitePrefix = "flite/";
constexpr std::array<std::string_view, 5> kFliteVoices{"slt", "awb", "rms", "kal16", "kal"};

bool is_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_flite(const Utterance& utterance) { return utterance.voice.starts_with(kFlitePrefix); }

Result<> check_utterance(const Utterance& utterance) {
  const auto invalid = [&](const std::string& what) {
    return fail(ErrorCode::kInvalidArgument, "\"" + printable(utterance.text, 60) + "\" cannot be spoken: " + what);
  };
  if (trim(utterance.text).empty() || utterance.text.size() > kMostTextBytes || !is_utf8(utterance.text))
    return invalid("a text has 1 to " + std::to_string(kMostTextBytes) + " bytes of UTF-8.");
  if (utterance.pitch < 0 || utterance.pitch > 99 || utterance.speed < 80 || utterance.speed > 400)
    return invalid("the pitch is 0 to 99, the speed 80 to 400 words a minute.");
  const std::string_view voice = utterance.voice;
  const bool known = is_flite(utterance)
                         ? std::ranges::find(kFliteVoices, voice.substr(kFlitePrefix.size())) != kFliteVoices.end()
                         : !voice.empty() && is_word(voice) && is_word(utterance.variant);
  return known ? Result<>{} : invalid("there is no voice \"" + printable(voice, 40) + "\".");
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else
      result += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return result;
}

// Speed and pitch as attributes mean exactly what the program's options -s and -p do.
std::string to_ssml(std::span<const Utterance> utterances) {
  std::string text = "<speak>\n";
  for (const auto& [words, voice, variant, pitch, speed] : utterances) {
    text += fmt::format(R"(<voice name="{}{}{}"><prosody rate="{:.1f}%" pitch="{}">{}</prosody></voice>)", voice,
                        variant.empty() ? "" : "+", variant, speed * 100.0 / kUsualSpeed, pitch, escaped(words));
    text += fmt::format("<break time=\"{:.0f}ms\"/>\n", kPauseSeconds * 1000);
  }
  return text + "</speak>\n";
}

// One of the calls: what it needs besides the utterances.
struct Call {
  const SpeechSettings& settings;
  const std::string& espeak;
  const std::string& flite;
  const std::atomic<bool>& cancelled;

  Result<SpokenClip> record(const std::string& program, std::vector<std::string> arguments,
                            const Scratch& scratch) const {
    const ProgramRun run{.program = program, .arguments = std::move(arguments), .nice = settings.nice};
    TRY(run_program(run, scratch, cancelled));
    return read_spoken_wav(TRY(read_file(join_path(scratch.path(), "spoken.wav"), run.file_bytes)));
  }

  Result<std::vector<SpokenClip>> speak_together(std::span<const Utterance> utterances) const {
    const auto scratch = TRY(Scratch::create(settings.work_directory));
    const auto text = join_path(scratch.path(), "text.ssml");
    TRY(replace_file(text, to_ssml(utterances)));
    const auto whole =
        TRY(record(espeak, {"-m", "-v", "en-us", "-f", text, "-w", join_path(scratch.path(), "spoken.wav")}, scratch));
    return cut_at_pauses(whole, kCutSeconds);
  }

  Result<SpokenClip> speak_with_flite(const Utterance& utterance) const {
    const auto scratch = TRY(Scratch::create(settings.work_directory));
    const auto voice = utterance.voice.substr(kFlitePrefix.size());
    // Its speed and pitch in its own terms: about 160 words a minute, and the mean frequency of the voice.
    const auto stretch = fmt::format("duration_stretch={:.3f}", 160.0 / utterance.speed);
    const auto pitch = fmt::format("int_f0_target_mean={}", 70 + utterance.pitch * 9 / 5);
    const auto whole = TRY(record(flite,
                                  {"-voice", voice, "--setf", stretch, "--setf", pitch, "-t", " " + utterance.text,
                                   "-o", join_path(scratch.path(), "spoken.wav")},
                                  scratch));
    return whole_of(cut_at_pauses(whole, 1e6), utterance);
  }

  static Result<SpokenClip> whole_of(std::vector<SpokenClip> pieces, const Utterance& utterance) {
    if (pieces.size() == 1) return std::move(pieces.front());
    return fail(ErrorCode::kUnavailable, "Nothing was to be heard of \"" + printable(utterance.text, 60) +
                                             "\" by the voice " + utterance.voice + ".");
  }

  Result<std::vector<SpokenClip>> speak(std::span<const Utterance> utterances) const {
    if (is_flite(utterances.front())) {
      std::vector<SpokenClip> clips;
      for (const auto& utterance : utterances) clips.push_back(TRY(speak_with_flite(utterance)));
      return clips;
    }
    auto clips = TRY(speak_together(utterances));
    if (clips.size() == utterances.size()) return clips;
    // A text with a long pause in it, or with nothing to hear: then half and half, down to the one.
    if (utterances.size() == 1) {
      const auto whole = TRY(speak_alone(utterances.front()));
      return std::vector<SpokenClip>{whole};
    }
    const auto middle = utterances.size() / 2;
    clips = TRY(speak(utterances.first(middle)));
    auto rest = TRY(speak(utterances.subspan(middle)));
    std::move(rest.begin(), rest.end(), std::back_inserter(clips));
    return clips;
  }

  Result<SpokenClip> speak_alone(const Utterance& utterance) const {
    const auto scratch = TRY(Scratch::create(settings.work_directory));
    const auto voice = utterance.voice + (utterance.variant.empty() ? "" : "+" + utterance.variant);
    const auto whole =
        TRY(record(espeak,
                   {"-v", voice, "-p", std::to_string(utterance.pitch), "-s", std::to_string(utterance.speed), "-w",
                    join_path(scratch.path(), "spoken.wav"), "--", utterance.text},
                   scratch));
    return whole_of(cut_at_pauses(whole, 1e6), utterance);
  }
};

// What one process says: places in the list of utterances.
using Group = std::vector<std::size_t>;

std::vector<Group> make_groups(std::span<const Utterance> utterances) {
  std::vector<Group> groups;
  std::optional<std::size_t> open[2];
  for (std::size_t i = 0; i < utterances.size(); ++i) {
    auto& group = open[is_flite(utterances[i]) ? 1 : 0];
    if (!group || groups[*group].size() == kTogether) {
      group = groups.size();
      groups.emplace_back();
    }
    groups[*group].push_back(i);
  }
  return groups;
}

std::string locate(const std::string& name) { return name.starts_with('/') ? name : find_program(name); }

constexpr std::array<std::string_view, 3> kStressMarks{"\u02C8", "\u02CC", "\u02D0"};  // stress, and length

std::vector<std::string> phonemes_of(std::string line) {
  for (const auto mark : kStressMarks) {
    for (auto place = line.find(mark); place != std::string::npos; place = line.find(mark, place))
      line.erase(place, mark.size());
  }
  std::replace(line.begin(), line.end(), ' ', '_');
  std::vector<std::string> phonemes;
  for (const auto phoneme : split(line, '_'))
    if (!trim(phoneme).empty()) phonemes.emplace_back(trim(phoneme));
  return phonemes;
}

}  // namespace

SpeakingPrograms::SpeakingPrograms(SpeechSettings settings)
    : settings_(std::move(settings)), espeak_(locate(settings_.espeak)), flite_(locate(settings_.flite)) {}

Result<> SpeakingPrograms::require() const {
  if (!espeak_.empty()) return {};
  return fail(ErrorCode::kFailedPrecondition,
              "There is no program here that can speak. Install espeak-ng (on Debian: apt install espeak-ng) and try "
              "again; flite beside it adds voices.");
}

bool SpeakingPrograms::has_voice(std::string_view voice) const {
  if (voice.starts_with(kFlitePrefix))
    return !flite_.empty() && std::ranges::find(kFliteVoices, voice.substr(kFlitePrefix.size())) != kFliteVoices.end();
  return !espeak_.empty() && !voice.empty() && is_word(voice);
}

Result<std::vector<SpokenClip>> SpeakingPrograms::speak(std::span<const Utterance> utterances,
                                                        const services::SpeechProgress& progress,
                                                        const std::atomic<bool>& cancelled) const {
  TRY(require());
  for (const auto& utterance : utterances) {
    TRY(check_utterance(utterance));
    if (is_flite(utterance) && flite_.empty())
      return fail(ErrorCode::kFailedPrecondition,
                  "The voice " + utterance.voice + " needs flite (on Debian: apt install flite).");
  }
  const auto groups = make_groups(utterances);
  std::vector<SpokenClip> clips(utterances.size());
  std::mutex mutex;  // around all that follows
  std::size_t next = 0;
  std::size_t done = 0;
  std::optional<Error> failure;

  // The kernel ends a program with the thread that started it, so a thread takes one group after the other.
  const auto work = [&] {
    const Call call{settings_, espeak_, flite_, cancelled};
    for (;;) {
      std::unique_lock lock{mutex};
      if (next == groups.size() || failure) return;
      const auto& group = groups[next++];
      lock.unlock();
      std::vector<Utterance> mine;
      for (const auto place : group) mine.push_back(utterances[place]);
      auto spoken = call.speak(mine);
      lock.lock();
      if (!spoken) {
        if (!failure) failure = std::move(spoken).error();
        return;
      }
      for (std::size_t i = 0; i < group.size(); ++i) clips[group[i]] = std::move((*spoken)[i]);
      done += group.size();
      if (progress) progress(done, utterances.size());
    }
  };
  {
    std::vector<std::jthread> threads;
    const auto count = std::min<std::size_t>(static_cast<std::size_t>(std::max(1, settings_.processes)), groups.size());
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back(work);
  }
  if (failure) return fail(*std::move(failure));
  return clips;
}

Result<std::vector<std::vector<std::string>>> SpeakingPrograms::pronounce(std::span<const std::string> texts) const {
  TRY(require());
  static const std::atomic<bool> kNever{false};
  std::vector<std::vector<std::string>> sounds;
  for (std::size_t first = 0; first < texts.size(); first += kPronouncedTogether) {
    const auto some = texts.subspan(first, std::min(kPronouncedTogether, texts.size() - first));
    std::string lines;
    for (const auto& text : some) {
      TRY(check_utterance({.text = text}));
      // A full stop ends a line of the answer, and any other one in the text would, too.
      for (const char c : text) lines += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '\'' ? c : ' ';
      lines += ".\n";
    }
    const auto scratch = TRY(Scratch::create(settings_.work_directory));
    const auto file = join_path(scratch.path(), "text.txt");
    // A file of its own: what the sound libraries have to say comes on the standard output.
    const auto sounds_file = join_path(scratch.path(), "sounds.txt");
    TRY(replace_file(file, lines));
    const ProgramRun run{.program = espeak_,
                         .arguments = {"--ipa", "-q", "--sep=_", "--phonout=" + sounds_file, "-v", "en-us", "-f", file},
                         .nice = settings_.nice};
    TRY(run_program(run, scratch, kNever));
    const auto output = TRY(read_file(sounds_file));
    std::size_t count = 0;
    for (const auto line : split(output, '\n')) {
      if (trim(line).empty()) continue;
      sounds.push_back(phonemes_of(std::string{line}));
      ++count;
    }
    if (count != some.size())
      return fail(ErrorCode::kUnavailable,
                  fmt::format("espeak-ng spelled out {} texts, where {} were given.", count, some.size()));
  }
  return sounds;
}

}  // namespace weighhouse::workers
