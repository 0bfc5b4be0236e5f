#pragma once

#include "http/routes/sharing.h"
#include "http/testing/routes_fixture.h"
#include "services/assortment.h"
#include "services/fetcher.h"
#include "services/publications.h"
#include "services/puller.h"
#include "services/shared_tensors.h"
#include "services/sources.h"
#include "services/testing/scripted_remote.h"
#include "services/updates.h"

namespace weighhouse::http {

// What goes to others and comes from elsewhere, with a source in memory.
class SharingFixture : public RoutesFixture {
 protected:
  services::Publications publications{*metadata, clock, join_path(directory.path(), "update.key")};
  services::ScriptedRemotes remotes;
  services::Sources sources{*metadata, remotes, clock};
  services::SharedTensors tensors{blobs};
  services::Fetcher fetcher{intake, {}, [] { return std::uint64_t{1} << 40U; }};
  services::Puller puller{*metadata, remotes, fetcher, publisher, jobs, clock, "1.0"};
  services::Updates updates{*metadata, remotes, puller, clock, "1.0"};
  services::Assortment assortment{R"({"models":[]})", join_path(directory.path(), "catalog.json")};
  SharingContext sharing{publications, sources, updates, puller, assortment, tensors};
};

}  // namespace weighhouse::http
