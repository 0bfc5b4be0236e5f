#include "services/aliases.h"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

namespace weighhouse::services {

using registry::Alias;
using registry::Event;
using registry::Model;
using registry::ModelRef;
using registry::Transaction;
using registry::VersionNumber;
using registry::VersionWord;

namespace {

constexpr const char* kMoved = "alias.moved";
constexpr const char* kRolledBack = "alias.rolled_back";
constexpr std::size_t kHistoryPage = 200;

// What an event of a move tells of the alias: where it pointed afterwards, and before.
std::optional<VersionNumber> number_at(const Event& event, std::string_view key) {
  boost::json::error_code error;
  const auto details = boost::json::parse(event.details, error);
  if (error || !details.is_object()) return std::nullopt;
  const auto* value = details.get_object().if_contains(key);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return VersionNumber{value->get_int64()};
}

// Whether the alias moved because the version it had stood on came back from the trash.
bool brought_back(const Event& event) {
  boost::json::error_code error;
  const auto details = boost::json::parse(event.details, error);
  if (error || !details.is_object()) return false;
  const auto* with_trash = details.get_object().if_contains("with_trash");
  const auto* reason = details.get_object().if_contains("reason");
  return with_trash != nullptr && reason != nullptr && *reason == "restored";
}

std::string details_of(std::optional<VersionNumber> from, VersionNumber to, const std::string& reason,
                       const std::vector<GateFinding>& gates = {}) {
  boost::json::object details{{"from", nullptr}, {"to", to.value()}};
  if (from) details["from"] = from->value();
  if (!reason.empty()) details["reason"] = reason;
  boost::json::array held;
  for (const auto& gate : gates) held.push_back(boost::json::object{{"rule", gate.rule}, {"found", gate.found}});
  if (!held.empty()) details["gates"] = std::move(held);
  return boost::json::serialize(details);
}

// The alias as its last event at or before `at` left it.
Result<std::optional<Alias>> find_at(Transaction& rows, const Model& model, const VersionWord& name, Timestamp at) {
  const auto events = TRY(rows.list_events({.model = model.id,
                                            .action = "alias.*",
                                            .subject = name.text(),
                                            .before = at + std::chrono::microseconds{1},
                                            .length = 1}));
  if (events.empty()) return std::optional<Alias>{};
  const auto to = number_at(events[0], "to");
  if (!to) return std::optional<Alias>{};
  return std::optional<Alias>{
      Alias{.name = name, .number = *to, .moved_at = events[0].at, .moved_by = events[0].actor}};
}

tl::unexpected<Error> changed(const Model& model, const VersionWord& name, const std::optional<Alias>& now) {
  const std::string state = now ? "points at version " + std::to_string(now->number.value()) : "does not exist";
  return fail(ErrorCode::kFailedPrecondition,
              "The alias \"" + name.text() + "\" of \"" + model.reference() + "\" is not as you expected: it " + state +
                  ". Read it again, then repeat your change.",
              {{"reason", std::string{"changed"}}});
}

Result<> refuse_changed(const Model& model, const VersionWord& name, const std::optional<Alias>& now,
                        std::optional<std::int64_t> expected_revision) {
  if (expected_revision && (!now || now->revision != *expected_revision)) return changed(model, name, now);
  return {};
}

// Once more, on the rows as they are now: what was judged before may have changed.
Result<std::vector<GateFinding>> pass_gates(Transaction& rows, const Found& found, const VersionWord& alias,
                                            const LowerBounds& bounds) {
  std::vector<EvaluationPair> missing;
  auto findings = TRY(judge_gates(rows, found.model, alias, found.version.number, bounds, missing));
  TRY(require_gates(found.model, alias, found.version.number, findings));
  return findings;
}

}  // namespace

// The functions below ask for the time inside their transaction: what waits for another one happens after it,
// and its event must say so, or the past would be told in another order than it happened.

Result<std::vector<Alias>> Aliases::list(const Caller& caller, const ModelRef& ref, std::optional<Timestamp> at) const {
  using List = std::vector<Alias>;
  return metadata_.read_value<List>([&](Transaction& rows) -> Result<List> {
    const auto model = TRY(visible_model(rows, caller, ref));
    List aliases;
    if (!at) {
      if (const auto current = TRY(rows.find_alias(model.id, VersionWord::current()))) aliases.push_back(*current);
      for (auto& alias : TRY(rows.list_aliases(model.id))) aliases.push_back(std::move(alias));
      return aliases;
    }
    std::set<std::string> names;
    registry::EventQuery query{
        .model = model.id, .action = "alias.*", .before = *at + std::chrono::microseconds{1}, .length = kHistoryPage};
    for (;;) {
      const auto events = TRY(rows.list_events(query));
      for (const auto& event : events) {
        if (!names.insert(event.subject).second) continue;
        const auto to = number_at(event, "to");
        const auto name = VersionWord::parse(event.subject);
        if (to && name)
          aliases.push_back({.name = *name, .number = *to, .moved_at = event.at, .moved_by = event.actor});
      }
      if (events.size() < kHistoryPage) break;
      query.before_sequence = events.back().sequence;
    }
    std::sort(aliases.begin(), aliases.end(), [](const Alias& a, const Alias& b) {
      const bool a_first = a.name == VersionWord::current();
      const bool b_first = b.name == VersionWord::current();
      return a_first != b_first ? a_first : a.name < b.name;
    });
    return aliases;
  });
}

Result<std::optional<Alias>> Aliases::find(const Caller& caller, const ModelRef& ref, const VersionWord& alias,
                                           std::optional<Timestamp> at) const {
  using Maybe = std::optional<Alias>;
  return metadata_.read_value<Maybe>([&](Transaction& rows) -> Result<Maybe> {
    const auto model = TRY(visible_model(rows, caller, ref));
    if (at) return find_at(rows, model, alias, *at);
    return rows.find_alias(model.id, alias);
  });
}

Result<Alias> Aliases::put(const Caller& caller, const ModelRef& ref, const VersionWord& name, const AliasMove& move) {
  const auto judgement = TRY(gates_.judge(caller, ref, name, move.to));
  return metadata_.transact_value<Alias>([&](Transaction& rows) -> Result<Alias> {
    const Timestamp now = clock_.now();
    const auto found = TRY(find_version(rows, caller, ref, move.to));
    const auto before = TRY(rows.find_alias(found.model.id, name));
    if (move.should_exist && *move.should_exist != before.has_value()) return changed(found.model, name, before);
    TRY(refuse_changed(found.model, name, before, move.expected_revision));
    Alias alias{.name = name,
                .number = found.version.number,
                .held = move.held.value_or(before && before->held),
                .moved_at = now,
                .moved_by = caller.identity.name};
    const bool same_target = before && before->number == alias.number;
    if (same_target && before->held == alias.held) return *before;
    if (same_target) {
      alias.moved_at = before->moved_at;
      alias.moved_by = before->moved_by;
    }
    std::vector<GateFinding> gates;
    if (!same_target) gates = TRY(pass_gates(rows, found, name, judgement.bounds));
    TRY(rows.put_alias(found.model.id, alias));
    const auto from = before ? std::optional{before->number} : std::nullopt;
    TRY(record(rows, caller, now,
               {.action = same_target ? (alias.held ? "alias.held" : "alias.released") : kMoved,
                .model = &found.model,
                .version = alias.number,
                .subject = name.text(),
                .details = details_of(from, alias.number, move.reason, gates)}));
    return TRY(rows.find_alias(found.model.id, name)).value();
  });
}

Result<> Aliases::remove(const Caller& caller, const ModelRef& ref, const VersionWord& name,
                         std::optional<std::int64_t> expected_revision) {
  if (name == VersionWord::current()) {
    return fail(ErrorCode::kInvalidArgument,
                "\"current\" is always there: it is what the bare name means. Move it instead.");
  }
  return metadata_.transact([&](Transaction& rows) -> Result<> {
    const Timestamp now = clock_.now();
    const auto model = TRY(visible_model(rows, caller, ref));
    const auto before = TRY(rows.find_alias(model.id, name));
    if (!before)
      return fail(ErrorCode::kNotFound, "\"" + model.reference() + "\" has no alias \"" + name.text() + "\".");
    TRY(refuse_changed(model, name, before, expected_revision));
    TRY(rows.remove_alias(model.id, name));
    return record(rows, caller, now,
                  {.action = "alias.removed",
                   .model = &model,
                   .version = before->number,
                   .subject = name.text(),
                   .details = "{\"from\":" + std::to_string(before->number.value()) + ",\"to\":null}"});
  });
}

// A restored version took `current` back with it, which undid the moves since its deletion.
//
// A rollback after a rollback goes further back, not to and fro: moves that were rolled back count as if
// they had never been. Walking from the newest event, each rollback cancels the nearest earlier move.
Result<Alias> Aliases::rollback(const Caller& caller, const ModelRef& ref, const VersionWord& name) {
  return metadata_.transact_value<Alias>([&](Transaction& rows) -> Result<Alias> {
    const Timestamp now = clock_.now();
    const auto model = TRY(visible_model(rows, caller, ref));
    const auto before = TRY(rows.find_alias(model.id, name));
    if (!before)
      return fail(ErrorCode::kNotFound, "\"" + model.reference() + "\" has no alias \"" + name.text() + "\".");

    std::optional<VersionNumber> target;
    std::size_t cancelled = 0;
    std::optional<VersionNumber> undone_since;  // the deletion that took the alias off this version
    bool looked = false;
    registry::EventQuery query{.model = model.id, .action = "alias.*", .subject = name.text(), .length = kHistoryPage};
    while (!looked) {
      const auto events = TRY(rows.list_events(query));
      for (const auto& event : events) {
        if (event.action == kRolledBack) ++cancelled;
        if (event.action != kMoved) continue;
        const auto from = number_at(event, "from");
        if (undone_since) {
          if (from == undone_since) undone_since.reset();
          continue;
        }
        if (brought_back(event)) {
          undone_since = number_at(event, "to");
          continue;
        }
        if (cancelled > 0) {
          --cancelled;
          continue;
        }
        target = from;
        looked = true;
        break;
      }
      if (events.size() < kHistoryPage) looked = true;
      if (!events.empty()) query.before_sequence = events.back().sequence;
    }
    if (!target) {
      return fail(ErrorCode::kFailedPrecondition,
                  "\"" + name.text() + "\" of \"" + model.reference() + "\" has no earlier target to return to.");
    }
    if (const auto version = TRY(rows.find_version(model.id, *target)); !version) {
      return fail(ErrorCode::kFailedPrecondition,
                  "\"" + name.text() + "\" pointed at version " + std::to_string(target->value()) + " of \"" +
                      model.reference() +
                      "\", which is deleted. Restore it from the trash first, or point the alias at another version.");
    }
    TRY(rows.put_alias(
        model.id,
        {.name = name, .number = *target, .held = before->held, .moved_at = now, .moved_by = caller.identity.name}));
    TRY(record(rows, caller, now,
               {.action = kRolledBack,
                .model = &model,
                .version = *target,
                .subject = name.text(),
                .details = details_of(before->number, *target, {})}));
    return TRY(rows.find_alias(model.id, name)).value();
  });
}

}  // namespace weighhouse::services
