#include "store/refused.h"

namespace weighhouse::store {

std::unique_ptr<RandomAccess> take_refused(UploadSession& session) {
  auto* shows = dynamic_cast<ShowsRefused*>(&session);
  return shows == nullptr ? nullptr : shows->take_refused();
}

}  // namespace weighhouse::store
