import Files

/// Finds the store that a command is about.
///
/// Reference: architecture.md, "Finding it".
public struct StoreFinder: Sendable {
  private let fileSystem: any FileSystem
  private let home: String?
  private let user: UInt32

  /// - Parameters:
  ///   - home: the user's home folder, where the search ends: `~/.zigttp` is never a store.
  ///   - user: the user's id; 0 may use anybody's store.
  public init(
    fileSystem: any FileSystem = LinuxFileSystem(), home: String?, user: UInt32
  ) {
    self.fileSystem = fileSystem
    self.home = home
    self.user = user
  }

  /// The store of the nearest folder at or above `folder` that has one, or nil.
  ///
  /// - Throws: `foreignOwner` for a store of somebody else, which is neither used nor passed over.
  public func search(from folder: String) throws(StoreError) -> StoreLayout? {
    try search(from: folder) { root throws(StoreError) in try isStore(root) }
  }

  /// The same for what is left of a store whose `oci-layout` is gone, for whoever brings it back.
  public func searchRemains(from folder: String) throws(StoreError) -> StoreLayout? {
    try search(from: folder) { root throws(StoreError) in try isRemains(root) }
  }

  /// A store that was named, or what is left of one, whoever owns it; nil where there is neither.
  public func remains(at folder: String) throws(StoreError) -> StoreLayout? {
    if try !isStore(folder), try !isRemains(folder) { return nil }
    return StoreLayout(root: try resolved(folder))
  }

  private func search(
    from folder: String, where isWanted: (String) throws(StoreError) -> Bool
  ) throws(StoreError) -> StoreLayout? {
    let home = try home.map { path throws(StoreError) in try resolved(path) }
    var current = try resolved(folder)
    let device = try storing(fileSystem.infoIfAny(current))?.device
    while current != home {
      guard try storing(fileSystem.infoIfAny(current))?.device == device else { return nil }
      let root =
        current == "/" ? "/\(StoreLayout.folderName)" : "\(current)/\(StoreLayout.folderName)"
      if try isWanted(root) {
        try refuseForeign(root)
        return StoreLayout(root: root)
      }
      guard current != "/" else { return nil }
      current = Paths.folder(of: current)
    }
    return nil
  }

  /// A store that was named, whoever owns it.
  ///
  /// - Throws: `notAStore`.
  public func named(_ folder: String) throws(StoreError) -> StoreLayout {
    guard try isStore(folder) else {
      throw StoreError(.notAStore, path: folder, expected: "a folder with the file oci-layout")
    }
    return StoreLayout(root: try resolved(folder))
  }

  private func isStore(_ root: String) throws(StoreError) -> Bool {
    try storing(fileSystem.infoIfAny(StoreLayout(root: root).ociLayout))?.kind == .file
  }

  /// A folder with objects, or one with a ledger and an origin, was a store.
  private func isRemains(_ root: String) throws(StoreError) -> Bool {
    let layout = StoreLayout(root: root)
    if try storing(fileSystem.infoIfAny(layout.blobs))?.kind == .directory { return true }
    guard try storing(fileSystem.infoIfAny(layout.ledger)) != nil else { return false }
    return try storing(fileSystem.infoIfAny(layout.origin)) != nil
  }

  private func refuseForeign(_ root: String) throws(StoreError) {
    guard user != 0 else { return }
    // A link and what it leads to can have different owners; both have to be trusted.
    for followingLink in [false, true] {
      guard let info = try storing(fileSystem.infoIfAny(root, followingLink: followingLink)),
        info.owner != user
      else { continue }
      throw StoreError(.foreignOwner, path: root, found: ownerName(info.owner))
    }
  }

  /// From /etc/passwd alone: asking the name service from a static binary would load plug-ins.
  private func ownerName(_ id: UInt32) -> String {
    let lines = (try? fileSystem.contents(of: "/etc/passwd", limit: 1 << 20, .throughLinks)) ?? nil
    for line in (lines ?? []).split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      if fields.count > 2, fields[2].elementsEqual(String(id).utf8) {
        return String(decoding: fields[0], as: UTF8.self)
      }
    }
    return "user \(id)"
  }

  /// From the root and without links where the folder exists, else as it is.
  private func resolved(_ path: String) throws(StoreError) -> String {
    try storing(fileSystem.resolvedIfAny(path)) ?? path
  }
}
