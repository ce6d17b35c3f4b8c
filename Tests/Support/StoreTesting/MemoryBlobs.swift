import ContentStore
import Digests
import Synchronization

/// Objects in memory: a source that may lie, and a sink that remembers in which order things came.
public final class MemoryBlobs: BlobSource, BlobSink {
  /// What it hands over instead of an object.
  public enum Lie: Sendable, CaseIterable {
    /// As many bytes of something else.
    case otherBytes
    /// All but the last byte.
    case short
    /// The bytes, and then more without an end.
    case endless
    /// Nothing, for a size that it tells.
    case empty
    /// That it has no such object.
    case missing
  }

  /// What happened to it.
  public enum Event: Sendable, Hashable {
    case wrote(Digest)
    case committed
  }

  private struct State {
    var objects: [Digest: [UInt8]] = [:]
    var unfinished: [Digest: [UInt8]] = [:]
    var lies: [Digest: Lie] = [:]
    var events: [Event] = []
  }

  private let state = Mutex(State())

  public init() {}

  /// What was committed.
  public var objects: [Digest: [UInt8]] { state.withLock { $0.objects } }
  /// What happened, in order.
  public var events: [Event] { state.withLock { $0.events } }

  /// Puts an object there.
  @discardableResult
  public func add(_ bytes: [UInt8]) -> Blob {
    let blob = Blob(digest: .sha256(of: bytes), size: UInt64(bytes.count))
    state.withLock { $0.objects[blob.digest] = bytes }
    return blob
  }

  /// Lies about an object from now on.
  public func lie(_ lie: Lie, about digest: Digest) { state.withLock { $0.lies[digest] = lie } }

  public func size(of digest: Digest, mediaType: String?) throws(StoreError) -> UInt64? {
    state.withLock { state in
      state.lies[digest] == .missing ? nil : state.objects[digest].map { UInt64($0.count) }
    }
  }

  public func transfer(
    _ digest: Digest, mediaType: String?,
    to body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    let (object, lie) = state.withLock { ($0.objects[digest], $0.lies[digest]) }
    guard var bytes = object, lie != .missing else {
      throw StoreError(.missing, digest: digest)
    }
    switch lie {
    case .otherBytes: bytes = bytes.map { $0 ^ 1 }
    case .short: bytes.removeLast()
    case .empty: bytes = []
    default: break
    }
    try Self.hand(bytes, to: body)
    while lie == .endless { try Self.hand(bytes, to: body) }
  }

  private static func hand(
    _ bytes: [UInt8], to body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    for start in stride(from: 0, to: bytes.count, by: 1000) {
      let piece = Array(bytes[start..<min(start + 1000, bytes.count)])
      var problem: StoreError?
      piece.withUnsafeBytes { buffer in
        do throws(StoreError) { try body(buffer) } catch { problem = error }
      }
      if let problem { throw problem }
    }
  }

  public func has(_ descriptor: Descriptor) throws(StoreError) -> Bool {
    state.withLock { $0.objects[descriptor.digest]?.count == Int(descriptor.size) }
  }

  public func write(
    _ descriptor: Descriptor, from source: some BlobSource
  ) throws(StoreError) {
    var bytes: [UInt8] = []
    try source.stream(descriptor) { (piece) throws(StoreError) in bytes += piece }
    let whole = bytes
    state.withLock { state in
      state.unfinished[descriptor.digest] = whole
      state.events.append(.wrote(descriptor.digest))
    }
  }

  public func commit() throws(StoreError) {
    state.withLock { state in
      state.objects.merge(state.unfinished) { $1 }
      state.unfinished = [:]
      state.events.append(.committed)
    }
  }
}
