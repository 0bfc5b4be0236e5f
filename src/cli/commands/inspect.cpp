#include "formats/inspect.h"

#include <fmt/format.h>
#include <limits>

#include "base/bytes.h"
#include "base/file.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/file_walk.h"
#include "cli/commands/report_text.h"
#include "cli/commands/tensors_wanted.h"
#include "cli/context.h"
#include "formats/external_data.h"
#include "wire/report_json.h"

namespace weighhouse::cli {
namespace {

using client::Object;

// Our own eyes are enough for a file on this disk: no server and no home is asked.
Result<Object> inspect_file(const std::string& path, const std::string& name, std::uint64_t tensors,
                            const std::string& search) {
  const auto file = TRY(FileAccess::open(path));
  auto report = TRY(formats::inspect(file, name));
  formats::check_external_data(report, [&](const std::string& location) -> std::optional<std::uint64_t> {
    const auto slash = path.rfind('/');
    const auto info = stat_path(slash == std::string::npos ? location : path.substr(0, slash + 1) + location);
    return info && info->is_regular ? std::optional{info->size_bytes} : std::nullopt;
  });
  Object object = wire::to_json(report, tensors, search);
  object["path"] = name;
  object["size_bytes"] = file.size_bytes();
  return object;
}

Result<boost::json::array> inspect_local(const std::string& path, std::uint64_t tensors, const std::string& search) {
  boost::json::array reports;
  for (const auto& file : TRY(walk_files(path))) {
    reports.push_back(TRY(inspect_file(file.path, file.name, tensors, search)));
  }
  if (reports.empty()) return fail(ErrorCode::kNotFound, fmt::format("{} holds no file to inspect.", printable(path)));
  return reports;
}

// note 0, warning 1, danger 2.
std::size_t gravity(std::string_view severity) { return severity == "danger" ? 2 : severity == "warning" ? 1 : 0; }

// A file that contradicts itself or ends too early is as grave as a danger.
Result<> fail_on(const Object& reply, std::string_view bar) {
  for (const auto& value : list_at(reply, "reports")) {
    const Object& report = as_object(value);
    const std::string path = text_at(report, "path");
    if (text_at(report, "level") == "malformed") {
      return fail(ErrorCode::kFailedPrecondition, fmt::format("\"{}\" is malformed.", printable(path)));
    }
    for (const auto& finding : list_at(report, "findings")) {
      const Object& found = as_object(finding);
      const std::string severity = text_at(found, "severity");
      if (gravity(severity) < gravity(bar)) continue;
      return fail(ErrorCode::kFailedPrecondition,
                  fmt::format("\"{}\": {}: {}", printable(path), severity, text_at(found, "message")));
    }
  }
  return {};
}

Result<> inspect(Context& context, const Arguments& arguments) {
  const auto bar = arguments.find("fail-on");
  if (bar && *bar != "warning" && *bar != "danger") {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--fail-on is warning or danger, not \"{}\".", printable(*bar)));
  }
  const std::string& word = arguments.get("WHAT");
  const std::string search = arguments.find("search").value_or("");
  const std::uint64_t shown = TRY(tensors_wanted(arguments, kTensorsShown));
  const std::uint64_t asked = context.wants_json() ? TRY(tensors_wanted(arguments, 1000)) : shown;
  Object reply;
  if (path_exists(word)) {
    reply["reports"] = TRY(inspect_local(word, asked, search));
  } else {
    const auto reference = registry::Reference::parse(word);
    if (!reference) {
      return fail(reference.error().code, fmt::format("There is no file \"{}\", and as the name of a model: {}",
                                                      printable(word), reference.error().message));
    }
    const auto api = TRY(context.connect());
    auto seen =
        api.inspect(*reference, {.path = arguments.find("file").value_or(""), .tensors = asked, .search = search});
    if (!seen && seen.error().code == ErrorCode::kNotFound && !reference->version) {
      auto error = std::move(seen).error();
      error.message = fmt::format("There is no file \"{}\" here, and as a model: {}", printable(word), error.message);
      return fail(std::move(error));
    }
    reply = TRY(std::move(seen));
  }
  if (context.wants_json()) {
    context.print_json(reply);
    return bar ? fail_on(reply, *bar) : Result<>{};
  }
  bool first = true;
  for (const auto& report : list_at(reply, "reports")) {
    if (!first) context.say("");
    first = false;
    context.print_text(report_text(as_object(report), context.width(), shown));
  }
  return bar ? fail_on(reply, *bar) : Result<>{};
}

}  // namespace

std::vector<Command> inspect_commands() {
  return {{
      "inspect",
      "what is inside a file or a version: tensors, inputs, outputs, metadata, and what is suspicious",
      "Reads headers only and executes nothing. A word that names a file or folder of this disk means that; it needs "
      "no home.\n"
      "It says what it saw, and never that something is safe.\n\n"
      "  weigh inspect model.pt\n  weigh inspect jarvis@3 --tensors all\n  weigh inspect jarvis --search encoder\n"
      "  weigh inspect downloads/ --fail-on danger",
      {{"WHAT", "a file, a folder, a model or a version", Count::kOne, Completes::kFile}},
      {{"--tensors", "N", "list at most so many tensors a file, or `all` (20)"},
       {"--search", "TEXT", "only tensors whose name contains this"},
       {"--file", "PATH", "only this file of the version"},
       {"--fail-on", "SEVERITY", "exit with 4 on a finding that is a warning or a danger, and on a malformed file"}},
      inspect,
  }};
}

}  // namespace weighhouse::cli
