#pragma once

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "formats/inspect.h"
#include "formats/report.h"

namespace weighhouse::formats::testing {

inline const Finding* find_finding(const Report& report, std::string_view code) {
  const auto found = std::ranges::find(report.findings, code, &Finding::code);
  return found == report.findings.end() ? nullptr : &*found;
}

inline bool has_finding(const Report& report, std::string_view code) { return find_finding(report, code) != nullptr; }

inline std::string metadata_of(const Report& report, std::string_view key) {
  for (const auto& [name, value] : report.metadata) {
    if (name == key) return value;
  }
  return "(none)";
}

inline std::string findings_of(const Report& report) {
  std::string text;
  for (const auto& finding : report.findings) text += finding.code + ": " + finding.message + "\n";
  return text;
}

using Inspector = std::function<Result<Report>(const RandomAccess&, const InspectLimits&)>;

inline Report inspect_bytes(const Inspector& inspector, std::string_view bytes, const InspectLimits& limits = {}) {
  const MemoryAccess file{bytes};
  auto report = inspector(file, limits);
  EXPECT_TRUE(report.has_value()) << report.error().message;
  return report ? std::move(report).take() : Report{};
}

// Cuts the file after each of its bytes: each piece must be malformed, or at least show fewer tensors than the whole.
inline void expect_every_truncation_is_noticed(const Inspector& inspector, const std::string& whole) {
  const auto tensors = inspect_bytes(inspector, whole).tensors.size();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto report = inspect_bytes(inspector, std::string_view{whole}.substr(0, length));
    EXPECT_TRUE(report.level == Level::kMalformed || report.tensors.size() < tensors)
        << "cut after " << length << " of " << whole.size() << " bytes";
    for (const auto& tensor : report.tensors) {
      if (tensor.extent) {
        EXPECT_LE(tensor.extent->offset + tensor.extent->length, length) << tensor.name;
      }
    }
  }
}

// Changes each byte in turn to a few values: whatever comes out, nothing may crash, hang, or point outside.
inline void expect_no_flipped_byte_hurts(const Inspector& inspector, const std::string& whole) {
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(value);
      const auto report = inspect_bytes(inspector, bytes);
      for (const auto& tensor : report.tensors) {
        if (tensor.extent) {
          EXPECT_LE(tensor.extent->offset + tensor.extent->length, bytes.size()) << tensor.name;
        }
      }
    }
  }
}

}  // namespace weighhouse::formats::testing
