#include "formats/detail/inspectors.h"
#include "formats/detail/pickle_file.h"
#include "formats/detail/pickle_report.h"
#include "formats/detail/pytorch.h"
#include "formats/detail/torch_legacy.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::size_t kMostPickles = 1000;

std::string describe_plain(const TorchObject& object) {
  switch (object.kind) {
    case TorchKind::kStateDict:
    case TorchKind::kCheckpoint:
      return "Pickle of a dict";
    case TorchKind::kModule:
    case TorchKind::kTensor:
      return "Pickle of an object " + quoted(object.class_name, 200);
    case TorchKind::kOther:
      break;
  }
  return "Pickle";
}

// One pickle, or several as repeated calls of `pickle.dump` leave them: a loader may take any of them.
Result<> inspect_plain(const ReadPickle& first, PickleFile& pickles, const InspectLimits& limits, Findings& findings,
                       Report& report) {
  const auto object = find_tensors(first.pickle, first.events, limits);
  for (const auto& [name, value] : object.values) report.metadata.emplace_back(name, value);
  std::size_t count = 1;
  for (; !pickles.at_end() && count < kMostPickles; ++count) {
    const std::uint64_t begin = pickles.position();
    if (TRY(pickles.next()).pickle.end == PickleEnd::kStopped) continue;
    findings.malformed("pickle-trailing",
                       "What follows the pickle from byte " + std::to_string(begin) + " on is no pickle that ends.");
    break;
  }
  if (count == kMostPickles) findings.malformed("pickle-limit", "The file holds more pickles than are looked into.");
  report.summary = describe_plain(object) + ", protocol " + std::to_string(first.events.protocol);
  if (count > 1) report.summary += ", and " + counted(count - 1, "more pickle");
  return {};
}

}  // namespace

Result<Report> inspect_pickle(const RandomAccess& file, const InspectLimits& limits) {
  Report report;
  report.format = Format::kPickle;
  report.level = Level::kDataOnly;
  report.summary = "Pickle";
  Findings findings;
  PickleFile pickles{file, limits};
  const auto first = TRY(pickles.next());
  if (is_legacy_magic(first.pickle)) {
    TRY(inspect_legacy(file, pickles, limits, findings, report));
  } else if (first.pickle.end == PickleEnd::kStopped) {
    TRY(inspect_plain(first, pickles, limits, findings, report));
  } else {
    report_end(first.pickle, {}, findings);
  }
  if (report_events(pickles.events(), PickleDialect::kPython, {}, findings)) report.level = Level::kCodeBearing;
  return conclude(std::move(report), std::move(findings));
}

}  // namespace weighhouse::formats::detail
