#pragma once

#include "base/time.h"
#include "services/assortment.h"
#include "sources/web.h"

namespace weighhouse::sources {

// The right way to speak to each kind of source.
class Outside final : public services::Remotes {
 public:
  // `variable` tells what the environment says of caches and mirrors.
  Outside(const Clock& clock, const services::Assortment& assortment, WebOptions options, services::Variable variable)
      : clock_(clock), assortment_(assortment), options_(std::move(options)), variable_(std::move(variable)) {}

  Result<std::unique_ptr<services::Remote>> open(const registry::Source& source,
                                                 const services::UpdateClient& client) override;

 private:
  std::string hub_endpoint() const;

  const Clock& clock_;
  const services::Assortment& assortment_;
  const WebOptions options_;
  const services::Variable variable_;
};

}  // namespace weighhouse::sources
