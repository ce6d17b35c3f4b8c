import Digests
import Files

/// Removes objects that nothing refers to, beside processes that add and look for objects.
///
/// Whoever relies on an object that is there writes it into its lease first and looks whether it is
/// there second (`BlobBatch`). A sweep moves an object out of `blobs/` first, reads the leases
/// second, and removes it third. Of the two that meet, one comes first:
///
/// * the lease's line was written before the sweep read the leases: the sweep finds it and puts the
///   object back;
/// * it was written after that, so after the move, too: whoever wrote it looks later still, finds
///   no object, and writes its own copy.
///
/// A lease ends with its process, though, and what was written under it stays: whoever was killed may
/// have left a document that leads to what is moved here, written after the candidates were chosen.
/// So whoever chose them is asked again, after the leases were read.
///
/// In the first case somebody may find the object missing until it is put back. That costs a copy of
/// the same bytes, no more: putting back never replaces. A sweep that dies in between leaves objects
/// in `tmp/collected`. Nothing durable refers to them yet, because a reference (a line of the
/// ledger, an entry of `index.json`) is written under the writer's lock, which the sweep held, and
/// whoever takes the lock next puts them back before it does anything else.
public struct Sweep {
  private let store: ContentStore
  // Held as long as the sweep lives.
  private let lock: WriterLock

  /// At most so many objects are out of their place at a time.
  static let chunk = 1024

  /// A sweep of a store.
  public init(store: ContentStore, holding lock: WriterLock) {
    self.store = store
    self.lock = lock
  }

  /// Removes objects that are not leased.
  ///
  /// - Parameters:
  ///   - candidates: what nothing durable refers to.
  ///   - wanted: which of those that were moved out of their place something leads to by now.
  /// - Returns: those that are gone now.
  /// - Throws: what a move, a lease, the folder or `wanted` failed with; what was moved is back then,
  ///   or is put back by whoever takes the lock next.
  public func remove(
    _ candidates: [Digest], unless wanted: ([Digest]) throws -> Set<Digest>
  ) throws -> [Digest] {
    guard !candidates.isEmpty else { return [] }
    try storing(store.fileSystem.ensureDirectory(store.layout.temporary))
    try storing(store.fileSystem.ensureDirectory(store.layout.collected))
    var removed: [Digest] = []
    for start in stride(from: 0, to: candidates.count, by: Self.chunk) {
      let part = candidates[start..<min(start + Self.chunk, candidates.count)]
      do {
        removed += try remove(chunk: part, unless: wanted)
      } catch {
        try restore()
        throw error
      }
    }
    try storing(store.fileSystem.synchronizeFolder(store.layout.blobs))
    return removed
  }

  private func remove(
    chunk: ArraySlice<Digest>, unless wanted: ([Digest]) throws -> Set<Digest>
  ) throws -> [Digest] {
    let early = try leased()
    var moved: [Digest] = []
    for digest in chunk where !early.contains(digest) {
      let path = try store.layout.blob(digest)
      if try storing(store.fileSystem.renameIfAny(path, to: place(of: digest))) {
        moved.append(digest)
      }
    }
    // In this order: whoever wrote a document and has no lease any more wrote it before.
    let late = try leased()
    let kept = late.union(moved.isEmpty ? [] : try wanted(moved))
    for digest in moved {
      if kept.contains(digest) {
        try putBack(digest)
      } else {
        try discard(digest)
      }
    }
    return moved.filter { !kept.contains($0) }
  }

  /// Puts back what a sweep that died, or failed, had moved.
  func restore() throws(StoreError) {
    let names = try storing(store.fileSystem.namesIfAny(in: store.layout.collected))
    let digests = names.compactMap { Digest(sha256Hex: $0) }
    guard !digests.isEmpty else { return }
    for digest in digests { try putBack(digest) }
    try storing(store.fileSystem.synchronizeFolder(store.layout.blobs))
  }

  private func leased() throws(StoreError) -> Set<Digest> {
    try Lease.live(in: store.layout.leases, fileSystem: store.fileSystem)
  }

  private func place(of digest: Digest) -> String { "\(store.layout.collected)/\(digest.hex)" }

  private func putBack(_ digest: Digest) throws(StoreError) {
    let path = try store.layout.blob(digest)
    // Somebody may have brought the same bytes meanwhile.
    if try !storing(store.fileSystem.move(place(of: digest), toNew: path)) { try discard(digest) }
  }

  private func discard(_ digest: Digest) throws(StoreError) {
    try storing(store.fileSystem.removeIfAny(place(of: digest)))
  }
}
