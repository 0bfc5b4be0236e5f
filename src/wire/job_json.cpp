#include "wire/job_json.h"

#include "wire/registry_json.h"

namespace weighhouse::wire {
namespace json = boost::json;

json::object to_json(const jobs::Job& job) {
  const auto time = [](const std::optional<Timestamp>& at) {
    return at ? json::value(at->to_string()) : json::value(nullptr);
  };
  json::object object{{"job_id", job.id},
                      {"kind", job.kind},
                      {"state", to_string(job.state)},
                      {"phase", job.phase},
                      {"progress", job.progress},
                      {"message", job.message},
                      {"parameters", object_of(job.parameters)},
                      {"created_by", job.created_by},
                      {"created_at", job.created_at.to_string()},
                      {"started_at", time(job.started_at)},
                      {"finished_at", time(job.finished_at)}};
  if (job.error) object["error"] = json::object{{"error", to_string(*job.error)}, {"message", job.message}};
  if (job.state == jobs::State::kCompleted) object["result"] = object_of(job.result);
  return object;
}

}  // namespace weighhouse::wire
