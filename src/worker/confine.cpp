#include "worker/confine.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace weighhouse::worker {
namespace {

// What no learner and no runtime needs.
constexpr int kForbidden[] = {
    // the network; the channel and threads need none of these
    SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4),
    // other programs and processes
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev), SCMP_SYS(kcmp), SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal), SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo), SCMP_SYS(tkill),
    // other views of the system
    SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot),
    SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at),
    // the kernel's attic
    SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(keyctl), SCMP_SYS(add_key),
    SCMP_SYS(request_key), SCMP_SYS(kexec_load), SCMP_SYS(init_module), SCMP_SYS(finit_module)};

// Of these a library tries an older way when they are not there. io_uring would open sockets behind the filter's back.
constexpr int kAbsent[] = {SCMP_SYS(clone3), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
                           SCMP_SYS(io_uring_register)};

int add_rules(scmp_filter_ctx filter) {
  for (const int call : kForbidden) {
    if (const int failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0)) return failed;
  }
  for (const int call : kAbsent) {
    if (const int failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0)) return failed;
  }
  const auto self = static_cast<scmp_datum_t>(::getpid());
  const scmp_arg_cmp others{0, SCMP_CMP_NE, self, 0};
  // A process, where a thread would be fine.
  const scmp_arg_cmp no_thread{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0};
  const scmp_arg_cmp outlive{0, SCMP_CMP_EQ, PR_SET_PDEATHSIG, 0};
  if (const int failed = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(kill), 1, &others))
    return failed;
  if (const int failed = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tgkill), 1, &others))
    return failed;
  if (const int failed = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, &no_thread))
    return failed;
  return seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), 1, &outlive);
}

}  // namespace

std::optional<std::string> confine() {
  const auto release = [](void* filter) { seccomp_release(filter); };
  const std::unique_ptr<void, decltype(release)> filter{seccomp_init(SCMP_ACT_ALLOW), release};
  if (!filter) return "system calls not filtered (no memory)";
  // Libraries may have started threads before main: the filter is for them, too.
  int failed = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  if (failed == 0) failed = add_rules(filter.get());
  if (failed == 0) failed = seccomp_load(filter.get());
  if (failed == 0) return std::nullopt;
  return std::string{"system calls not filtered, so that the network is open ("} + std::strerror(-failed) + ")";
}

}  // namespace weighhouse::worker
