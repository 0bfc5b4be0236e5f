#include <algorithm>
#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/model_table.h"
#include "cli/context.h"
#include "cli/format.h"

namespace weighhouse::cli {
namespace {

using client::Object;

constexpr std::int64_t kLongestPage = 1000;
constexpr std::uint64_t kVersionsShown = 10;

// --all walks the pages; its JSON is one page that holds them all.
Result<Object> list_all(const client::Client& api, client::ModelQuery query) {
  boost::json::array models;
  query.page.length = kLongestPage;
  TRY(client::for_each_item(
      "models",
      [&](const std::string& cursor) {
        query.page.cursor = cursor;
        return api.list_models(query);
      },
      [&](const Object& model) {
        models.push_back(model);
        return true;
      }));
  const std::size_t total = models.size();
  return Object{{"models", std::move(models)}, {"total", total}, {"next_cursor", nullptr}};
}

std::string nothing_listed(const client::ModelQuery& query) {
  const bool narrowed = !query.filter.empty() || !query.search.empty();
  if (query.type == "default" && !narrowed)
    return "Nothing is in `default`, where the models that ship with Weighhouse are. Yours are in `custom`.";
  return narrowed || !query.type.empty() ? "No model is like that."
                                         : "No models yet. `weigh import FILE` takes one in.";
}

Result<> list(Context& context, const Arguments& arguments) {
  client::ModelQuery query{
      .filter = arguments.find("filter").value_or(""),
      .order_by = arguments.find("order").value_or(""),
      .type = arguments.find("type").value_or(""),
      .search = arguments.find("search").value_or(""),
      .page = {.cursor = arguments.find("cursor").value_or("")},
  };
  const auto length = TRY(arguments.find_integer("length", 1, kLongestPage));
  query.page.length = static_cast<std::uint64_t>(length.value_or(100));
  const auto columns = TRY(parse_model_columns(arguments.find("columns").value_or("")));

  const auto api = TRY(context.connect());
  const Object page = TRY(arguments.has("all") ? list_all(api, query) : api.list_models(query));
  if (context.wants_json()) {
    context.print_json(page);
    return {};
  }
  const auto& models = list_at(page, "models");
  if (models.empty()) {
    context.say(nothing_listed(query));
    return {};
  }
  context.print(model_table(models, columns));
  if (!text_at(page, "next_cursor").empty()) {
    context.note(fmt::format("{} shown; --all shows every one, --cursor {} goes on.",
                             format_plural(models.size(), "model", "models"), text_at(page, "next_cursor")));
  }
  return {};
}

Result<> show_version(Context& context, const client::Client& api, const registry::Reference& reference) {
  const Object version = TRY(api.get_version(reference));
  if (context.wants_json()) {
    context.print_json(version);
    return {};
  }
  context.print_text(version_fields(version).render());
  context.say("");
  context.print(file_table(list_at(version, "files")));
  return {};
}

Result<> show(Context& context, const Arguments& arguments) {
  const auto reference = TRY(registry::Reference::parse(arguments.get("REF")));
  const auto api = TRY(context.connect());
  if (reference.version) return show_version(context, api, reference);
  const Object model = TRY(api.get_model(reference.model));
  if (context.wants_json()) {
    context.print_json(model);
    return {};
  }
  context.print_text(model_fields(model).render());
  const Object versions = TRY(api.list_versions(reference.model, {.length = kVersionsShown}));
  if (list_at(versions, "versions").empty()) return {};
  context.say("");
  context.print(version_table(list_at(versions, "versions")));
  if (!text_at(versions, "next_cursor").empty()) {
    context.note(fmt::format("The newest {} are shown; `weigh versions` lists them all.", kVersionsShown));
  }
  return {};
}

Result<> versions(Context& context, const Arguments& arguments) {
  const auto model = TRY(registry::ModelRef::parse(arguments.get("NAME")));
  const auto api = TRY(context.connect());
  boost::json::array all;
  TRY(client::for_each_item(
      "versions",
      [&](const std::string& cursor) { return api.list_versions(model, {.length = kLongestPage, .cursor = cursor}); },
      [&](const Object& version) {
        all.push_back(version);
        return true;
      }));
  if (context.wants_json()) {
    const std::size_t total = all.size();
    context.print_json(Object{{"versions", std::move(all)}, {"total", total}, {"next_cursor", nullptr}});
    return {};
  }
  if (all.empty()) {
    context.say(fmt::format("{} has no version yet.", model.to_string()));
    return {};
  }
  context.print(version_table(all));
  return {};
}

}  // namespace

std::vector<Command> model_commands() {
  return {
      {
          "list",
          "the models that are here",
          "  weigh list --filter \"kind = 'wake-word' AND metric.f1 >= 0.9\" --order=-metric.f1\n"
          "  weigh list --columns name,current,metric.f1,alias.production",
          {},
          {
              {"-f,--filter", "TEXT", "kind = 'detector' AND tag.team = 'vision' AND created_at >= 2026-01-01"},
              {"-s,--search", "TEXT", "text found anywhere in a name"},
              {"-t,--type",
               "TYPE",
               "what ships with the program, or what was added",
               false,
               {"all", "custom", "default"}},
              {"-o,--order", "KEYS", "name, --order=-created_at, \"metric.f1 DESC, name\""},
              {"-n,--length", "N", "at most so many (100 unless told otherwise)"},
              {"-a,--all", "", "every one, however many"},
              {"--cursor", "CURSOR", "go on where a page ended"},
              {"-c,--columns", "NAMES",
               "name, kind, current, versions, size, created, updated, aliases, tags, type, metric.X, "
               "alias.X, tag.X"},
          },
          list,
      },
      {
          "show",
          "one model, or one version with its files",
          "  weigh show jarvis\n  weigh show jarvis@2\n  weigh show whisper/base@production",
          {{"REF", "a model or a version", Count::kOne, Completes::kModel}},
          {},
          show,
      },
      {
          "versions",
          "every version of a model, newest first",
          "",
          {{"NAME", "a model", Count::kOne, Completes::kModel}},
          {},
          versions,
      },
  };
}

}  // namespace weighhouse::cli
