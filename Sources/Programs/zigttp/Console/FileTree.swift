import Glibc

/// Files below a folder.
enum FileTree {
  /// What a walk comes to.
  enum Entry {
    /// A regular file.
    case file(String)
    /// Something that cannot be looked into, and why.
    case unreadable(String, reason: String)
  }

  /// Calls `body` with every regular file at or below `path`, folders sorted by the bytes of their
  /// names, and with what cannot be looked into: the walk goes on behind it. Links inside are not
  /// followed: what they lead to is not below.
  static func walk(_ path: String, _ body: (Entry) throws -> Void) rethrows {
    var found = stat()
    guard stat(path, &found) == 0 else { return try body(failure(path)) }
    guard found.st_mode & S_IFMT == S_IFDIR else { return try body(.file(path)) }
    try walk(folder: path, body)
  }

  private static func walk(folder: String, _ body: (Entry) throws -> Void) rethrows {
    guard let names = names(in: folder) else { return try body(failure(folder)) }
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      guard let text = String(validating: name, as: UTF8.self) else {
        let shown = String(decoding: name, as: UTF8.self)
        try body(.unreadable(path(folder, shown), reason: "its name is not UTF-8"))
        continue
      }
      let path = path(folder, text)
      var found = stat()
      guard lstat(path, &found) == 0 else {
        try body(failure(path))
        continue
      }
      switch found.st_mode & S_IFMT {
      case S_IFDIR: try walk(folder: path, body)
      case S_IFREG: try body(.file(path))
      default: break
      }
    }
  }

  private static func path(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// The bytes of each name; nil where the folder cannot be read, and `errno` says why.
  private static func names(in folder: String) -> [[UInt8]]? {
    guard let stream = opendir(folder) else { return nil }
    var names: [[UInt8]] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != [0x2e] && name != [0x2e, 0x2e] { names.append(name) }
      errno = 0
    }
    let problem = errno
    closedir(stream)
    errno = problem
    return problem == 0 ? names : nil
  }

  private static func failure(_ path: String) -> Entry {
    .unreadable(path, reason: String(cString: strerror(errno)))
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
