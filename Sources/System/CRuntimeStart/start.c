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

static void stop_signals(sigset_t *set) {
  sigemptyset(set);
  sigaddset(set, SIGTERM);
  sigaddset(set, SIGINT);
}

void zigttp_hold_stop_signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = noted;
  sigaction(SIGTERM, &action, 0);
  sigaction(SIGINT, &action, 0);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, 0);
  sigset_t set;
  stop_signals(&set);
  pthread_sigmask(SIG_BLOCK, &set, 0);
}

int zigttp_wait_for_stop(void) {
  sigset_t set;
  stop_signals(&set);
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
  return signal;
}

int zigttp_stop_came_again(void) {
  sigset_t set;
  stop_signals(&set);
  struct timespec now = {0, 0};
  int signal = sigtimedwait(&set, 0, &now);
  return signal > 0 ? signal : 0;
}
