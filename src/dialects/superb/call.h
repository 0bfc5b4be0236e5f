#pragma once

#include <boost/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "dialects/superb/arguments.h"
#include "dialects/superb/jobs.h"
#include "dialects/superb/links.h"
#include "graphql/engine.h"
#include "http/router.h"
#include "http/routes/context.h"
#include "services/caller.h"

namespace weighhouse::dialects::superb {

// What the resolvers of one request work with.
struct Call {
  http::RouteContext& context;
  const graphql::Engine& engine;
  const Links& links;
  Jobs& jobs;
  services::Caller caller;
  std::string base_url;
};

using graphql::PlannedField;
using Resolver = Result<boost::json::value> (*)(const Call& call, const PlannedField& asked);

// A field of Query or Mutation, and what a caller must hold to ask for it.
struct Entry {
  std::string_view field;
  http::Permission permission;
  Resolver resolve;
};

std::span<const Entry> dataset_entries();
std::span<const Entry> slice_entries();
std::span<const Entry> content_entries();
std::span<const Entry> model_entries();
std::span<const Entry> report_entries();
std::span<const Entry> data_entries();
std::span<const Entry> job_entries();

// `length` and `cursor` of a list: 10 where the client says nothing, and at most 100.
struct PageWish {
  std::size_t length = 10;
  std::string cursor{};
};
Result<PageWish> page_of(const Arguments& arguments);
boost::json::value next_of(const std::string& cursor);

// The thing a lookup names by its id or its name.
Result<std::string> word_of(const Arguments& arguments, std::string_view what,
                            std::initializer_list<const char*> names);

}  // namespace weighhouse::dialects::superb
