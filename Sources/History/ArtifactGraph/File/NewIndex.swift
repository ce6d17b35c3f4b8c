import ContentStore
import Files
import GRDB
import Ledger

/// An index of a long ledger where there is none, made beside and moved into place when it is whole.
///
/// Nobody else sees the file before, so that it needs no journal: it is written once, not to a WAL
/// and then again. Whatever fails leaves no index, and the usual way is taken.
struct NewIndex {
  let file: GraphFile
  let ledger: LedgerFile
  let progress: ((IndexProgress) -> Void)?
  private var store: ContentStore { file.store }

  init(_ file: GraphFile, progress: ((IndexProgress) -> Void)?) {
    self.file = file
    ledger = LedgerFile(file.store)
    self.progress = progress
  }

  /// Makes it if it is worth it; whether it is in place now.
  func make() -> Bool {
    guard let size = try? ledger.stamp()?.size, size > GraphIndexer.bulk, file.isFree,
      let name = try? RandomName.make()
    else { return false }
    let path = store.layout.temporary + "/" + name
    try? store.fileSystem.makeDirectory(store.layout.temporary, permissions: 0o777)
    defer { try? store.fileSystem.remove(path) }
    do {
      try write(path)
      // Before the name, so that a loss of power leaves the whole file or none.
      try store.fileSystem.openFile(path, .write).synchronize()
      // A WAL without its database would be taken for one of the new file.
      guard file.isFree else { return false }
      return try store.fileSystem.move(path, toNew: store.layout.graph)
    } catch { return false }
  }

  private func write(_ path: String) throws {
    let queue = try GraphDatabase.openUnshared(path)
    do {
      var indexer = GraphIndexer(store: store, ledger: ledger, progress: progress)
      try indexer.run(queue, fromStart: true)
      // Here, where it costs no waiting for the disk.
      try queue.inDatabase { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    } catch {
      try? queue.close()
      throw error
    }
    try queue.close()
  }
}
