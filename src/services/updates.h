#pragma once

#include <optional>
#include <string>
#include <vector>

#include "registry/metadata_store.h"
#include "registry/source.h"
#include "services/caller.h"
#include "services/job_runner.h"
#include "services/puller.h"
#include "services/remote.h"

namespace weighhouse::services {

// A version at a source that is newer than what came from there.
struct Update {
  std::string source;
  std::string id;                        // as the source calls it
  std::optional<std::string> current{};  // the source's number of what is here; absent: nothing is
  std::string available;
  std::optional<std::uint64_t> size_bytes{};
  std::vector<std::string> improvements{};
  std::string description{};
  registry::UpdatePolicy policy = registry::UpdatePolicy::kNotify;
};

struct Checked {
  std::vector<Update> updates;
  struct Failure {
    std::string source;
    Error error;
  };
  std::vector<Failure> failures;  // one source that fails keeps nobody from the others
};

// Asks sources for newer versions and has them brought.
class Updates {
 public:
  Updates(registry::MetadataStore& metadata, Remotes& remotes, Puller& puller, const Clock& clock,
          std::string program_version)
      : metadata_(metadata), remotes_(remotes), puller_(puller), clock_(clock), version_(std::move(program_version)) {}

  // Asks every source that has a list, or one. What is found is kept for `known`.
  Result<Checked> check(const std::optional<std::string>& source);
  // What the last checks found and is still news.
  Result<Checked> known() const;
  // Has updates brought and made current: all that are known, or those of a model, named as the source calls it or
  // `source:id`; one that is here already and is not current, too, when it is named. kNotFound when there is none of
  // that name.
  Result<std::vector<jobs::Job>> apply(const Caller& caller, const std::string& name);

  // Checks the sources whose time has come and does what the policies say. For whoever keeps the time.
  Result<> keep_up();

 private:
  // Whether a source without a list is asked for it all the same, and says that it has none.
  enum class Insist : bool { kNo, kYes };
  Result<std::vector<Update>> check_one(const registry::Source& source, Insist insist);
  Result<std::vector<Update>> compare(const registry::Source& source, const std::vector<RemoteOffer>& offers) const;
  Result<std::vector<Update>> waiting(const std::string& name) const;
  Result<registry::Source> note(const std::string& name, const std::function<void(registry::Source&)>& change);

  registry::MetadataStore& metadata_;
  Remotes& remotes_;
  Puller& puller_;
  const Clock& clock_;
  const std::string version_;
};

}  // namespace weighhouse::services
