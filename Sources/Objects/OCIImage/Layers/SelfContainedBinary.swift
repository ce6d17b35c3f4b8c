import Archive
import ContentStore
import Digests
import Files

/// The runnable binary of a service: the runtime, the app layer's tar, the trailer.
///
/// Reference: formats.md, "The self-contained binary".
public struct SelfContainedBinary: Sendable {
  private let runtime: RuntimeFile
  private let tail: [UInt8]

  /// The binary of a handler.
  public init(runtime: RuntimeFile, app: AppLayer) {
    self.runtime = runtime
    tail = app.tar + BinaryTrailer(offset: runtime.size, tar: app.tar).bytes
  }

  /// In bytes.
  public var size: UInt64 { runtime.size + UInt64(tail.count) }

  /// Its SHA-256: reads the runtime once.
  public func digest() throws(ImageError) -> Digest {
    do throws(ArchiveError) {
      return try runtime.digest(followedBy: tail)
    } catch {
      guard case .truncated(let done) = error else { throw .archive(error) }
      throw .archive(
        .sourceChanged(path: runtime.path, expected: runtime.size, found: done))
    }
  }

  /// Begins to write it, for ``write(for:in:staged:)`` to put in its place.
  public func stage(in store: ContentStore) throws(ImageError) -> StagedFile {
    try wrapping(store: store.stageBinary(from: parts))
  }

  /// Writes it to `deploy/<service>` in one step.
  ///
  /// - Parameter staged: the same binary, if it was begun already.
  /// - Returns: where a folder is now that was in its place; nil in general.
  @discardableResult
  public func write(
    for service: String, in store: ContentStore, staged: StagedFile? = nil
  ) throws(ImageError) -> String? {
    guard let staged else {
      return try wrapping(store: store.writeBinary(of: service, from: parts))
    }
    return try wrapping(store: store.placeBinary(of: service, staged))
  }

  private var parts: [AtomicFile.Part] {
    [.file(descriptor: runtime.descriptor, offset: 0, length: runtime.size), .bytes(tail)]
  }
}
