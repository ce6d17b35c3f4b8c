#define _GNU_SOURCE
#include "cspawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"

// What a child that cannot become the program tells the one that started it.
struct failure {
  int code;
  const char *call;
};

static _Noreturn void give_up(int report, const char *call) {
  // The literals are at the same place in both: the one is a copy of the other.
  struct failure failure = {errno, call};
  ssize_t written = write(report, &failure, sizeof failure);
  (void)written;
  _exit(127);
}

static int limit(int resource, uint64_t most) {
  if (most == UINT64_MAX) return 0;
  struct rlimit now;
  if (getrlimit(resource, &now) != 0) return -1;
  rlim_t value = most;
  if (now.rlim_max != RLIM_INFINITY && value > now.rlim_max) value = now.rlim_max;
  struct rlimit next = {value, value};
  return setrlimit(resource, &next);
}

static int limit_all(const cspawn_limits *limits) {
  if (limit(RLIMIT_CORE, 0) != 0) return -1;
  if (limit(RLIMIT_FSIZE, limits->file_size) != 0) return -1;
  if (limit(RLIMIT_NOFILE, limits->open_files) != 0) return -1;
  if (limit(RLIMIT_NPROC, limits->processes) != 0) return -1;
  return limit(RLIMIT_AS, limits->address_space);
}

static void plain_signals(void) {
  for (int signal = 1; signal <= SIGRTMAX; signal++) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(signal, &action, NULL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static int become(int64_t user) {
  if (user < 0) return 0;
  // The raw calls: glibc's would look for other threads, of which a forked child has none.
  if (syscall(SYS_setgroups, 0, NULL) != 0) return -1;
  if (syscall(SYS_setresgid, (gid_t)user, (gid_t)user, (gid_t)user) != 0) return -1;
  return (int)syscall(SYS_setresuid, (uid_t)user, (uid_t)user, (uid_t)user);
}

static int join(const int members[2]) {
  for (int index = 0; index < 2; index++)
    if (members[index] >= 0 && write(members[index], "0", 1) != 1) return -1;
  return 0;
}

// Returns when it could not. A program that was written a moment ago may still be open for writing in
// somebody's child, between its fork and its exec: that passes, and is waited for, a second at most.
static void execute(const cspawn_plan *plan, int program) {
  for (int attempt = 0; attempt < 100; attempt++) {
    execve(plan->program, plan->arguments, plan->environment);
    if (errno == EACCES && program >= 0)
      execveat(program, "", plan->arguments, plan->environment, AT_EMPTY_PATH);
    if (errno != ETXTBSY) return;
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  }
  errno = ETXTBSY;
}

static _Noreturn void run(const cspawn_plan *plan, int report) {
  plain_signals();
  setsid();
  int nothing = open("/dev/null", O_RDWR);
  int input = plan->input >= 0 ? plan->input : nothing;
  int output = plan->output >= 0 ? plan->output : nothing;
  if (nothing < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
    give_up(report, "dup2");
  if (join(plan->members) != 0) give_up(report, "cgroup");
  if (plan->directory >= 0 ? fchdir(plan->directory) != 0 : chdir("/") != 0)
    give_up(report, "chdir");
  // From 3 on, all but what tells the failure, which closes itself.
  if (syscall(SYS_close_range, 3u, (unsigned)report - 1, 0) != 0 && report > 3 && errno != ENOSYS)
    give_up(report, "close_range");
  syscall(SYS_close_range, (unsigned)report + 1, ~0u, 0);
  if (limit_all(&plan->limits) != 0) give_up(report, "setrlimit");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) give_up(report, "no_new_privs");
  if (plan->confined && confine(plan) != 0) give_up(report, "landlock");
  // The way to it may be closed to the other user.
  int program = open(plan->program, O_PATH | O_CLOEXEC);
  if (become(plan->user) != 0) give_up(report, "setresuid");
  execute(plan, program);
  give_up(report, "execve");
}

pid_t cspawn_start(const cspawn_plan *plan, const char **failed) {
  *failed = "pipe2";
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return -1;
  // Above the streams, whichever of them are closed here.
  int telling = fcntl(report[1], F_DUPFD_CLOEXEC, 4);
  close(report[1]);
  if (telling < 0) {
    close(report[0]);
    return -1;
  }
  *failed = "fork";
  // Inherited from who started us: children would be gone before anybody could ask how they ended.
  struct sigaction ended;
  if (sigaction(SIGCHLD, NULL, &ended) == 0 && ended.sa_handler == SIG_IGN) signal(SIGCHLD, SIG_DFL);
  // What arrives in the child before it has forgotten our handlers is not ours to handle.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  pid_t process = fork();
  if (process == 0) {
    if (plan->detached) {
      pid_t other = fork();
      if (other < 0) give_up(telling, "fork");
      if (other > 0) _exit(0);
    }
    run(plan, telling);
  }
  int problem = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(telling);
  if (process < 0) {
    close(report[0]);
    errno = problem;
    return -1;
  }
  if (plan->detached)
    while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
  struct failure failure;
  ssize_t count;
  do {
    count = read(report[0], &failure, sizeof failure);
  } while (count < 0 && errno == EINTR);
  close(report[0]);
  if (count != sizeof failure) return plan->detached ? 0 : process;
  if (!plan->detached)
    while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
  *failed = failure.call;
  errno = failure.code;
  return -1;
}
