#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "csys.h"

// What the other stack begins with: makecontext hands over no pointers.
struct errand {
  void (*body)(void *);
  void *argument;
};
static __thread struct errand errand;

static void enter(void) {
  struct errand mine = errand;
  mine.body(mine.argument);
}

int csys_on_stack(size_t bytes, void (*body)(void *), void *argument) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t length = bytes + page;
  char *memory = mmap(NULL, length, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return -1;
  ucontext_t here, there;
  // What runs over the end meets a page that nobody may touch.
  if (mprotect(memory, page, PROT_NONE) != 0 || getcontext(&there) != 0) {
    int problem = errno;
    munmap(memory, length);
    errno = problem;
    return -1;
  }
  there.uc_stack.ss_sp = memory + page;
  there.uc_stack.ss_size = bytes;
  there.uc_link = &here;
  errand = (struct errand){body, argument};
  makecontext(&there, enter, 0);
  swapcontext(&here, &there);
  munmap(memory, length);
  return 0;
}
