import Glibc

/// Reads a project's folder: every path goes through here, so that what is read is read once and
/// nothing outside of the project is taken for a part of it.
struct ProjectFolder: Sendable {
  /// Absolute, symbolic links resolved.
  let path: String

  /// - Parameter path: an existing folder.
  init(_ path: String) throws(DeploymentError) {
    guard let resolved = ProjectFolder.resolve(path) else {
      throw .unreadable(path: path, errno: errno)
    }
    self.path = resolved
  }

  /// Whether a regular file, or a link to one, stands at a path below the folder.
  func hasFile(_ relative: String) -> Bool {
    var info = stat()
    guard stat("\(path)/\(relative)", &info) == 0 else { return false }
    return info.st_mode & S_IFMT == S_IFREG
  }

  /// The bytes of a file below the folder; nil when there is none.
  ///
  /// A link that leads out of the folder is refused: what is packed must be the project's own.
  func read(_ relative: String) throws(DeploymentError) -> [UInt8]? {
    guard let resolved = ProjectFolder.resolve("\(path)/\(relative)") else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .unreadable(path: relative, errno: errno)
    }
    // By bytes: two folders may differ in nothing but the Unicode form of their names.
    guard path == "/" || resolved.utf8.starts(with: (path + "/").utf8) else {
      throw .sourceOutsideProject(path: relative)
    }
    return try readWholeFile(resolved, shownAs: relative)
  }

  /// The absolute path with links resolved; nil, with `errno` set, when it does not exist.
  static func resolve(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

/// The bytes of a regular file; nil when it does not exist.
func readWholeFile(
  _ path: String, shownAs name: String? = nil
) throws(DeploymentError) -> [UInt8]? {
  // Without blocking: a pipe is refused below instead of being waited for.
  let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
  guard descriptor >= 0 else {
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw .unreadable(path: name ?? path, errno: errno)
  }
  defer { close(descriptor) }
  var info = stat()
  guard fstat(descriptor, &info) == 0 else { throw .unreadable(path: name ?? path, errno: errno) }
  guard info.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: name ?? path) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: max(Int(info.st_size) + 1, 4096))
  while true {
    let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw .unreadable(path: name ?? path, errno: errno) }
    if count == 0 { return bytes }
    bytes.append(contentsOf: chunk[..<count])
  }
}
