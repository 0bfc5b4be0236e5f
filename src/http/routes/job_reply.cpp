#include "http/routes/job_reply.h"

#include "http/routes/request.h"
#include "wire/job_json.h"

namespace weighhouse::http {

Response accepted(const jobs::Job& job) {
  auto response = reply(wire::to_json(job), 202);
  response.headers.set("Location", "/api/jobs/" + job.id);
  return response;
}

}  // namespace weighhouse::http
