#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "registry/model.h"

namespace weighhouse::registry {

// A version that this house offers to others, in one channel. Nothing is offered that nobody published.
struct Publication {
  ModelId model{};
  VersionNumber number{0};
  std::string channel{"stable"};
  std::string offered_as{};  // the name that others know the model by; one model's in all channels
  std::string description{};
  std::vector<std::string> improvements{};
  int percentage = 100;          // of the clients that it is offered to yet
  std::string minimum_client{};  // "0.2.0"; empty: any
  Timestamp published_at{};
  std::string published_by{};
};

// A publication with what a manifest says of its version. Only those whose version is there to be had.
struct Offer {
  Publication publication;
  std::string reference{};                              // namespace/name
  std::uint64_t size_bytes = 0;                         // of all files
  File weights{FilePath::parse("weights").take(), {}};  // the file that is offered as `{id}_v{version}.pt`
};

}  // namespace weighhouse::registry
