#include "formats/detail/pickle_report.h"

#include "formats/detail/pickle_opcodes.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::size_t kMostGlobals = 100;

bool report_globals(const PickleEvents& events, PickleDialect dialect, const std::string& where, Findings& findings) {
  std::size_t reported = 0;
  std::uint64_t others = 0;
  for (const auto& global : events.globals) {
    const auto trust = trust_of(global.module, global.name, dialect);
    if (trust == Trust::kListed) continue;
    if (reported == kMostGlobals) {
      ++others;
      continue;
    }
    ++reported;
    const std::string full_name = quoted(global.module + "." + global.name);
    Finding finding{
        .severity = Severity::kDanger, .code = "pickle-global", .message = {}, .where = where, .count = global.count};
    if (trust == Trust::kFamiliar) {
      finding.severity = Severity::kWarning;
      finding.message =
          "The pickle uses " + full_name +
          ". It builds a plain value, yet PyTorch's loader for weights only refuses it unless told otherwise.";
    } else {
      finding.message = "The pickle " + std::string{global.called > 0 ? "calls " : "names "} + full_name;
      if (!global.first_text.empty()) finding.message += " with " + quoted(global.first_text, 80);
      finding.message += ". " + consequence(global);
    }
    findings.add(std::move(finding));
  }
  if (others > 0) {
    findings.add({Severity::kDanger, "pickle-globals",
                  "The pickle names still more functions and classes, which are not shown here.", where, others});
  }
  return reported > 0;
}

void report_opcodes(const PickleEvents& events, const std::string& where, Findings& findings) {
  std::string names;
  for (std::size_t byte = 0; byte < events.opcodes.size(); ++byte) {
    const auto* const opcode = find_opcode(static_cast<std::uint8_t>(byte));
    if (!events.opcodes[byte] || opcode == nullptr || opcode->weights_only) continue;
    if (!names.empty()) names += ", ";
    names += opcode->name;
  }
  if (names.empty()) return;
  findings.note("pickle-opcode", "PyTorch's loader for weights only refuses the pickle's instructions " + names + ".",
                where);
}

}  // namespace

bool report_events(const PickleEvents& events, PickleDialect dialect, const std::string& where, Findings& findings) {
  bool is_code = report_globals(events, dialect, where, findings);
  const auto danger = [&](std::uint64_t count, std::string_view code, std::string message) {
    if (count == 0) return;
    is_code = true;
    findings.add({Severity::kDanger, std::string{code}, std::move(message), where, count});
  };
  danger(events.computed_calls, "pickle-computed-call",
         "The pickle calls what an earlier step gave it; what that is shows only when it is loaded.");
  danger(events.computed_names, "pickle-computed-global",
         "The pickle imports by a name that it computes; which one shows only when it is loaded.");
  danger(events.foreign_changes, "pickle-foreign-change",
         "The pickle changes something that it did not make itself, such as a class or a module.");
  danger(events.extensions, "pickle-extension",
         "The pickle asks for objects by number; only the registry of the loading program knows which.");
  if (events.outside_buffers > 0) {
    findings.add({Severity::kWarning, "pickle-buffer", "The pickle expects data that are not in this file.", where,
                  events.outside_buffers});
  }
  report_opcodes(events, where, findings);
  return is_code;
}

void report_end(const Pickle& pickle, const std::string& where, Findings& findings) {
  if (pickle.end == PickleEnd::kStopped) return;
  const std::string at = " at byte " + std::to_string(pickle.position) + ".";
  if (pickle.end == PickleEnd::kTooLarge) {
    findings.malformed("pickle-limit", "The pickle " + pickle.complaint + ", and was given up" + at, where);
    return;
  }
  findings.malformed("pickle-broken",
                     "The pickle " + pickle.complaint + at +
                         " A loader carries out everything before that place, and only then fails.",
                     where);
}

}  // namespace weighhouse::formats::detail
