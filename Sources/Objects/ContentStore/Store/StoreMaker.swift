import Files
import JSON
import SystemPackage

/// Makes an empty store.
public struct StoreMaker: Sendable {
  let fileSystem: any FileSystem

  /// Makes stores with the given calls.
  public init(fileSystem: any FileSystem = LinuxFileSystem()) { self.fileSystem = fileSystem }

  /// Makes a store in `folder`, or completes one that was left unfinished. Two that do it at once
  /// end up with the same store.
  ///
  /// `oci-layout` comes last, because it is what makes the folder a store.
  ///
  /// - Parameters:
  ///   - folder: the store's own folder; the one above it exists.
  ///   - slug: what the origin is named after.
  public func make(at folder: String, slug: String) throws(StoreError) -> StoreLayout {
    // A link to a folder is one that was named; a search does not find one.
    let place = try storing(fileSystem.resolvedIfAny(folder)) ?? folder
    try storing(fileSystem.ensureDirectory(place))
    let root = try storing(fileSystem.resolvedIfAny(place)) ?? place
    let layout = StoreLayout(root: root)
    try layout.refuseLinks(fileSystem)
    try makeFolders(of: layout)
    try makeGitIgnore(of: layout)
    try makeOrigin(of: layout, slug: slug)
    _ = try storing(files(of: layout).create(layout.index, with: Index().bytes))
    try makeMarker(of: layout)
    try storing(fileSystem.synchronizeFolder(Paths.folder(of: layout.root)))
    return layout
  }

  /// Whether ``make(at:slug:)`` would only complete what it began: the folder is empty, or holds
  /// nothing but what is made before `oci-layout`.
  public func isUnfinished(at folder: String) -> Bool {
    let layout = StoreLayout(root: folder)
    let own = Self.folders(of: layout) + [layout.gitIgnore, layout.origin, layout.index]
    var isOwn = true
    do throws(Errno) {
      try fileSystem.eachName(in: folder) { name in
        isOwn = isOwn && own.contains("\(folder)/\(name.shown)")
      }
    } catch { return false }
    return isOwn
  }

  /// The folders that are not there.
  public func makeFolders(of layout: StoreLayout) throws(StoreError) {
    for path in Self.folders(of: layout) { try storing(fileSystem.ensureDirectory(path)) }
    // What is in a folder lasts only as long as the folder does.
    for path in [layout.root, layout.root + "/blobs"] {
      try storing(fileSystem.synchronizeFolder(path))
    }
  }

  /// The folders that every store has, each after the one it is in.
  public static func folders(of layout: StoreLayout) -> [String] {
    [layout.root + "/blobs", layout.blobs, layout.temporary, layout.leases]
  }

  /// What keeps the store out of git, unless it is there.
  public func makeGitIgnore(of layout: StoreLayout) throws(StoreError) {
    _ = try storing(files(of: layout).create(layout.gitIgnore, with: Array("*\n".utf8)))
  }

  /// The store's name, unless it has one.
  public func makeOrigin(of layout: StoreLayout, slug: String) throws(StoreError) {
    let origin = "\(slug).zigttp/\(try storing(RandomName.make()))\n"
    _ = try storing(files(of: layout).create(layout.origin, with: Array(origin.utf8)))
  }

  /// What makes the folder a store, unless it is one.
  public func makeMarker(of layout: StoreLayout) throws(StoreError) {
    _ = try storing(files(of: layout).create(layout.ociLayout, with: ContentStore.marker))
  }

  private func files(of layout: StoreLayout) -> AtomicFile {
    AtomicFile(fileSystem: fileSystem, temporary: layout.temporary)
  }
}
