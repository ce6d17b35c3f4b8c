import Contracts
import SystemPackage

/// Makes an empty store.
public struct StoreMaker: Sendable {
  private let fileSystem: any FileSystem

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
    try fileSystem.ensureDirectory(folder)
    let layout = StoreLayout(root: StoreFinder.resolved(folder))
    for path in [layout.root + "/blobs", layout.blobs, layout.temporary, layout.leases] {
      try fileSystem.ensureDirectory(path)
    }
    let files = AtomicFile(fileSystem: fileSystem, temporary: layout.temporary)
    try files.create(layout.gitIgnore, with: Array("*\n".utf8))
    let origin = "\(slug).zigttp/\(try RandomName.make())\n"
    try files.create(layout.origin, with: Array(origin.utf8))
    try files.create(layout.index, with: Index().bytes)
    let version: JSONValue = ["imageLayoutVersion": "1.0.0"]
    try files.create(layout.ociLayout, with: version.canonicalBytes)
    try fileSystem.synchronizeFolder(AtomicFile.folder(of: layout.root))
    return layout
  }
}
