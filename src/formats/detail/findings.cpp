#include "formats/detail/findings.h"

namespace weighhouse::formats::detail {

void Findings::note(std::string_view code, std::string message, std::string where) {
  add({Severity::kNote, std::string{code}, std::move(message), std::move(where)});
}

void Findings::warn(std::string_view code, std::string message, std::string where) {
  add({Severity::kWarning, std::string{code}, std::move(message), std::move(where)});
}

void Findings::danger(std::string_view code, std::string message, std::string where) {
  add({Severity::kDanger, std::string{code}, std::move(message), std::move(where)});
}

void Findings::malformed(std::string_view code, std::string message, std::string where) {
  malformed_ = true;
  danger(code, std::move(message), std::move(where));
}

void Findings::add(Finding finding) {
  auto place = std::make_pair(finding.code, finding.where + '\0' + finding.message);
  if (const auto seen = places_.find(place); seen != places_.end()) {
    findings_[seen->second].count += finding.count;
    return;
  }
  auto& places = per_code_[finding.code];
  if (places.count == kPerCode) {
    // The last place kept speaks for those that follow.
    findings_[places.last].count += finding.count;
    return;
  }
  ++places.count;
  places.last = findings_.size();
  places_.emplace(std::move(place), findings_.size());
  findings_.push_back(std::move(finding));
}

std::vector<Finding> Findings::take() && {
  std::vector<Finding> sorted;
  sorted.reserve(findings_.size());
  for (const auto severity : {Severity::kDanger, Severity::kWarning, Severity::kNote}) {
    for (auto& finding : findings_) {
      if (finding.severity == severity) sorted.push_back(std::move(finding));
    }
  }
  return sorted;
}

Report conclude(Report report, Findings findings) {
  if (findings.is_malformed()) {
    report.level = Level::kMalformed;
    report.summary += " (damaged)";
  }
  report.findings = std::move(findings).take();
  return report;
}

}  // namespace weighhouse::formats::detail
