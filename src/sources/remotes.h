#pragma once

#include "base/time.h"
#include "services/assortment.h"
#include "sources/kept_pages.h"
#include "sources/web.h"

namespace weighhouse::sources {

// The right way to speak to each kind of source.
class Outside final : public services::Remotes {
 public:
  // `variable` tells what the environment says of caches, mirrors and tokens, `library` is the folder whose checkout
  // may keep files, too, and `lists` one of our own for lists that need not come twice.
  Outside(const Clock& clock, const services::Assortment& assortment, WebOptions options, services::Variable variable,
          std::string library, std::string lists)
      : clock_(clock),
        assortment_(assortment),
        options_(std::move(options)),
        variable_(std::move(variable)),
        library_(std::move(library)),
        lists_(std::move(lists)) {}

  Result<std::unique_ptr<services::Remote>> open(const registry::Source& source,
                                                 const services::UpdateClient& client) override;

 private:
  Result<std::unique_ptr<services::Remote>> open_far(const registry::Source& source,
                                                     const services::UpdateClient& client);
  std::string hub_endpoint() const;
  // Of what a source asks of those who come.
  std::unique_ptr<Web> web_with_token(const std::string& token) const;

  const Clock& clock_;
  const services::Assortment& assortment_;
  const WebOptions options_;
  const services::Variable variable_;
  const std::string library_;
  const KeptPages lists_;
};

}  // namespace weighhouse::sources
