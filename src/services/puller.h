#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "registry/metadata_store.h"
#include "registry/source.h"
#include "services/job_runner.h"
#include "services/publisher.h"
#include "services/remote.h"

namespace weighhouse::services {

class Fetcher;

inline constexpr std::string_view kDownloadJob = "download";

// What to bring from where.
struct PullOrder {
  std::string source;
  std::string id;                      // as the source calls it
  std::string version{};               // empty: the newest
  std::vector<std::string> include{};  // patterns of paths, "*.gguf"; empty: all
  std::vector<std::string> exclude{};
  std::string as{};  // the model it becomes a version of; empty: the source's name for it
  registry::UpdatePolicy policy = registry::UpdatePolicy::kApply;
  bool in_library = false;
};

// Brings versions from sources: each a job, that goes on where it stopped.
class Puller {
 public:
  Puller(registry::MetadataStore& metadata, Remotes& remotes, Fetcher& fetcher, Publisher& publisher, JobRunner& jobs,
         const Clock& clock, std::string program_version)
      : metadata_(metadata),
        remotes_(remotes),
        fetcher_(fetcher),
        publisher_(publisher),
        jobs_(jobs),
        clock_(clock),
        version_(std::move(program_version)) {}

  // From here on jobs that are not over are under way in this process: a server's own, or those it took up. Without it
  // they may be what a command left behind that was killed.
  void share_jobs() { shares_jobs_ = true; }

  // A job that is under way and brings the same is given instead of a second one.
  Result<jobs::Job> submit(const Caller& caller, const PullOrder& order);
  // The work of the job. Result: {"reference", "version", "remote_version", "fetched_bytes", "reused_bytes", "new"}.
  Result<JobOutcome> run(const Caller& caller, const std::string& parameters, JobControl& control);

 private:
  Result<registry::ModelRef> target_of(const registry::Source& source, const PullOrder& order) const;

  registry::MetadataStore& metadata_;
  Remotes& remotes_;
  Fetcher& fetcher_;
  Publisher& publisher_;
  JobRunner& jobs_;
  const Clock& clock_;
  const std::string version_;
  bool shares_jobs_ = false;
};

// Where versions that a source brought say that they come from.
std::string origin_of(std::string_view source, std::string_view id);
// The name by which sources know this installation when a publication is for some of the clients only. Made at first
// use, and says nothing else.
Result<std::string> client_id(registry::MetadataStore& metadata, const Clock& clock);
// "*" stands for any run of characters, "/" among them, and "?" for one.
bool matches_pattern(std::string_view path, std::string_view pattern);

}  // namespace weighhouse::services
