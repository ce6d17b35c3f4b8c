import Digests
import Files
import Glibc
import Synchronization
import SystemPackage
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
    let fileSystem = store.fileSystem
    let path = try store.layout.blob(digest)
    let descriptor: Int32
    do throws(Errno) {
      descriptor = try fileSystem.open(
        path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK, permissions: 0)
    } catch .noSuchFileOrDirectory {
      return false
    } catch {
      let kind = try storing(fileSystem.infoIfAny(path))?.kind ?? .file
      if kind == .file { throw StoreError(error, call: "open", path: path) }
      entry.problem = .notAFile(kind)
      return true
    }
    defer { fileSystem.close(descriptor) }
    let info = try attempt("statx", path) { () throws(Errno) -> FileInfo in
      try fileSystem.info(of: descriptor)
    }
    entry.size = info.size
    entry.isWritable = info.permissions & 0o222 != 0
    guard info.kind == .file else {
      entry.problem = .notAFile(info.kind)
      return true
    }
    let hash = try hash(descriptor, path, buffer, into: &entry)
    if hash != digest { entry.problem = .corrupt(found: hash) }
    return true
  }

  private func hash(
    _ descriptor: Int32, _ path: String, _ buffer: UnsafeMutableRawBufferPointer,
    into entry: inout Entry
  ) throws(StoreError) -> Digest {
    var hasher = SHA256Hasher()
    var offset: UInt64 = 0
    while true {
      let place = offset
      let got = try attempt("read", path) { () throws(Errno) -> Int in
        try store.fileSystem.read(descriptor, at: place, into: buffer)
      }
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
      if offset == 0 { entry.beginsLikeDocument = DocumentStart.isAt(buffer[..<got]) }
      offset += UInt64(got)
      // A short read at the size that was told is the end: one call a small object.
      if got == 0 || got < buffer.count && offset == entry.size { return hasher.finalize() }
    }
  }
}
