import Digests
import Files
import SystemPackage

/// Where bytes go that are in the way and are not what their name says. They are never read again
/// and never removed: only whoever owns the store can know whether they are of use.
///
/// A random end of each name keeps what was set aside before. What is returned is relative to the
/// store.
struct Quarantine: Sendable {
  let layout: StoreLayout
  let fileSystem: any FileSystem

  /// Moves a file, link or folder, and the files that go with it under the same new name.
  ///
  /// - Parameters:
  ///   - name: what the new name begins with.
  ///   - companions: what the names of those others end in, behind `path`.
  /// - Returns: where it is now, or nil when somebody else had taken it away.
  func take(
    _ path: String, as name: String, with companions: [String] = []
  ) throws(StoreError) -> String? {
    try storing(fileSystem.ensureDirectory(layout.quarantine))
    let name = try Self.name(name, room: companions.map(\.utf8.count).max() ?? 0)
    var isThere = false
    for end in [""] + companions {
      let place = "\(layout.quarantine)/\(name)\(end)"
      let moved = try storing(fileSystem.renameIfAny(path + end, to: place))
      isThere = isThere || moved
    }
    guard isThere else { return nil }
    for folder in [layout.quarantine, Paths.folder(of: path), layout.root] {
      try storing(fileSystem.synchronizeFolder(folder))
    }
    return "quarantine/\(name)"
  }

  /// Keeps bytes that are about to be overwritten or cut off.
  func keep(_ bytes: [UInt8], as name: String) throws(StoreError) -> String {
    try storing(fileSystem.ensureDirectory(layout.quarantine))
    let name = try Self.name(name)
    let files = AtomicFile(fileSystem: fileSystem, temporary: layout.temporary)
    try storing(files.replace("\(layout.quarantine)/\(name)", with: bytes))
    try storing(fileSystem.synchronizeFolder(layout.root))
    return "quarantine/\(name)"
  }

  /// A name that nobody has, cut where it would be longer than a file system takes.
  ///
  /// - Parameter room: bytes that are put behind it.
  private static func name(_ start: String, room: Int = 0) throws(StoreError) -> String {
    let end = ".\(try storing(RandomName.make()))"
    var start = start.unicodeScalars
    // NAME_MAX of Linux's file systems.
    while start.reduce(0, { $0 + UTF8.width($1) }) > 255 - end.utf8.count - room {
      start.removeLast()
    }
    return String(start) + end
  }
}
