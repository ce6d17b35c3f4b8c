#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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

int64_t cspawn_peer(int descriptor) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return -1;
  return peer.uid;
}

int cspawn_make_pipe(const char *path) { return mkfifo(path, 0600); }
