#pragma once

#include <memory>

#include "client/transport.h"
#include "house.h"

namespace weighhouse::app {

// Carries a command's requests to the application in this very process, for a home that no server holds.
// Jobs run in the foreground, before the reply that submitted them is read on.
std::unique_ptr<client::Transport> in_process_transport(std::unique_ptr<House> house);

}  // namespace weighhouse::app
