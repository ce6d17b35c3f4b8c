import Digests
import Files
import Synchronization
import Threads

/// Reads objects and tells which are what their names say.
public struct BlobAudit: Sendable {
  /// What is wrong with an object.
  public enum Problem: Sendable, Hashable {
    /// Its bytes have another digest.
    case corrupt(found: Digest)
    /// Its name stands for a link, a folder or a device.
    case notAFile(FileInfo.Kind)
    /// It cannot be read.
    case unreadable(StoreError)
  }

  /// What was found under one name.
  public struct Entry: Sendable, Hashable {
    /// The name.
    public var digest: Digest
    /// In bytes; 0 where it could not be opened.
    public var size: UInt64
    /// Whether somebody may write it, by its permission bits.
    public var isWritable: Bool
    /// Whether it begins as a document may.
    public var beginsLikeDocument = false
    /// nil for a good one.
    public var problem: Problem?
  }

  private let store: ContentStore

  /// An audit of a store's objects.
  public init(_ store: ContentStore) { self.store = store }

  /// Hashes objects, several at a time, in constant memory for each.
  public func run(_ names: DigestPool) -> AuditedBlobs {
    let found = Mutex(AuditedBlobs(names))
    Workers.each(below: names.count, bufferSize: 1 << 20) { number, buffer in
      guard let entry = check(names[number], buffer) else { return }
      found.withLock { $0.set(entry, at: number) }
    }
    return found.withLock { $0 }
  }

  // nil for one that went away meanwhile.
  private func check(_ digest: Digest, _ buffer: UnsafeMutableRawBufferPointer) -> Entry? {
    var entry = Entry(digest: digest, size: 0, isWritable: false)
    do throws(StoreError) {
      return try read(digest, buffer, into: &entry) ? entry : nil
    } catch {
      entry.problem = .unreadable(error)
    }
    return entry
  }

  private func read(
    _ digest: Digest, _ buffer: UnsafeMutableRawBufferPointer, into entry: inout Entry
  ) throws(StoreError) -> Bool {
    let path = try store.layout.blob(digest)
    do throws(FileError) {
      guard let file = try store.fileSystem.openFileIfAny(path) else { return false }
      let info = try file.info()
      entry.size = info.size
      entry.isWritable = info.permissions & 0o222 != 0
      let hash = try hash(file, buffer, into: &entry)
      if hash != digest { entry.problem = .corrupt(found: hash) }
    } catch {
      guard error.code == .malformed, let info = try storing(store.fileSystem.infoIfAny(path))
      else { throw StoreError(error) }
      // A link has bits that nobody heeds.
      entry.isWritable = info.kind != .symbolicLink && info.permissions & 0o222 != 0
      entry.problem = .notAFile(info.kind)
    }
    return true
  }

  private func hash(
    _ file: borrowing OpenFile, _ buffer: UnsafeMutableRawBufferPointer, into entry: inout Entry
  ) throws(FileError) -> Digest {
    var hasher = SHA256Hasher()
    var offset: UInt64 = 0
    while let piece = try file.next(&offset, in: buffer) {
      hasher.update(piece)
      if offset == UInt64(piece.count) { entry.beginsLikeDocument = DocumentStart.isAt(piece) }
      // A short read at the size that was told is the end: one call a small object.
      if piece.count < buffer.count && offset == entry.size { break }
    }
    return hasher.finalize()
  }
}
