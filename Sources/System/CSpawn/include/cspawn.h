// Starting programs that may do less than we may, and holding on to them by descriptors.
//
// What posix_spawn cannot do between fork and exec: another user, no new privileges, limits, Landlock.
// Every call returns -1 with errno where it fails, unless its comment says otherwise.
#ifndef ZIGTTP_CSPAWN_H
#define ZIGTTP_CSPAWN_H

#include <stdint.h>
#include <sys/types.h>

// Most bytes or numbers of something; UINT64_MAX for no limit of ours.
typedef struct {
  uint64_t address_space;
  uint64_t open_files;
  uint64_t processes;
  uint64_t file_size;
} cspawn_limits;

typedef struct {
  // As seen from `directory`.
  const char *program;
  // Both end with NULL.
  char *const *arguments;
  char *const *environment;
  // Its working directory; -1 for the root folder.
  int directory;
  // What it reads from its standard input; -1 for /dev/null.
  int input;
  // Gets what it prints, to both streams; -1 for /dev/null.
  int output;
  // Whom it runs as; -1 for whom we run as. All other groups are given up.
  int64_t user;
  // Whether the kernel confines it to the paths and ports below, where the kernel can (Landlock).
  int confined;
  // What it may read and execute; ends with NULL. What is not there is left out.
  const char *const *readable;
  // What it may write besides, in folders making and removing files as well; ends with NULL.
  const char *const *writable;
  // The port it may listen on.
  uint16_t port;
  cspawn_limits limits;
  // A file that gets the process's id before the program runs, such as a cgroup's; -1 for none.
  int members[2];
  // Whether it belongs to nobody: the id that is returned is 0 then.
  int detached;
} cspawn_plan;

// Starts a program in a session of its own, without privileges to gain, with no descriptor but its
// streams and no signal blocked or ignored. Returns its id once the program runs; where it does not,
// `failed` names the call that was refused.
pid_t cspawn_start(const cspawn_plan *plan, const char **failed);

// A descriptor of a process, readable once it has ended (pidfd_open).
int cspawn_open_process(pid_t process);

// Sends a signal to the process of a descriptor.
int cspawn_signal(int descriptor, int signal);

// 1 and its status where a child of ours has ended, and it is gone then; 0 where it runs; -1 with
// ECHILD where it is no child of ours.
int cspawn_reap(pid_t process, int *status);

// Waits for a child of ours to end, for so long at most: 1 and its status where it has, and it is gone
// then; 0 where it runs.
int cspawn_wait(pid_t process, int milliseconds, int *status);

// A file in memory, without a name.
int cspawn_memory_file(void);

// The user at the other end of a socket.
int64_t cspawn_peer(int descriptor);

// The version of Landlock that the kernel has; 0 for none.
int cspawn_confinement(void);

// A FIFO that only its owner may open.
int cspawn_make_pipe(const char *path);

#endif
