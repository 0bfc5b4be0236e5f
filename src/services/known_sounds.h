#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "services/intake.h"
#include "services/job_runner.h"
#include "services/wake_trainer.h"
#include "services/workers.h"

namespace weighhouse::services {

// A file of sound with what is said of it. What is not said is made up where it can be.
struct KnownSoundFile {
  SoundFile sound;
  std::string label{};                  // its class, or what it is of a detector: "positive", "negative"
  std::vector<double> values{};         // the numbers to learn from it
  std::vector<SoundFile> references{};  // what it was mixed of, in order
};

struct KnownSounds {
  std::vector<KnownSoundFile> audio{};
  std::vector<SoundFile> noise{};  // for mixing
};

// As JSON: {"audio": [{"digest", "name", "label", "values", "references": [{"digest", "name"}]}], "noise": […]}, sorted
// by name and without what is empty, so that the same sounds have the same digest in any order.
boost::json::object to_json(const KnownSounds& sounds);
Result<KnownSounds> known_sounds_in(const boost::json::object& object);

// kInvalidArgument for none or too many, kFailedPrecondition with {"absent"} for what the caller has not uploaded.
Result<> require_sounds(Intake& intake, const Caller& caller, const KnownSounds& sounds);

// All of them in one file "sounds" for a process, each content once, and the parameters that tell where: "sounds",
// "audio" and "noise" (see worker/audio/orders.h). `work` is a folder for files in progress.
Result<WorkFile> pack_sounds(Intake& intake, const store::BlobStore& blobs, const Caller& caller,
                             const KnownSounds& sounds, const std::string& work, JobControl& control,
                             boost::json::object& parameters);

inline constexpr std::size_t kMostSounds = 20'000;

}  // namespace weighhouse::services
