import Glibc

/// A listening socket in the file system.
///
/// Whoever ends without removing its socket leaves a file that nobody answers behind; the next one
/// takes its place. A lock on the folder keeps two that start at once from taking each other's.
/// Reference: unix(7).
enum SocketFile {
  /// Bytes that the path of a socket may have.
  static let longestPath = 107
  private static let lockMilliseconds = 1000

  /// Makes it, listening.
  static func open(_ path: String, mode: UInt32) throws(HTTPServer.StartError) -> Int32 {
    func fail(_ reason: String) -> HTTPServer.StartError {
      .listen(.unix(path: path, mode: mode), reason: reason)
    }
    guard path.utf8.count <= longestPath, !path.utf8.contains(0) else {
      throw fail("the path has \(path.utf8.count) bytes, a socket's may have \(longestPath)")
    }
    let lock = lockedFolder(of: path)
    defer { if lock >= 0 { close(lock) } }
    let descriptor = newSocket()
    guard descriptor >= 0 else { throw fail(String(cString: strerror(errno))) }
    // The file is made with the socket's own permissions, less those of the umask.
    fchmod(descriptor, mode)
    var status = call(bind, descriptor, path)
    if status == EADDRINUSE {
      switch holder(of: path) {
      case .nobody:
        unlink(path)
        status = call(bind, descriptor, path)
      case .aProgram:
        close(descriptor)
        throw fail("a program that is running listens there")
      case .anotherFile:
        close(descriptor)
        throw fail("there is a file of that name, and it is no socket")
      }
    }
    if status == 0, chmod(path, mode) != 0 || Glibc.listen(descriptor, 1024) != 0 {
      status = errno
      unlink(path)
    }
    guard status == 0 else {
      close(descriptor)
      throw fail(String(cString: strerror(status)))
    }
    return descriptor
  }

  /// What a file in the file system is; another one under its name is not it.
  struct Identity: Sendable, Equatable {
    var device: UInt
    var node: UInt
  }

  /// The socket that is there; nil where there is none.
  static func identity(_ path: String) -> Identity? {
    var info = stat()
    guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFSOCK else { return nil }
    return Identity(device: UInt(info.st_dev), node: UInt(info.st_ino))
  }

  /// Removes it, unless another has taken its place.
  static func remove(_ path: String, _ identity: Identity?) {
    guard let identity, self.identity(path) == identity else { return }
    unlink(path)
  }

  private enum Holder { case nobody, aProgram, anotherFile }

  private static func holder(of path: String) -> Holder {
    guard identity(path) != nil else { return .anotherFile }
    let probe = newSocket()
    guard probe >= 0 else { return .aProgram }
    defer { close(probe) }
    return call(connect, probe, path) == ECONNREFUSED ? .nobody : .aProgram
  }

  private static func newSocket() -> Int32 {
    socket(
      AF_UNIX,
      Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
  }

  // Zero or the number of what went wrong.
  private static func call(
    _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ descriptor: Int32,
    _ path: String
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        function(descriptor, $0, size) == 0 ? 0 : errno
      }
    }
  }

  // Where a stranger holds the lock for long, it goes on without.
  private static func lockedFolder(of path: String) -> Int32 {
    let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    let last = MonotonicClock.milliseconds + lockMilliseconds
    while descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK,
      MonotonicClock.milliseconds < last
    {
      usleep(5000)
    }
    return descriptor
  }
}
