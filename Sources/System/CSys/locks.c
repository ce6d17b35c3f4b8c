#define _GNU_SOURCE
#include "csys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct flock whole_file(short type) {
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

static int set_lock(int descriptor, int command, short type) {
  struct flock lock = whole_file(type);
  int result = fcntl(descriptor, command, &lock);
  if (result < 0 && errno == EACCES) errno = EAGAIN;
  return result;
}

int csys_lock_try(int descriptor, int exclusive) {
  return set_lock(descriptor, F_OFD_SETLK, exclusive ? F_WRLCK : F_RDLCK);
}

int csys_lock_wait(int descriptor, int exclusive) {
  return set_lock(descriptor, F_OFD_SETLKW, exclusive ? F_WRLCK : F_RDLCK);
}

int csys_lock_release(int descriptor) { return set_lock(descriptor, F_OFD_SETLK, F_UNLCK); }

int csys_lock_is_held(int descriptor) {
  // A test for an exclusive lock meets every other lock, shared or not.
  struct flock lock = whole_file(F_WRLCK);
  if (fcntl(descriptor, F_OFD_GETLK, &lock) != 0) return -1;
  return lock.l_type != F_UNLCK;
}
