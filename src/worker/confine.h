#pragma once

#include <optional>
#include <string>

namespace weighhouse::worker {

// From here on no thread of this process opens a socket, starts a program or another process, looks into or signals
// another one, mounts, or gains rights: a filter of system calls (seccomp). Before anything from outside is read.
// Why not, where the system does not allow it.
std::optional<std::string> confine();

}  // namespace weighhouse::worker
