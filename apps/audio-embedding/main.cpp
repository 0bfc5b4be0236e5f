// Makes "builtin/audio-v1", the encoder of sounds that ships with the program (README.md beside this file).
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>

#include "base/file.h"
#include "plan.h"
#include "solve.h"
#include "sound_store.h"

namespace {

using namespace weighhouse;
using namespace weighhouse::embedding;

Result<> run(const PlanOptions& plan_options, const SolveOptions& options, const std::string& work) {
  TRY(make_directories(work));
  const auto plan = make_plan(plan_options);
  const auto store = TRY(SoundStore::make(plan, join_path(work, "sounds.bin"), join_path(work, "run")));
  return solve(plan, store, options);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Makes the encoder of sounds that ships with weigh."};
  PlanOptions plan;
  SolveOptions options;
  std::string work = "build/embedding/work";
  app.add_option("--out", options.out, "the safetensors file to write")->required();
  app.add_option("--work", work, "where spoken clips are kept between runs");
  app.add_option("--rooms", options.rooms, "that each clip is heard in");
  app.add_option("--seed", options.seed, "of the rooms");
  CLI11_PARSE(app, argc, argv);
  try {
    if (const auto done = run(plan, options, work); !done) {
      fmt::print(stderr, "{}\n", done.error().message);
      return 1;
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
