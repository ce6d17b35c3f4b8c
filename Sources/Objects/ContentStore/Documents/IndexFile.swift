import Files

/// `index.json` of a store.
public struct IndexFile: Sendable {
  let path: String
  let files: AtomicFile
  let fileSystem: any FileSystem
  let quarantine: Quarantine

  /// What it says; no entries when it is not there.
  ///
  /// - Throws: `malformed`, `tooLarge`, `system`.
  public func read() throws(StoreError) -> Index {
    guard let bytes = try storing(fileSystem.contents(of: path, limit: Index.limit)) else {
      return Index()
    }
    do throws(StoreError) {
      return try Index(file: bytes)
    } catch {
      throw StoreError(
        .malformed, path: path, expected: error.expected,
        found: "\(error.path ?? "index"): \(error.found ?? "something else")")
    }
  }

  /// Replaces it in one step with what `change` makes of it, unless that is the same. The caller
  /// holds the writer lock.
  public func update(_ change: (inout Index) -> Void) throws(StoreError) {
    var index = try read()
    change(&index)
    let bytes = index.bytes
    if try storing(fileSystem.contents(of: path, limit: Index.limit)) == bytes { return }
    try write(bytes)
  }

  // What nobody could read again is not written.
  private func write(_ bytes: [UInt8]) throws(StoreError) {
    guard bytes.count <= Index.limit else {
      throw StoreError(
        .tooLarge, path: path, expected: "at most \(Index.limit) bytes",
        found: "\(bytes.count) bytes")
    }
    try storing(files.replace(path, with: bytes))
  }

  /// What was wrong with the file before an update.
  public enum Loss: Sendable, Hashable {
    /// It was not there.
    case missing
    /// It was no index, and is now `aside`: nil when somebody else had taken it away.
    case malformed(StoreError, aside: String?)
  }

  /// The same, for a file that may be gone or damaged: then `change` gets what `rebuild` knows of
  /// every service, and the entries of others as far as they can be told; what was there is set
  /// aside. It stays in place until all of that is known.
  ///
  /// - Returns: what was wrong, nil where nothing was.
  /// - Throws: what `rebuild` throws, and what writing fails with.
  @discardableResult
  public func update(
    orRebuild rebuild: () throws -> Index, _ change: (inout Index) -> Void
  ) throws -> Loss? {
    var damage: StoreError?
    do throws(StoreError) {
      if try storing(fileSystem.contents(of: path, limit: Index.limit)) != nil {
        try update(change)
        return nil
      }
    } catch {
      guard error.code == .malformed || error.code == .tooLarge else { throw error }
      damage = error
    }
    var index = try rebuild()
    if damage != nil { index.carryOver(try salvage()) }
    change(&index)
    var loss = Loss.missing
    if let damage {
      loss = .malformed(damage, aside: try quarantine.take(path, as: "index.json"))
    }
    try write(index.bytes)
    return loss
  }

  /// Entries that can be told in a damaged file, or in the beginning of one that is too large.
  private func salvage() throws(StoreError) -> [Index.Entry] {
    guard try storing(fileSystem.infoIfAny(path))?.kind == .file else { return [] }
    let file = try storing(fileSystem.openFile(path))
    let size = min(try storing(file.info()).size, UInt64(Index.limit))
    let bytes = try storing(file.read(at: 0, count: Int(size)))
    return Index.salvaged(bytes)
  }
}
