import ContentStore
import Files
import TestSupport

extension Scratch {
  /// A new store in the folder.
  func store(_ fileSystem: any FileSystem = LinuxFileSystem()) throws -> ContentStore {
    let layout = try StoreMaker().make(at: path + "/.zigttp", slug: "orders")
    return try ContentStore(layout, fileSystem: fileSystem)
  }
}

/// The error of a store operation, so that a test can look at its parts.
func storeError(_ body: () throws -> Void) -> StoreError? { failure(StoreError.self, of: body) }
