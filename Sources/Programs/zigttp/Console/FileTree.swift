import Glibc

/// Files below a folder.
enum FileTree {
  /// Calls `body` with the path of every regular file at or below `path`, folders sorted by the
  /// bytes of their names. Links inside are not followed: what they lead to is not below.
  static func walk(_ path: String, _ body: (String) throws -> Void) throws {
    var found = stat()
    guard stat(path, &found) == 0 else { throw failure(path) }
    guard found.st_mode & S_IFMT == S_IFDIR else { return try body(path) }
    try walk(folder: path, body)
  }

  private static func walk(folder: String, _ body: (String) throws -> Void) throws {
    guard let stream = opendir(folder) else { throw failure(folder) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    closedir(stream)
    for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      var found = stat()
      guard lstat(path, &found) == 0 else { throw failure(path) }
      switch found.st_mode & S_IFMT {
      case S_IFDIR: try walk(folder: path, body)
      case S_IFREG: try body(path)
      default: break
      }
    }
  }

  private static func failure(_ path: String) -> CommandFailure {
    CommandFailure(.failure, "\(path): \(String(cString: strerror(errno)))")
  }
}

/// Lines that come on stdin, a handful at a time.
final class InputLines {
  private var rest: [UInt8] = []
  private var isAtEnd = false

  /// At most `count` lines that are not empty, without their ends; none at the end of the input.
  func next(_ count: Int) throws -> [String] {
    var lines: [String] = []
    var start = 0
    while lines.count < count {
      if let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
        if end > start { lines.append(String(decoding: rest[start..<end], as: UTF8.self)) }
        start = end + 1
      } else {
        rest.removeSubrange(..<start)
        start = 0
        if try !fill() { break }
      }
    }
    rest.removeSubrange(..<start)
    if isAtEnd, lines.count < count, !rest.isEmpty {
      lines.append(String(decoding: rest, as: UTF8.self))
      rest = []
    }
    return lines
  }

  private func fill() throws -> Bool {
    guard !isAtEnd else { return false }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = read(STDIN_FILENO, &chunk, chunk.count)
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else {
        throw CommandFailure(.failure, "stdin: \(String(cString: strerror(errno)))")
      }
      if got == 0 { isAtEnd = true }
      rest += chunk[..<got]
      return got > 0
    }
  }
}
