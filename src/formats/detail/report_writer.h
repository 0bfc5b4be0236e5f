#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/detail/findings.h"
#include "formats/inspect.h"
#include "formats/report.h"

namespace weighhouse::formats::detail {

// Why content cannot be what it claims to be, as an error that ReportWriter::absorb turns into a finding.
tl::unexpected<Error> malformed(std::string_view code, std::string message);

// Fills one report. The level only ever rises, from data-only over unknown and code-bearing to malformed; names and
// values are cut to the limits and are always UTF-8.
class ReportWriter {
 public:
  ReportWriter(Format format, const InspectLimits& limits);

  void note(std::string_view code, std::string message, std::string_view where = {});
  void warn(std::string_view code, std::string message, std::string_view where = {});
  // The file says something that this program is too old to understand.
  void newer(std::string_view code, std::string message, std::string_view where = {});
  void code_bearing(std::string_view code, std::string message, std::string_view where = {});
  void malformed(std::string_view code, std::string message, std::string_view where = {});

  void metadata(std::string_view key, std::string_view value);
  // A `malformed` error once there are more tensors or metadata than the limits allow.
  Result<> add_tensor(Tensor tensor);
  Result<> add_metadata(std::string_view key, std::string_view value);

  // A name or value fit to be shown: at most `limit` bytes, UTF-8.
  static std::string shown(std::string_view text, std::size_t limit = 4096);

  // Success for what `malformed` made, which becomes a finding; failures to read bytes stay errors.
  Result<> absorb(Result<> outcome);

  // Without its findings until `finish`.
  Report& report() { return report_; }
  const Findings& findings() const { return findings_; }
  const InspectLimits& limits() const { return limits_; }

  // The summary becomes "`what`, 12 tensors, 230 k parameters".
  Report finish(std::string_view what) &&;

 private:
  void raise(Level level);

  InspectLimits limits_;
  Report report_;
  Findings findings_;
};

}  // namespace weighhouse::formats::detail
