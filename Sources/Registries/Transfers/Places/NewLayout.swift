import ContentStore
import Files
import SystemPackage

/// Opens an image layout for writing; makes one in a folder that is empty or is not there.
struct NewLayout {
  private let path: String
  private let fileSystem: any FileSystem

  init(_ path: String, _ fileSystem: any FileSystem) {
    self.path = path
    self.fileSystem = fileSystem
  }

  /// - Throws: `notAStore` for a folder that holds something else.
  func store() throws(StoreError) -> ContentStore {
    var attempts = 0
    while true {
      do throws(StoreError) { return try openOrMake() } catch {
        attempts += 1
        // Somebody else made it meanwhile, and took away what only the making needs.
        guard error.errno == .noSuchFileOrDirectory, attempts < 5,
          (try? fileSystem.infoIfAny(path)) != nil
        else { throw error }
      }
    }
  }

  /// The layout, where there is one; nil where one can be made.
  ///
  /// - Throws: `notAStore` for a folder that holds something else.
  func existing() throws(StoreError) -> ContentStore? {
    guard let root = try storing(fileSystem.resolvedIfAny(path)) else { return nil }
    let layout = StoreLayout(root: root)
    if let store = try marked(layout) { return store }
    guard StoreMaker(fileSystem: fileSystem).isUnfinished(at: root) else {
      // Somebody else may have ended making it between the two looks.
      if let store = try marked(layout) { return store }
      throw StoreError(
        .notAStore, path: path, expected: "an OCI image layout, an empty folder or none",
        found: "something else")
    }
    return nil
  }

  private func marked(_ layout: StoreLayout) throws(StoreError) -> ContentStore? {
    guard try storing(fileSystem.infoIfAny(layout.ociLayout)) != nil else { return nil }
    return try ContentStore(layout, fileSystem: fileSystem)
  }

  private func openOrMake() throws(StoreError) -> ContentStore {
    if let store = try existing() { return store }
    try storing(fileSystem.ensureDirectory(path))
    let root = try storing(fileSystem.resolvedIfAny(path)) ?? path
    let layout = StoreLayout(root: root)
    let maker = StoreMaker(fileSystem: fileSystem)
    try maker.makeFolders(of: layout)
    let store = ContentStore(unchecked: layout, fileSystem: fileSystem)
    _ = try storing(store.files.create(layout.index, with: Index().bytes))
    // Last, because it is what makes the folder a layout.
    try maker.makeMarker(of: layout)
    try storing(fileSystem.synchronizeFolder(Paths.folder(of: root)))
    return try ContentStore(layout, fileSystem: fileSystem)
  }
}
