#define _GNU_SOURCE
#include "csys.h"

#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
// Numbers with this bit are those of the machine's other call interface.
#define OTHER_CALLS 0x40000000
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#else
#error "the numbers of this machine's calls are not known"
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define IF_EQUAL(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
#define ALLOW(call) IF_EQUAL((call), 1), ANSWER(SECCOMP_RET_ALLOW)

// What computing takes: memory, threads, time, and the descriptors that are open.
static struct sock_filter rules[] = {
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0),
    ANSWER(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
#ifdef OTHER_CALLS
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, OTHER_CALLS, 0, 1),
    ANSWER(SECCOMP_RET_KILL_PROCESS),
#endif
    ALLOW(SYS_read),
    ALLOW(SYS_write),
    ALLOW(SYS_close),
    ALLOW(SYS_fstat),
    ALLOW(SYS_mmap),
    ALLOW(SYS_munmap),
    ALLOW(SYS_mremap),
    ALLOW(SYS_mprotect),
    ALLOW(SYS_madvise),
    ALLOW(SYS_brk),
    ALLOW(SYS_futex),
    ALLOW(SYS_rt_sigaction),
    ALLOW(SYS_rt_sigprocmask),
    ALLOW(SYS_rt_sigreturn),
    ALLOW(SYS_sigaltstack),
    ALLOW(SYS_set_robust_list),
    ALLOW(SYS_rseq),
    ALLOW(SYS_membarrier),
    ALLOW(SYS_sched_yield),
    ALLOW(SYS_sched_getaffinity),
    ALLOW(SYS_clock_gettime),
    ALLOW(SYS_clock_nanosleep),
    ALLOW(SYS_nanosleep),
    ALLOW(SYS_restart_syscall),
    ALLOW(SYS_getrandom),
    ALLOW(SYS_getpid),
    ALLOW(SYS_gettid),
    ALLOW(SYS_tgkill),
    ALLOW(SYS_exit),
    ALLOW(SYS_exit_group),
    // Its flags cannot be looked at; the C library takes the older call then.
    IF_EQUAL(SYS_clone3, 1),
    ANSWER(SECCOMP_RET_ERRNO | ENOSYS),
    // A thread, and no process.
    IF_EQUAL(SYS_clone, 3),
    LOAD(args[0]),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
    ANSWER(SECCOMP_RET_ALLOW),
    ANSWER(SECCOMP_RET_ERRNO | EPERM),
};

int csys_confine_to_memory(void) {
  struct sock_fprog program = {sizeof rules / sizeof rules[0], rules};
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return -1;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  // Threads that are there already are confined as well, or none.
  long result =
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
  if (result > 0) errno = EBUSY;
  return result == 0 ? 0 : -1;
}

int csys_become(uint32_t user) {
  if (setgroups(0, NULL) != 0 || setgid(user) != 0) return -1;
  return setuid(user);
}

int csys_close_from(int first) {
  return (int)syscall(SYS_close_range, (unsigned)first, ~0u, 0);
}
