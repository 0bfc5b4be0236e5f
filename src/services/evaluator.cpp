#include "services/evaluator.h"

#include <boost/json.hpp>

#include "base/id.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "services/detail/work_files.h"
#include "services/encoders.h"

namespace weighhouse::services {
namespace json = boost::json;

using registry::Evaluation;
using registry::File;
using registry::Metric;
using registry::Transaction;

namespace {

constexpr std::string_view kPredictions = "predictions.jsonl";
constexpr std::size_t kLargestPredictions = std::size_t{512} << 20U;

// What is measured on texts that a version was trained on is memory. A few of them move no figure by much.
constexpr double kMostOverlap = 0.02;

bool is_of_unseen_texts(const json::object& summary) {
  return number_at(object_at(summary, "overlap"), "share").value_or(0) <= kMostOverlap;
}

// Figures of the whole stand where lists and filters find them, those of a class beside them; those that are mostly
// memory only with their evaluation.
std::vector<Metric> metrics_of(const json::object& summary, const std::string& evaluation, Timestamp now) {
  std::vector<Metric> metrics;
  const bool is_headline = is_of_unseen_texts(summary);
  const auto add = [&](const char* key, const char* name, const json::object& in, const std::string& class_name) {
    const auto value = number_at(in, key);
    if (!value) return;
    if (is_headline) metrics.push_back({.name = name, .value = *value, .class_name = class_name, .created_at = now});
    metrics.push_back(
        {.name = name, .value = *value, .class_name = class_name, .evaluation = evaluation, .created_at = now});
  };
  add("accuracy", "accuracy", summary, "");
  add("macro_f1", "f1", summary, "");
  add("macro_precision", "precision", summary, "");
  add("macro_recall", "recall", summary, "");
  add("calibration_error", "calibration_error", summary, "");
  for (const auto& item : list_at(summary, "classes")) {
    if (!item.is_object()) continue;
    const auto& one = item.get_object();
    const auto label = text_at(one, "label");
    for (const char* name : {"f1", "precision", "recall"}) add(name, name, one, label);
  }
  return metrics;
}

Result<Evaluator::View> view_of(Transaction& rows, const Caller& caller, std::string_view id) {
  const auto missing = [&] { return fail(ErrorCode::kNotFound, "There is no evaluation \"" + printable(id) + "\"."); };
  auto evaluation = TRY(rows.find_evaluation(id));
  if (!evaluation) return missing();
  auto model = TRY(rows.find_model_by_id(evaluation->model));
  if (!model || !caller.identity.may_touch(model->name_space.text())) return missing();
  return Evaluator::View{*std::move(evaluation), *std::move(model)};
}

}  // namespace

Result<jobs::Job> Evaluator::evaluate(const Caller& caller, const registry::ModelRef& ref,
                                      const std::optional<registry::VersionRef>& version, const Data& data) {
  const auto found =
      TRY(metadata_.read_value<Found>([&](Transaction& rows) { return find_version(rows, caller, ref, version); }));
  if (found.model.kind != registry::Kind::kTextClassifier) {
    return fail(ErrorCode::kFailedPrecondition, "\"" + found.model.reference() + "\" is a " +
                                                    std::string{to_string(found.model.kind)} +
                                                    ", which this server cannot weigh on texts.");
  }
  if (!TRY(intake_.find_known(caller, data.digest))) {
    const auto digest = data.digest.to_string();
    return fail(ErrorCode::kFailedPrecondition, "The data " + digest + " is not here. Upload it first.",
                {{"absent", {digest}}});
  }
  return jobs_.submit(caller, "evaluate",
                      json::serialize(json::object{{"model", found.model.reference()},
                                                   {"version", found.version.number.value()},
                                                   {"data_digest", data.digest.to_string()},
                                                   {"data_format", data.format},
                                                   {"data_name", data.name}}));
}

Result<JobOutcome> Evaluator::run(const Caller& caller, const std::string& text, JobControl& control) {
  const auto asked = object_of(text);
  const auto ref = TRY(registry::ModelRef::parse(text_at(asked, "model")));
  const registry::VersionRef number =
      registry::VersionNumber{static_cast<std::int64_t>(number_at(asked, "version").value_or(0))};
  const auto data = TRY(Digest::parse(text_at(asked, "data_digest")));
  std::vector<File> files;
  const auto found = TRY(metadata_.read_value<Found>([&](Transaction& rows) -> Result<Found> {
    auto one = TRY(find_version(rows, caller, ref, number));
    files = TRY(rows.list_files(one.model.id, one.version.number));
    return one;
  }));
  if (!TRY(intake_.find_known(caller, data))) {
    return fail(ErrorCode::kNotFound, "The data " + data.to_string() + " is not here any more. Upload it again.");
  }

  json::object parameters{{"kind", to_string(found.model.kind)}, {"data_format", text_at(asked, "data_format")}};
  WorkOrder order{.job = control.job_id(), .kind = "evaluate", .parameters = {}};
  order.inputs.push_back(TRY(open_for_work({metadata_, blobs_, clock_}, data, "data")));
  const std::string reference = found.model.reference(found.version.number);
  TRY(open_classifier_for_work({metadata_, blobs_, clock_}, files, reference, order.inputs));
  for (const File& file : files) {
    const auto format = training_format_of(file.path);
    if (!format) continue;
    order.inputs.push_back(TRY(open_for_work({metadata_, blobs_, clock_}, file.digest, "training_data")));
    parameters["training_format"] = *format;
  }
  order.parameters = json::serialize(parameters);
  auto made = TRY(work_.run(std::move(order), control));

  const Timestamp now = clock_.now();
  const auto summary = object_of(made.result);
  Evaluation evaluation{.id = new_ulid(now),
                        .model = found.model.id,
                        .number = found.version.number,
                        .data_name = text_at(asked, "data_name"),
                        .data = data,
                        .items = static_cast<std::int64_t>(number_at(summary, "items").value_or(0)),
                        .seconds = number_at(summary, "seconds").value_or(0),
                        .summary = made.result,
                        .created_at = now,
                        .created_by = caller.identity.name};
  for (auto& output : made.outputs) {
    if (output.name == kPredictions) evaluation.predictions = TRY(take_output(intake_, caller, std::move(output)));
  }
  const auto metrics = metrics_of(summary, evaluation.id, now);
  const auto model = found.model;
  return JobOutcome{JobOutcome::Write{[=](Transaction& rows) -> Result<std::string> {
    TRY(rows.add_evaluation(evaluation));
    TRY(rows.add_metrics(evaluation.model, evaluation.number, metrics));
    const std::vector<Digest> leased{evaluation.data, evaluation.predictions};
    TRY(rows.drop_leases(leased, caller.identity.name));
    TRY(record(rows, caller, now,
               {.action = "version.evaluated",
                .model = &model,
                .version = evaluation.number,
                .subject = evaluation.data_name,
                .details = json::serialize(json::object{{"evaluation", evaluation.id}})}));
    json::object result{{"evaluation", evaluation.id},
                        {"model", model.reference()},
                        {"version", evaluation.number.value()},
                        {"summary", summary}};
    return json::serialize(result);
  }}};
}

Result<Evaluator::View> Evaluator::get(const Caller& caller, std::string_view id) const {
  return metadata_.read_value<View>([&](Transaction& rows) { return view_of(rows, caller, id); });
}

// One row more than is shown tells whether there are more; the cursor is of the last row looked at, which need not be
// one that the caller may see.
Result<Evaluator::Listed> Evaluator::list(const Caller& caller, const Query& query) const {
  return metadata_.read_value<Listed>([&](Transaction& rows) -> Result<Listed> {
    registry::EvaluationQuery wanted{.data = query.data, .length = query.length + 1, .before_id = query.before_id};
    if (query.model && query.version) {
      const auto found = TRY(find_version(rows, caller, *query.model, query.version));
      wanted.model = found.model.id;
      wanted.number = found.version.number;
    } else if (query.model) {
      wanted.model = TRY(visible_model(rows, caller, *query.model)).id;
    }
    Listed listed;
    auto evaluations = TRY(rows.list_evaluations(wanted));
    if (evaluations.size() > query.length) {
      evaluations.resize(query.length);
      listed.next = evaluations.back().id;
    }
    for (auto& evaluation : evaluations) {
      auto model = TRY(rows.find_model_by_id(evaluation.model));
      if (model && caller.identity.may_touch(model->name_space.text())) {
        listed.views.push_back({std::move(evaluation), *std::move(model)});
      }
    }
    return listed;
  });
}

Result<> Evaluator::remove(const Caller& caller, std::string_view id) {
  return metadata_.transact([&](Transaction& rows) -> Result<> {
    const auto view = TRY(view_of(rows, caller, id));
    TRY(rows.remove_evaluation(id));
    return record(rows, caller, clock_.now(),
                  {.action = "evaluation.removed",
                   .model = &view.model,
                   .version = view.evaluation.number,
                   .subject = view.evaluation.data_name});
  });
}

Result<std::vector<Evaluator::Item>> Evaluator::items(const Caller& caller, std::string_view id) const {
  const auto view = TRY(get(caller, id));
  const auto bytes = TRY(blobs_.open(view.evaluation.predictions));
  const auto text = TRY(read_all(*bytes, kLargestPredictions));
  std::vector<Item> items;
  items.reserve(static_cast<std::size_t>(view.evaluation.items));
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto line = object_of(std::string_view{text}.substr(begin, end - begin));
    items.push_back({.text = text_at(line, "text"),
                     .label = text_at(line, "label"),
                     .predicted = text_at(line, "predicted"),
                     .score = number_at(line, "score").value_or(0)});
    begin = end + 1;
  }
  return items;
}

}  // namespace weighhouse::services
