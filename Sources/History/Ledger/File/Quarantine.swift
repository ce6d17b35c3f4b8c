import ContentStore

/// The folder of what was in the way: moved there as it was, never read, never deleted by us.
public struct Quarantine: Sendable {
  private let folder: LedgerFolder

  /// The quarantine of a store. Whoever moves something there holds the writer lock.
  public init(_ store: ContentStore) { folder = LedgerFolder(store: store) }

  /// Moves a file, a link or a folder, and the files that go with it under the same new name.
  ///
  /// - Parameters:
  ///   - path: of what is moved, in the store.
  ///   - suffixes: what the names of its companions end in behind its own, where there are any.
  /// - Returns: the new path, relative to the store.
  public func take(_ path: String, with suffixes: [String] = []) throws(LedgerError) -> String {
    let store = folder.store
    try folder.ensureFolder(store.layout.quarantine)
    let label = path.utf8.lastIndex(of: UInt8(ascii: "/")).map {
      String(path[path.utf8.index(after: $0)...])
    }
    var number = 1
    var name: String { "\(label ?? path)-\(number)" }
    let all = [""] + suffixes
    while all.contains(where: { exists("\(store.layout.quarantine)/\(name)\($0)") }) {
      number += 1
    }
    for suffix in all where exists(path + suffix) {
      do {
        try store.fileSystem.rename(
          path + suffix, to: "\(store.layout.quarantine)/\(name)\(suffix)")
      } catch { throw .store(StoreError(error, call: "rename", path: path + suffix)) }
    }
    try folder.synchronizeFolder(store.layout.quarantine)
    try folder.synchronizeFolder(store.layout.root)
    return "quarantine/\(name)"
  }

  private func exists(_ path: String) -> Bool {
    (try? folder.store.fileSystem.info(path, followingLink: false)) != nil
  }
}

extension FileInfo.Kind {
  /// With an article, for a message.
  public var words: String {
    switch self {
    case .file: "a regular file"
    case .directory: "a folder"
    case .symbolicLink: "a symbolic link"
    case .other: "a FIFO, socket or device"
    }
  }
}
