#pragma once

#include <string>

#include "services/speech/synthesizer.h"

namespace weighhouse::workers {

struct SpeechSettings {
  std::string work_directory;  // home/run/work: a folder for each process while it runs
  int processes = 2;           // at a time
  int nice = 10;
  std::string espeak = "espeak-ng";  // looked for on the PATH, unless absolute
  std::string flite = "flite";
};

// Speaks with espeak-ng and, where it is installed, flite: programs that are started and never linked, each confined
// like a worker process and bounded in time. espeak-ng says many utterances in one process, ten times as fast as one by
// one.
class SpeakingPrograms final : public services::SpeechSynthesizer {
 public:
  explicit SpeakingPrograms(SpeechSettings settings);

  Result<> require() const override;
  bool has_voice(std::string_view voice) const override;
  Result<std::vector<services::SpokenClip>> speak(std::span<const services::Utterance> utterances,
                                                  const services::SpeechProgress& progress,
                                                  const std::atomic<bool>& cancelled) const override;
  Result<std::vector<std::vector<std::string>>> pronounce(std::span<const std::string> texts) const override;

 private:
  SpeechSettings settings_;
  std::string espeak_;  // absolute, or empty where it is not installed
  std::string flite_;
};

}  // namespace weighhouse::workers
