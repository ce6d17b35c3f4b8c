/// What a system call can do to files, by its name and arguments.
///
/// Every call of a trace has to be in one of the two lists: one that nobody has thought about stops
/// the run instead of going untried.
enum SystemCall {
  /// Calls that change a file, a folder or what is on the disk, whatever their arguments.
  static let changing: Set<String> = [
    "write", "pwrite64", "writev", "pwritev", "pwritev2", "copy_file_range", "sendfile", "splice",
    "truncate", "ftruncate", "fallocate", "fsync", "fdatasync", "syncfs", "sync",
    "sync_file_range", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
    "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "mknod", "mknodat", "creat", "chmod",
    "fchmod", "fchmodat", "chown", "fchown", "fchownat", "lchown", "utimensat", "utime", "utimes",
    "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr", "msync",
  ]

  /// Calls that only look, or that concern this process alone.
  static let harmless: Set<String> = [
    "read", "pread64", "readv", "preadv", "close", "close_range", "lseek", "stat", "lstat", "fstat",
    "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat", "faccessat2", "readlink",
    "readlinkat", "getdents64", "getcwd", "chdir", "fchdir", "execve", "execveat", "dup", "dup2",
    "dup3", "pipe", "pipe2", "fcntl", "flock", "poll", "ppoll", "select", "pselect6", "mmap",
    "fadvise64", "readahead", "eventfd2", "epoll_create1", "epoll_ctl", "epoll_wait",
    "epoll_pwait", "timerfd_create", "timerfd_settime", "timerfd_gettime", "epoll_pwait2",
    "signalfd4", "getxattr", "lgetxattr", "fgetxattr", "pidfd_open",
    "inotify_init1", "memfd_create", "socket", "socketpair", "umask", "landlock_create_ruleset",
    "landlock_add_rule", "landlock_restrict_self",
  ]

  /// Whether the call changes something; nil for one of neither list.
  ///
  /// - Parameter text: the call as strace prints it, from its name on.
  static func changes(_ name: String, _ text: Substring) -> Bool? {
    switch name {
    case "open", "openat", "openat2":
      // Opening a file that is there changes nothing.
      return ["O_CREAT", "O_TMPFILE", "O_TRUNC"].contains { text.contains($0) }
    case "ioctl": return text.contains("FICLONE")
    case "mmap":
      let isFile =
        text.contains("PROT_WRITE") && text.contains("MAP_SHARED")
        && !text.contains("MAP_ANONYMOUS")
      return isFile && !text.contains(mapped) ? nil : isFile
    default:
      if changing.contains(name) { return true }
      return harmless.contains(name) ? false : nil
    }
  }

  /// The one file that is changed through memory.
  static let mapped = "graph.sqlite-shm"

  /// Whether places of a call are counted among those that change something, because how many others
  /// there are depends on what threads and allocations the moment asked for.
  static func isCountedAlone(_ name: String) -> Bool { name == "mmap" }
}
