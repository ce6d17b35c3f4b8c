import ContentStore
import Digests
import Files
import Ledger
import OCIRegistry

/// The lines of another writer's ledger on their way: a file of `tmp/` that is taken up again where
/// an earlier pull was interrupted, and that one pull has at a time.
struct LedgerDownload {
  let path: String
  private let file: SharedFile
  private let fileSystem: any FileSystem

  /// Takes the file of a ledger, waiting for another pull that has it.
  init(_ other: OtherLedger) throws(StoreError) {
    let store = other.store
    fileSystem = store.fileSystem
    try storing(store.fileSystem.ensureDirectory(store.layout.temporary))
    path = "\(store.layout.temporary)/ledger-\(other.name).part"
    while true {
      let opened = SharedFile(
        try storing(store.fileSystem.openFile(path, [.append, .create])))
      _ = try storing(opened.file.lock(wait: true))
      // Whoever had it may have put it in its place: then this is somebody's ledger.
      let found = try storing(store.fileSystem.infoIfAny(path))
      if try found?.inode == storing(opened.file.info()).inode {
        file = opened
        return
      }
    }
  }

  /// Fetches runs of lines, one behind the other; what is there of them already is not fetched.
  ///
  /// - Parameter tell: gets how far each run is.
  /// - Throws: ``LedgerTrouble/corrupt(_:)`` for a run that is not what it is named as; what the
  ///   registry and the store fail with.
  func fetch(
    _ runs: [Descriptor], from blobs: RegistryBlobs,
    tell: @escaping @Sendable (TransferEvent) -> Void
  ) throws {
    var end: UInt64 = 0
    for run in runs {
      if try !holds(run, at: end) {
        try file.file.truncate(to: end)
        do throws(StoreError) {
          try WatchedBlob(blobs, run, tell).stream(run) { (piece) throws(StoreError) in
            try storing(file.file.write(piece))
          }
        } catch {
          guard error.isOfTheObject else { throw error }
          throw LedgerTrouble.corrupt(error)
        }
      }
      end += run.size
    }
    try file.file.truncate(to: end)
  }

  private func holds(_ run: Descriptor, at offset: UInt64) throws(StoreError) -> Bool {
    guard try storing(file.file.info()).size >= offset + run.size else { return false }
    let room = FileBuffer(256 << 10)
    var hasher = SHA256Hasher()
    var done: UInt64 = 0
    while done < run.size {
      let got = try storing(
        file.file.read(at: offset + done, into: room.first(run.size - done)))
      if got == 0 { return false }
      hasher.update(UnsafeRawBufferPointer(rebasing: room.bytes[..<got]))
      done += UInt64(got)
    }
    return hasher.finalize() == run.digest
  }

  /// Reads the lines behind a tree.
  func lines(
    after frontier: MerkleFrontier, _ body: (LedgerLine) throws -> Void
  ) throws -> LedgerEnd {
    try OpenLedger(file).lines(
      from: LedgerPosition(offset: 0, frontier: frontier, last: nil), body)
  }

  /// Removes it: to be called where it was not put in its place.
  func remove() { _ = try? fileSystem.removeIfAny(path) }
}
