#define _GNU_SOURCE
#include "runtime_start.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void zigttp_runtime_start(void) {}

// Says of the program that it is a runtime: a deploy packs no other. As an ELF note it is in a
// segment of its own kind, found by the program headers, and outlives stripping and the linker's
// removal of what nothing refers to. The content is the note's version.
__attribute__((section(".note.zigttp"), used, retain, aligned(4))) static const struct {
  uint32_t name_size, content_size, type;
  char name[8];
  uint32_t version;
} runtime_note = {7, 4, 1, "zigttp", 1};

// The Swift runtime reads /proc/self/exe and /proc/self/cmdline before main and dies, or loses its
// arguments, without them. Priority 101 is the first that user code may take, so this says why
// before that happens.
__attribute__((constructor(101))) static void require_proc(void) {
  if (access("/proc/self/exe", F_OK) == 0) return;
  static const char message[] =
      "zigttp-runtime: /proc is not mounted; mount it (mount -t proc proc /proc) and start again\n";
  ssize_t written = write(2, message, sizeof message - 1);
  (void)written;
  _exit(1);
}

static void noted(int signal) { (void)signal; }

// What the program acts upon. SIGQUIT is what some supervisors stop with.
static const int acted_upon[] = {SIGTERM, SIGINT, SIGQUIT, SIGHUP};
enum { ACTED_UPON = sizeof acted_upon / sizeof *acted_upon };

// What would end the process, says nothing of a fault in it, and asks for nothing.
static const int ignored[] = {SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF,
                              SIGIO,   SIGPWR,  SIGXFSZ, SIGSTKFLT};

static void acted_upon_set(sigset_t *set) {
  sigemptyset(set);
  for (int index = 0; index < ACTED_UPON; index++) sigaddset(set, acted_upon[index]);
}

void zigttp_hold_signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = noted;
  for (int index = 0; index < ACTED_UPON; index++) sigaction(acted_upon[index], &action, 0);
  action.sa_handler = SIG_IGN;
  for (size_t index = 0; index < sizeof ignored / sizeof *ignored; index++)
    sigaction(ignored[index], &action, 0);
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; signal++) sigaction(signal, &action, 0);
  sigset_t set;
  acted_upon_set(&set);
  pthread_sigmask(SIG_BLOCK, &set, 0);
}

int zigttp_next_signal(int milliseconds) {
  sigset_t set;
  acted_upon_set(&set);
  struct timespec end = {0, 0}, now, left;
  clock_gettime(CLOCK_MONOTONIC, &end);
  if (milliseconds > 0) {
    end.tv_sec += milliseconds / 1000;
    end.tv_nsec += milliseconds % 1000 * 1000000L;
  }
  while (1) {
    int signal;
    if (milliseconds < 0) {
      signal = sigwaitinfo(&set, 0);
    } else {
      clock_gettime(CLOCK_MONOTONIC, &now);
      long long nanoseconds =
          (end.tv_sec - now.tv_sec) * 1000000000LL + (end.tv_nsec - now.tv_nsec);
      if (nanoseconds < 0) nanoseconds = 0;
      left.tv_sec = nanoseconds / 1000000000LL;
      left.tv_nsec = nanoseconds % 1000000000LL;
      signal = sigtimedwait(&set, 0, &left);
    }
    if (signal > 0) return signal;
    if (errno != EINTR) return 0;
  }
}
