#include "library_door.h"

namespace weighhouse::app {
namespace {

// A folder is read two seconds after its last change; a list that is asked for meanwhile waits so long.
constexpr std::chrono::milliseconds kPatience{4000};

std::vector<http::LibraryDoor::Problem> shown(const std::vector<library::Problem>& problems) {
  std::vector<http::LibraryDoor::Problem> list;
  for (const auto& problem : problems) list.push_back({problem.path, problem.message});
  return list;
}

}  // namespace

void Door::settle() {
  if (library_ != nullptr) library_->settle_pending(kPatience);
}

Result<http::LibraryDoor::Scan> Door::scan() {
  if (library_ == nullptr)
    return fail(ErrorCode::kFailedPrecondition, "This server runs without a library. Start it without --no-library.");
  auto report = TRY(library_->scan_now());
  Scan scan{.taken_in = {}, .problems = shown(report.problems)};
  for (auto* group : {&report.published, &report.edited, &report.renamed, &report.trashed, &report.restored}) {
    scan.taken_in.insert(scan.taken_in.end(), group->begin(), group->end());
  }
  return scan;
}

std::vector<http::LibraryDoor::Problem> Door::problems() const {
  return library_ == nullptr ? std::vector<Problem>{} : shown(library_->problems());
}

void Door::changed(const registry::ModelId& model) {
  if (library_ != nullptr) library_->changed(model);
}

}  // namespace weighhouse::app
