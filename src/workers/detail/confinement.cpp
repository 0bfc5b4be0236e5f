#include "workers/detail/confinement.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace weighhouse::workers {
namespace {

// As newer kernels have it: Debian 12's header ends with the first field. The kernel takes the size it knows.
struct Ruleset {
  std::uint64_t files;
  std::uint64_t network;
  std::uint64_t scopes;
};

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kTruncate = 1U << 14U;
constexpr std::uint64_t kOfOneFile =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate;
constexpr std::uint64_t kWrite = kRead | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REFER | kTruncate;

constexpr const char* kSystem[] = {
    "/usr",           "/lib",         "/lib64", "/etc/ld.so.cache",       "/etc/ld.so.preload",
    "/etc/localtime", "/dev/urandom", "/proc",  "/sys/devices/system/cpu"};

// What the kernel of each ABI can tell apart; it refuses names that it does not know.
std::uint64_t known_rights(long abi) {
  if (abi >= 3) return (1U << 15U) - 1;
  return abi == 2 ? (1U << 14U) - 1 : (1U << 13U) - 1;
}

Ruleset rules_of(long abi) {
  constexpr std::uint64_t kConnectAndBind = 3;
  constexpr std::uint64_t kAbstractSocketsAndSignals = 3;
  return {known_rights(abi), abi >= 4 ? kConnectAndBind : 0, abi >= 6 ? kAbstractSocketsAndSignals : 0};
}

std::size_t size_of_rules(long abi) { return abi >= 6 ? 24 : abi >= 4 ? 16 : 8; }

bool allow(int rules, int descriptor, std::uint64_t rights) {
  struct stat s{};
  if (::fstat(descriptor, &s) != 0) return false;
  const landlock_path_beneath_attr beneath{.allowed_access = S_ISDIR(s.st_mode) ? rights : rights & kOfOneFile,
                                           .parent_fd = descriptor};
  return ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
}

// What makes root more than other users: it may look into any process, whatever Landlock says, where no namespace of
// its own took that away. With no new privileges, starting a program does not bring it back.
void drop_capabilities() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3]{};
  ::syscall(SYS_capset, &header, none);
}

}  // namespace

Confinement Confinement::prepare(const std::vector<std::string>& readable, int writable) {
  Confinement confinement;
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return confinement;
  const Ruleset rules = rules_of(abi);
  FileDescriptor made{static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, size_of_rules(abi), 0))};
  if (!made) return confinement;

  std::vector<std::string> paths{std::begin(kSystem), std::end(kSystem)};
  paths.insert(paths.end(), readable.begin(), readable.end());
  for (const auto& path : paths) {
    const FileDescriptor place{::open(path.c_str(), O_PATH | O_CLOEXEC)};
    if (place) allow(made.get(), place.get(), kRead & known_rights(abi));
  }
  const FileDescriptor null{::open("/dev/null", O_PATH | O_CLOEXEC)};
  if (null) allow(made.get(), null.get(), kOfOneFile & known_rights(abi));
  if (writable >= 0 && !allow(made.get(), writable, kWrite & known_rights(abi))) return confinement;
  confinement.rules_ = std::move(made);
  return confinement;
}

std::uint8_t Confinement::enter() const {
  std::uint8_t missing = kNothing;
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) missing |= kNetwork;
  // Landlock, and the filter of system calls later, are for those who cannot gain rights any more.
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !rules_ ||
      ::syscall(SYS_landlock_restrict_self, rules_.get(), 0) != 0) {
    missing |= kFiles;
  }
  drop_capabilities();
  return missing;
}

std::vector<std::string> Confinement::describe(std::uint8_t missing) {
  std::vector<std::string> words;
  if ((missing & kNetwork) != 0) words.emplace_back("no network namespace");
  if ((missing & kFiles) != 0) words.emplace_back("files not confined (Landlock)");
  return words;
}

}  // namespace weighhouse::workers
