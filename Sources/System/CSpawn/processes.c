#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cspawn.h"

// Numbers that are the same on every machine; the C library's headers may be older than they are.
enum { PIDFD_SEND_SIGNAL = 424, PIDFD_OPEN = 434 };

int cspawn_open_process(pid_t process) { return (int)syscall(PIDFD_OPEN, process, 0); }

int cspawn_signal(int descriptor, int signal) {
  return (int)syscall(PIDFD_SEND_SIGNAL, descriptor, signal, NULL, 0);
}

int cspawn_reap(pid_t process, int *status) {
  pid_t found;
  do {
    found = waitpid(process, status, WNOHANG);
  } while (found < 0 && errno == EINTR);
  return found < 0 ? -1 : found > 0;
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000) + time.tv_nsec / 1000000;
}

int cspawn_wait(pid_t process, int milliseconds, int *status) {
  int64_t end = now() + milliseconds;
  int descriptor = cspawn_open_process(process);
  int result;
  while (1) {
    result = cspawn_reap(process, status);
    int64_t left = end - now();
    if (result != 0 || left <= 0) break;
    // Where the kernel has no descriptors of processes, one looks every millisecond.
    struct pollfd ended = {descriptor, POLLIN, 0};
    poll(&ended, 1, descriptor < 0 ? 1 : (int)left);
  }
  int problem = errno;
  if (descriptor >= 0) close(descriptor);
  errno = problem;
  return result;
}

int cspawn_memory_file(void) { return memfd_create("zigttp", MFD_CLOEXEC); }

int64_t cspawn_peer(int descriptor) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return -1;
  return peer.uid;
}

int cspawn_make_pipe(const char *path) { return mkfifo(path, 0600); }
