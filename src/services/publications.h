#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "registry/metadata_store.h"
#include "registry/publication.h"
#include "registry/source.h"
#include "services/caller.h"
#include "services/signing.h"
#include "services/update_manifest.h"

namespace weighhouse::services {

struct NewPublication {
  std::string channel{"stable"};
  std::string description{};
  std::vector<std::string> improvements{};
  int percentage = 100;
  std::string minimum_client{};
  std::string offered_as{};  // empty: as before, else the model's name
};

// Who asks for updates, as far as it says so.
struct UpdateClient {
  std::string id{};       // decides whether a publication for some of the clients is for this one
  std::string version{};  // of its program; empty counts as older than any
};

// A manifest as one client sees it.
struct ManifestText {
  std::string text;
  Digest digest;
  std::int64_t serial = 0;
};

// Offers versions to others. Nothing is offered that nobody published, and what is in trash is not, until it is back.
class Publications {
 public:
  Publications(registry::MetadataStore& metadata, const Clock& clock, std::string key_path)
      : metadata_(metadata), clock_(clock), key_path_(std::move(key_path)) {}

  // Replaces what was said of the version in that channel. kAlreadyExists when another model is offered under the name.
  Result<registry::Offer> publish(const Caller& caller, const registry::Reference& reference,
                                  const NewPublication& publication);
  Result<> withdraw(const Caller& caller, const registry::Reference& reference, std::string_view channel);
  // Those that this caller may see; of every channel where none is given.
  Result<std::vector<registry::Offer>> list(const Caller& caller, std::string_view channel) const;

  // What anyone may ask. The newest publication of each model that is meant for this client.
  Result<ManifestText> manifest(const std::string& channel, const UpdateClient& client);
  // Good for two weeks from the day it is asked for.
  Result<ManifestSignature> sign(const std::string& channel, const ManifestText& manifest);
  Result<registry::Offer> get(std::string_view channel, std::string_view id, std::string_view version) const;
  Result<UpdateInfo> info(const registry::Offer& offer);
  // All of its version, in no order. Asked for once with each file that is fetched: the last few lists are kept.
  using Files = std::shared_ptr<const std::vector<registry::File>>;
  Result<Files> files(const registry::Offer& offer);
  Result<std::string> public_key();

 private:
  struct Standing {  // of a channel
    std::vector<registry::Offer> offers;
    std::int64_t serial = 0;
    bool for_everyone = false;           // so that all clients see the same
    std::optional<ManifestText> text{};  // then
  };
  Result<std::shared_ptr<const Standing>> standing(const std::string& channel);
  Result<std::int64_t> serial_of(const std::string& channel, const Digest& digest);
  Result<SigningKey> key();

  registry::MetadataStore& metadata_;
  const Clock& clock_;
  const std::string key_path_;

  struct Cached {
    std::string channel;
    Timestamp at;
    std::shared_ptr<const Standing> standing;
  };
  Guarded<std::vector<Cached>> cache_{};
  struct ListedFiles {  // of a version, which never change
    registry::ModelId model;
    registry::VersionNumber number;
    Files files;
  };
  Guarded<std::vector<ListedFiles>> listed_{};
  Guarded<std::optional<SigningKey>> key_{};
};

// Whether a publication for `percentage` of the clients is for this one: the same answer every time, and whoever is
// among 10 % is among 20 %.
bool is_among(std::string_view client_id, std::string_view offered_as, std::int64_t version, int percentage);
// "1.10.0" is newer than "1.9"; what is no number counts as 0.
bool is_at_least(std::string_view version, std::string_view least);

}  // namespace weighhouse::services
