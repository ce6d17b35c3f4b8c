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
  ///   - user: the user's id.
  public init(
    fileSystem: any FileSystem = LinuxFileSystem(), home: String?, user: UInt32
  ) {
    self.fileSystem = fileSystem
    self.home = home
    self.user = user
  }

  /// The store of the nearest folder at or above `folder` that has one, or nil.
  ///
  /// - Throws: `foreignOwner` for a store of somebody else, `linked` for one that is a link or that
  ///   has links for folders. Neither is used nor passed over.
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
    let layout = StoreLayout(root: try resolved(folder))
    try layout.refuseLinks(fileSystem)
    return layout
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
        try refuseUnfit(root)
        return StoreLayout(root: root)
      }
      guard current != "/" else { return nil }
      current = Paths.folder(of: current)
    }
    return nil
  }

  /// A store that was named, whoever owns it and by whatever link.
  ///
  /// - Throws: `notAStore`; `linked` where a folder of it is a link.
  public func named(_ folder: String) throws(StoreError) -> StoreLayout {
    guard try isStore(folder) else {
      throw StoreError(.notAStore, path: folder, expected: "a folder with the file oci-layout")
    }
    let layout = StoreLayout(root: try resolved(folder))
    try layout.refuseLinks(fileSystem)
    return layout
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

  /// Refuses what a deploy would write to without its being named, unless it is the user's own
  /// folder, or nothing yet.
  ///
  /// The superuser is nobody special: whoever may write to a folder above could have put a store
  /// there for root to find. Whom `SUDO_UID` names is not believed either, because whoever runs as
  /// root would write into that user's folder by names the user chose. A store that is named is
  /// used by anybody.
  ///
  /// - Throws: `foreignOwner`; `linked` for a link, or for a folder with a link in it where a folder
  ///   of a store belongs.
  public func refuseUnfit(_ root: String) throws(StoreError) {
    guard let info = try storing(fileSystem.infoIfAny(root)) else { return }
    guard info.owner == user else {
      throw StoreError(.foreignOwner, path: root, found: ownerName(info.owner))
    }
    guard info.kind != .symbolicLink else { throw StoreError(.linked, path: root) }
    try StoreLayout(root: root).refuseLinks(fileSystem)
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
