import Files
import SystemPackage

/// Files below a folder.
enum FileTree {
  /// What a walk comes to.
  enum Entry {
    /// A regular file.
    case file(String)
    /// Something that cannot be looked into, and why.
    case unreadable(String, reason: String)
  }

  private static let files = LinuxFileSystem()

  /// Calls `body` with every regular file at or below `path`, folders sorted by the bytes of their
  /// names, and with what cannot be looked into: the walk goes on behind it. Links inside are not
  /// followed: what they lead to is not below.
  static func walk(_ path: String, _ body: (Entry) throws -> Void) rethrows {
    switch look(at: path, followingLink: true) {
    case .success(.directory): try walk(folder: path, body)
    case .success: try body(.file(path))
    case .failure(let error): try body(.unreadable(path, reason: "\(error)"))
    }
  }

  private static func walk(folder: String, _ body: (Entry) throws -> Void) rethrows {
    var names: [FileName] = []
    do throws(Errno) {
      try files.eachName(in: folder) { names.append($0) }
    } catch {
      return try body(.unreadable(folder, reason: "\(error)"))
    }
    for name in names.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
      let path = Paths.join(folder, name.shown)
      guard name.text != nil else {
        try body(.unreadable(path, reason: "its name is not UTF-8"))
        continue
      }
      switch look(at: path, followingLink: false) {
      case .success(.directory): try walk(folder: path, body)
      case .success(.file): try body(.file(path))
      case .success: break
      case .failure(let error): try body(.unreadable(path, reason: "\(error)"))
      }
    }
  }

  private static func look(at path: String, followingLink: Bool) -> Result<FileInfo.Kind, Errno> {
    Result { () throws(Errno) in try files.info(path, followingLink: followingLink).kind }
  }
}
