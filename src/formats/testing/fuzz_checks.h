#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "formats/detail/content.h"
#include "formats/detail/inspectors.h"
#include "formats/detail/torch_object.h"
#include "formats/testing/torch_writer.h"

// What the fuzz targets do with an input, so that unit tests can do the same with the corpus. A check ends the
// program where a promise of this room does not hold: extents lie in the file, counts stay within the limits, every
// text is UTF-8, no sentence calls a file safe, and the same bytes give the same report.
namespace weighhouse::formats::testing {

inline constexpr InspectLimits kFuzzLimits{.header_bytes = 1U << 20U, .tensors = 1000, .entries = 1000};

// Our own words only: what a file says stands in quotes.
inline bool says_safe(std::string_view sentence) {
  std::string words;
  bool quoted = false;
  for (const char c : sentence) {
    if (c == '"') quoted = !quoted;
    words += quoted || std::isalpha(static_cast<unsigned char>(c)) == 0 ? ' ' : c;
  }
  return (" " + to_lower(words) + " ").find(" safe ") != std::string::npos;
}

inline std::string in_one_text(const Report& report) {
  std::string text = report.summary + std::string{to_string(report.format)} + std::string{to_string(report.level)};
  text += std::to_string(report.parameters);
  for (const auto& tensor : report.tensors) {
    text += tensor.name + tensor.type + tensor.external + tensor.tied_to + std::to_string(tensor.size_bytes);
  }
  for (const auto& entry : report.entries) text += entry.name + std::to_string(entry.size_bytes);
  for (const auto& [key, value] : report.metadata) text += key + value;
  for (const auto& finding : report.findings) text += finding.code + finding.message + finding.where;
  return text;
}

inline void check_report(const Report& report, std::uint64_t size_bytes) {
  check(report.tensors.size() <= kFuzzLimits.tensors, "no more tensors than the limit");
  check(report.entries.size() <= kFuzzLimits.entries, "no more entries than the limit");
  check(report.findings.size() <= 10'000, "a bounded list of findings");
  check(!report.summary.empty(), "every report has a summary");
  check(!says_safe(report.summary), "no summary says safe");
  check(is_utf8(in_one_text(report)), "every text is UTF-8");
  for (const auto& finding : report.findings) check(!says_safe(finding.message), "no finding says safe");
  for (const auto& tensor : report.tensors) {
    if (!tensor.extent) continue;
    check(tensor.extent->offset <= size_bytes && tensor.extent->length <= size_bytes - tensor.extent->offset,
          "a tensor's bytes lie in the file");
  }
  const auto has_danger = [](const Finding& finding) { return finding.severity == Severity::kDanger; };
  check(report.level != Level::kMalformed || std::ranges::any_of(report.findings, has_danger),
        "what is malformed has a reason");
}

template <class Inspector>
void check_inspector(const Inspector& inspector, std::string_view bytes) {
  const MemoryAccess file{bytes};
  const auto report = inspector(file, kFuzzLimits);
  check(report.has_value(), "bytes in memory can always be read");
  check_report(*report, bytes.size());
  check(in_one_text(*report) == in_one_text(*inspector(file, kFuzzLimits)), "the same bytes give the same report");
}

inline void check_detect(std::string_view bytes) {
  const MemoryAccess file{bytes};
  check(detect(file).has_value(), "bytes in memory can always be read");
  check_inspector(
      [](const RandomAccess& access, const InspectLimits& limits) { return inspect(access, "model.bin", limits); },
      bytes);
}

inline void check_pickle(std::string_view bytes) {
  const detail::PickleLimits limits{.opcodes = 100'000, .values = 50'000, .stack = 10'000, .memo = 100'000};
  detail::PickleEvents events;
  const auto pickle = detail::run_pickle(bytes, events, limits);
  check(pickle.position <= bytes.size(), "a pickle ends in its bytes");
  check(pickle.values.size() <= limits.values + 8, "no more values than the limit");
  for (const auto& global : events.globals) check(global.count > 0, "a global that is listed was named");
  detail::find_tensors(pickle, events, kFuzzLimits);
  check_inspector(detail::inspect_pickle, bytes);
}

// The bytes as data.pkl of an archive that is otherwise honest, so that the walk to the tensors is reached.
inline void check_pytorch(std::string_view bytes) {
  const auto archive = write_zip(torch_archive(std::string{bytes}, {std::string(64, 'w'), std::string(8, 'b')}));
  check_inspector(detail::inspect_zip, archive);
}

inline void check_zip(std::string_view bytes) { check_inspector(detail::inspect_zip, bytes); }
inline void check_safetensors(std::string_view bytes) { check_inspector(detail::inspect_safetensors, bytes); }
inline void check_onnx(std::string_view bytes) { check_inspector(detail::inspect_onnx, bytes); }
inline void check_gguf(std::string_view bytes) { check_inspector(detail::inspect_gguf, bytes); }
inline void check_tflite(std::string_view bytes) { check_inspector(detail::inspect_tflite, bytes); }
inline void check_audio(std::string_view bytes) { check_inspector(detail::inspect_audio, bytes); }

}  // namespace weighhouse::formats::testing
