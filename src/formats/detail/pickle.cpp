#include <unordered_map>

#include "formats/detail/element_type.h"
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

// joblib's arrays are listed as tensors. Of objects there are no bytes to speak of, only another pickle.
void list_arrays(const TorchObject& object, const std::vector<PlacedArray>& placed, Report& report) {
  std::unordered_map<ValueId, const PlacedArray*> by_wrapper;
  for (const auto& one : placed) by_wrapper.emplace(one.wrapper, &one);
  for (const auto& [name, wrapper] : object.arrays) {
    const auto found = by_wrapper.find(wrapper);
    if (found == by_wrapper.end()) continue;
    const auto& [id, array, offset] = *found->second;
    Tensor tensor{.name = name, .type = array.type, .shape = array.shape, .size_bytes = array.size_bytes};
    if (array.is_plain && element_bits(array.type)) tensor.extent = Extent{offset, array.size_bytes};
    if (element_bits(array.type)) report.parameters += array.count;
    report.tensors.push_back(std::move(tensor));
  }
}

// One pickle, or several as repeated calls of `pickle.dump` leave them: a loader may take any of them.
Result<> inspect_plain(const ReadPickle& first, PickleFile& pickles, const InspectLimits& limits, Findings& findings,
                       Report& report) {
  const auto object = find_tensors(first.pickle, first.events, limits);
  list_arrays(object, first.arrays, report);
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
  report.summary = describe_plain(object) + (first.arrays.empty() ? "" : " by joblib") + ", protocol " +
                   std::to_string(first.events.protocol) + weights_in_words(report);
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
  if (pickles.acts_within_array()) {
    report.level = Level::kCodeBearing;
    findings.danger("pickle-in-array",
                    "Where joblib reads the bytes of an array, a plain loader of pickles would find instructions that "
                    "call something: what the file does depends on the program that opens it.");
  }
  if (report_events(pickles.events(), PickleDialect::kPython, {}, findings)) report.level = Level::kCodeBearing;
  return conclude(std::move(report), std::move(findings));
}

}  // namespace weighhouse::formats::detail
