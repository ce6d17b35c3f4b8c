// Linux calls that Swift's Glibc module does not show, as plain prototypes.
//
// The module is built without _GNU_SOURCE, so these declarations use no type or constant that needs
// it; the definitions live in the .c files. Every call returns what the C library returns and
// leaves errno as it set it, unless its comment says otherwise.
#ifndef ZIGTTP_CSYS_H
#define ZIGTTP_CSYS_H

#include <stdint.h>
#include <sys/types.h>

// Opens a file without a name in `directory` (O_TMPFILE | O_RDWR | O_CLOEXEC).
// -1 with EOPNOTSUPP or EISDIR where the file system has no such files.
int csys_open_unnamed(int directory, mode_t mode);

// Gives a name to a file made by csys_open_unnamed. Never replaces: EEXIST when the name is taken.
int csys_link_unnamed(int descriptor, int directory, const char *name);

// renameat2 that does not replace (RENAME_NOREPLACE).
int csys_rename_new(int from_directory, const char *from, int to_directory, const char *to);

// Swaps two names in one step (RENAME_EXCHANGE).
int csys_rename_exchange(int a_directory, const char *a, int b_directory, const char *b);

// Copies up to `length` bytes inside the kernel, from `from_offset` to the end of what `to` has at
// its own position. Returns the number copied, 0 at the end of the source.
int64_t csys_copy_range(int from, int64_t from_offset, int to, uint64_t length);

// Makes `to` share all blocks of `from` (FICLONE). EOPNOTSUPP, EXDEV or EINVAL where it cannot.
int csys_clone(int from, int to);

// Reserves room for a file of `length` bytes without changing its size.
int csys_reserve(int descriptor, int64_t length);

// Starts writing a file's data back without waiting, so that the fsync of several files shares one
// journal commit. A hint: its result says nothing about durability.
int csys_start_writeback(int descriptor);

// Writes back the whole file system that `descriptor` is on.
int csys_sync_file_system(int descriptor);

// Open file description locks over the whole file: released when the last copy of the descriptor
// is closed, so that a dead process holds nothing. `exclusive` 0 is a shared lock.
// `csys_lock_try` fails with EAGAIN when another holds it; `csys_lock_wait` blocks (EINTR possible).
int csys_lock_try(int descriptor, int exclusive);
int csys_lock_wait(int descriptor, int exclusive);
int csys_lock_release(int descriptor);

// Whether another open file holds a lock that would refuse an exclusive one: 1, 0, or -1 with errno.
int csys_lock_is_held(int descriptor);

// What the program was called with, its own name first. Swift's CommandLine looks for them by way of
// /proc/self/maps, and has none where that cannot be read.
int csys_argument_count(void);
const char *csys_argument(int index);

// How many processors the calling thread may run on (sched_getaffinity); -1 with EINVAL on a machine
// that has more than 1,024.
int csys_allowed_processors(void);

// Calls `body` with `argument` on a stack of its own of so many bytes, and returns 0 when it has
// returned; -1 with errno, and nothing called, where there is no room for one.
int csys_on_stack(size_t bytes, void (*body)(void *), void *argument);

// What statx tells of a file. Times are nanoseconds since 1970.
typedef struct {
  uint64_t device;
  uint64_t inode;
  uint64_t size;
  uint64_t links;
  int64_t modified_ns;
  int64_t changed_ns;
  uint32_t mode;
  uint32_t owner;
} csys_file_info;

// Of a path, relative to `directory` (AT_FDCWD is csys_here()), following a last link if `follow`.
int csys_info_at(int directory, const char *path, int follow, csys_file_info *info);

// Of an open file.
int csys_info(int descriptor, csys_file_info *info);

// AT_FDCWD.
int csys_here(void);

// Up to `length` random bytes from the kernel; returns 0, or -1 with errno. At most 256 bytes.
int csys_random(void *bytes, size_t length);

// A directory's entries, one call a name: 1 with `name` filled (NUL-terminated, at most 256 bytes
// with the NUL) and `kind` set, 0 at the end, -1 with errno. `.` and `..` are left out.
typedef struct csys_listing csys_listing;
enum { CSYS_KIND_OTHER = 0, CSYS_KIND_FILE = 1, CSYS_KIND_DIRECTORY = 2, CSYS_KIND_LINK = 3 };
csys_listing *csys_list_open(int directory, const char *path);
int csys_list_next(csys_listing *listing, char name[256], int *kind);
void csys_list_close(csys_listing *listing);

// Leaves the process nothing but memory, threads, time and the descriptors that are open: every other
// call fails with EPERM from now on, for good (seccomp). -1 with errno, and then it must not go on,
// where the kernel cannot.
int csys_confine_to_memory(void);

// Gives up root for good, every group included; the group has the user's number.
int csys_become(uint32_t user);

// Closes every descriptor from `first` on.
int csys_close_from(int first);

// Restricts host name look-ups to /etc/hosts and DNS, so that a static glibc loads no plug-ins.
// Returns 0, or -1 when glibc refuses.
int csys_use_plain_host_lookup(void);

#endif
