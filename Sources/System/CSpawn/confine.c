#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// The kernel's own header is older than the kernel on many machines: these are of Landlock's ABI 6.
// Reference: Documentation/userspace-api/landlock.rst.
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446, ASK_VERSION = 1 };
enum { RULE_PATH = 1, RULE_PORT = 2 };

#define FS_EXECUTE (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_FOLDER (UINT64_C(1) << 3)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_FILE (UINT64_C(1) << 8)
#define FS_TRUNCATE (UINT64_C(1) << 14)
#define NET_BIND (UINT64_C(1) << 0)
#define SCOPE_ALL UINT64_C(3)

struct ruleset {
  uint64_t file_system, network, scoped;
};
struct path_rule {
  uint64_t allowed;
  int32_t folder;
} __attribute__((packed));
struct port_rule {
  uint64_t allowed, port;
};

int cspawn_confinement(void) {
  long version = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
  return version < 0 ? 0 : (int)version;
}

// All that a version knows of: what is not named by a rule is refused. But for the listing of folders,
// which is left to permissions: a runtime opens `/` to see how many descriptors it can have.
static struct ruleset everything(int version) {
  struct ruleset set = {((UINT64_C(1) << 13) - 1) & ~FS_READ_FOLDER, 0, 0};
  if (version >= 2) set.file_system |= UINT64_C(1) << 13;
  if (version >= 3) set.file_system |= FS_TRUNCATE;
  if (version >= 4) set.network = NET_BIND;
  if (version >= 5) set.file_system |= UINT64_C(1) << 15;
  if (version >= 6) set.scoped = SCOPE_ALL;
  return set;
}

static size_t size_for(int version) {
  if (version >= 6) return sizeof(struct ruleset);
  return version >= 4 ? offsetof(struct ruleset, scoped) : offsetof(struct ruleset, network);
}

static int allow(int rules, const char *const *paths, uint64_t wanted, uint64_t known) {
  for (; paths && *paths; paths++) {
    int place = open(*paths, O_PATH | O_CLOEXEC);
    if (place < 0) {
      if (errno == ENOENT || errno == EACCES || errno == ENOTDIR) continue;
      return -1;
    }
    struct stat found;
    struct path_rule rule = {wanted & known, place};
    int result = fstat(place, &found);
    // What is no folder has nothing in it.
    if (result == 0 && !S_ISDIR(found.st_mode)) rule.allowed &= ~(FS_REMOVE_FILE | FS_MAKE_FILE);
    if (result == 0) result = (int)syscall(ADD_RULE, rules, RULE_PATH, &rule, 0);
    close(place);
    if (result != 0) return -1;
  }
  return 0;
}

int confine(const cspawn_plan *plan) {
  int version = cspawn_confinement();
  if (version == 0) return 0;
  struct ruleset set = everything(version);
  int rules = (int)syscall(CREATE_RULESET, &set, size_for(version), 0);
  if (rules < 0) return -1;
  uint64_t read = FS_EXECUTE | FS_READ_FILE;
  uint64_t write = FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE | FS_MAKE_FILE | FS_REMOVE_FILE;
  if (allow(rules, plan->readable, read, set.file_system) != 0) return -1;
  if (allow(rules, plan->writable, write, set.file_system) != 0) return -1;
  if (set.network) {
    struct port_rule rule = {NET_BIND, plan->port};
    if (syscall(ADD_RULE, rules, RULE_PORT, &rule, 0) != 0) return -1;
  }
  if (syscall(RESTRICT_SELF, rules, 0) != 0) return -1;
  return close(rules);
}
