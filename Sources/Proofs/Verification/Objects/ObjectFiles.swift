import ContentStore
import Digests
import Files
import Synchronization
import Threads

/// Looks at the files of very many objects, on several threads: each costs a call of the system.
struct ObjectFiles {
  let store: ContentStore
  private static let chunk = 4096

  /// Hands over in order what is known of each object's file: nil where there is none.
  func each(
    _ names: DigestPool, _ body: (Int, Result<FileInfo?, StoreError>) throws -> Void
  ) rethrows {
    for start in stride(from: 0, to: names.count, by: Self.chunk) {
      let count = min(Self.chunk, names.count - start)
      let infos = Mutex([Result<FileInfo?, StoreError>](repeating: .success(nil), count: count))
      Workers.each(below: count, share: 256) { number, _ in
        let result = Result { () throws(StoreError) -> FileInfo? in
          let path = try store.layout.blob(names[start + number])
          return try storing(store.fileSystem.infoIfAny(path))
        }
        infos.withLock { $0[number] = result }
      }
      for (number, result) in infos.withLock({ $0 }).enumerated() {
        try body(start + number, result)
      }
    }
  }
}
