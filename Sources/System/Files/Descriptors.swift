import Glibc

/// The numbers of open files that this process may have.
public enum Descriptors {
  /// The most numbers there may be, in open files; `ulimit -n`.
  public static var limit: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
    return Int(clamping: limit.rlim_cur)
  }

  /// Whether so many more files can be opened: libraries that need one for a queue or a loop end the
  /// process where they get none. Others may take them at any time.
  public static func areFree(_ count: Int) -> Bool {
    var opened: [Int32] = []
    defer { for descriptor in opened { close(descriptor) } }
    let first = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if first >= 0 { opened.append(first) }
    while opened.count < count, let last = opened.last {
      let next = dup(last)
      if next < 0 { return false }
      opened.append(next)
    }
    return opened.count >= count
  }

  /// Fills the places of standard streams that are closed, so that no file that is opened later has
  /// the number of one, and gets what is printed. Reading and writing there fail as before.
  public static func holdStandardStreams() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free, and so this one.
      let flags = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY
      if open("/dev/null", flags) < 0 { _ = open("/", O_RDONLY | O_DIRECTORY) }
    }
  }
}
