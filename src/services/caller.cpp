#include "services/caller.h"

namespace weighhouse::services {

using registry::Model;
using registry::ModelRef;
using registry::Transaction;

Result<Model> visible_model(Transaction& rows, const Caller& caller, const ModelRef& ref) {
  auto model = TRY(rows.get_model(ref));
  if (!caller.identity.may_touch(model.name_space.text())) {
    return fail(ErrorCode::kNotFound, "There is no model \"" + ref.to_string() + "\".");
  }
  return model;
}

Result<> require_namespace(const Caller& caller, const registry::Namespace& name_space) {
  if (caller.identity.may_touch(name_space.text())) return {};
  return fail(ErrorCode::kPermissionDenied, "The token \"" + caller.identity.name + "\" is for the namespace \"" +
                                                caller.identity.namespace_pattern + "\", not for \"" +
                                                name_space.text() + "\".");
}

Result<Found> find_version(Transaction& rows, const Caller& caller, const ModelRef& ref,
                           const std::optional<registry::VersionRef>& version) {
  auto model = TRY(visible_model(rows, caller, ref));
  if (!version && !model.current) {
    return fail(ErrorCode::kFailedPrecondition,
                "\"" + ref.to_string() + "\" has no version yet. Publish one, for example with weigh import.");
  }
  auto found = TRY(rows.get_version(model, version ? *version : registry::VersionRef{*model.current}));
  return Found{std::move(model), std::move(found)};
}

Result<> record(Transaction& rows, const Caller& caller, Timestamp now, const Happening& happening) {
  registry::Event event{.at = now,
                        .actor = caller.identity.name,
                        .action = happening.action,
                        .version = happening.version,
                        .subject = happening.subject,
                        .details = happening.details,
                        .request_id = caller.request_id};
  if (happening.model != nullptr) event.model = happening.model->id;
  return rows.append_event(event);
}

}  // namespace weighhouse::services
