import ContentStore
import Digests
import OCIImage
import Synchronization
import Threads

/// What happens to an object on its way.
public enum TransferEvent: Sendable, Hashable {
  /// It is being sent.
  case began(Descriptor)
  /// So many bytes of it more were sent; some may be sent again after a failure.
  case moved(Descriptor, UInt64)
  /// It is in the repository.
  case ended(Descriptor, UploadOutcome)
}

/// A repository as a place that objects come from and go to.
///
/// What goes there is sent when ``commit()`` is called, several objects at a time; a document is sent
/// after what was written before it. Manifests go to `manifests/`, all else to `blobs/`.
public final class RegistryBlobs: BlobSource, BlobSink {
  /// The repository.
  public let client: RegistryClient
  private let others: [RepositoryName]
  private let parallel: Int
  private let tell: @Sendable (TransferEvent) -> Void
  private let state = Mutex(State())

  private struct State {
    var waiting: [Waiting] = []
    // Known not to be there: nobody has to ask again.
    var absent: Set<Digest> = []
    var failure: RegistryError?
    // Of a commit: nothing may be relied on after it.
    var broken: StoreError?
  }

  private struct Waiting {
    var descriptor: Descriptor
    var source: any BlobSource
  }

  /// A repository from and to which nothing was moved yet.
  ///
  /// - Parameters:
  ///   - others: repositories of the same registry that may have what is sent.
  ///   - parallel: how many blobs are sent at a time.
  ///   - tell: called on whichever thread.
  public init(
    _ client: RegistryClient, mountingFrom others: [RepositoryName] = [], parallel: Int = 4,
    tell: @escaping @Sendable (TransferEvent) -> Void = { _ in }
  ) {
    self.client = client
    self.others = others
    self.parallel = max(1, parallel)
    self.tell = tell
  }

  /// What the registry failed with last: it says more than a ``StoreError`` has room for.
  public var failure: RegistryError? { state.withLock { $0.failure } }

  private func storing<Value>(
    _ digest: Digest?, _ body: () throws(RegistryError) -> Value
  ) throws(StoreError) -> Value {
    do throws(RegistryError) {
      return try body()
    } catch {
      state.withLock { $0.failure = error }
      throw StoreError(error, digest: digest)
    }
  }

  // MARK: From there

  /// The size as the registry says it; a manifest may be looked for among the blobs and the other
  /// way round where nobody knows better.
  public func size(of digest: Digest, mediaType: String?) throws(StoreError) -> UInt64? {
    try storing(digest) { () throws(RegistryError) in
      for isManifest in Self.order(mediaType) {
        let found =
          isManifest
          ? try client.manifestSize(digest, mediaType: mediaType) : try client.blobSize(digest)
        if let found { return found }
      }
      return nil
    }
  }

  /// Hands over what the registry has under a name; a broken connection is taken up again.
  public func transfer(
    _ digest: Digest, mediaType: String?,
    to body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    try storing(digest) { () throws(RegistryError) in
      // Where it was looked for first is where it should have been.
      var missing: RegistryError?
      for isManifest in Self.order(mediaType) {
        do throws(RegistryError) {
          return try client.transfer(
            client.address("\(isManifest ? "manifests" : "blobs")/\(digest)"), digest,
            headers: isManifest ? RegistryClient.accepting(mediaType) : [:], to: body)
        } catch {
          guard error.code == .missing else { throw error }
          missing = missing ?? error
        }
      }
      if let missing { throw missing }
    }
  }

  // Where to look, in this order; true for the manifests.
  private static func order(_ mediaType: String?) -> [Bool] {
    guard let mediaType, !mediaType.isEmpty else { return [true, false] }
    return References.isDocument(mediaType) ? [true] : [false, true]
  }

  // MARK: To there

  /// Whether the object is there; what is attached to another is so only where it is on its list.
  public func has(_ descriptor: Descriptor) throws(StoreError) -> Bool {
    guard descriptor.digest.algorithm == .sha256 else { return false }
    let isThere = try storing(descriptor.digest) { () throws(RegistryError) in
      References.isDocument(descriptor.mediaType)
        ? try isListed(descriptor) : try client.hasBlob(descriptor.blob)
    }
    if !isThere { state.withLock { _ = $0.absent.insert(descriptor.digest) } }
    return isThere
  }

  // Somebody may have been interrupted between the manifest and its list.
  private func isListed(_ descriptor: Descriptor) throws(RegistryError) -> Bool {
    let digest = descriptor.digest
    guard try client.manifestSize(digest, mediaType: descriptor.mediaType) == descriptor.size else {
      return false
    }
    let manifest = try client.manifest(.digest(digest), mediaType: descriptor.mediaType)
    guard let entry = ReferrerEntry(manifest.bytes, mediaType: manifest.mediaType) else {
      return true
    }
    return try client.referrers(of: entry.subject).contains { $0.digest == digest }
  }

  /// Takes note of a blob, which ``commit()`` sends; sends a manifest.
  public func write(
    _ descriptor: Descriptor, from source: some BlobSource
  ) throws(StoreError) {
    guard References.isDocument(descriptor.mediaType) else {
      state.withLock {
        $0.waiting.append(Waiting(descriptor: descriptor, source: source))
      }
      return
    }
    try commit()
    try put(descriptor, from: source, as: .digest(descriptor.digest))
  }

  /// Gives a manifest a tag.
  ///
  /// - Parameter source: has its bytes.
  public func tag(
    _ descriptor: Descriptor, from source: some BlobSource, as tag: TagName
  ) throws(StoreError) {
    try commit()
    try put(descriptor, from: source, as: .tag(tag))
  }

  private func put(
    _ descriptor: Descriptor, from source: some BlobSource, as name: ManifestReference
  ) throws(StoreError) {
    let bytes = try source.read(
      descriptor.digest, mediaType: descriptor.mediaType, limit: RegistryClient.manifestLimit)
    guard UInt64(bytes.count) == descriptor.size else {
      throw StoreError(
        .corrupt, digest: descriptor.digest, expected: "\(descriptor.size) bytes",
        found: "\(bytes.count) bytes")
    }
    tell(.began(descriptor))
    try storing(descriptor.digest) { () throws(RegistryError) in
      try client.put(bytes, mediaType: descriptor.mediaType, as: name)
    }
    tell(.ended(descriptor, .sent))
  }

  /// Sends the blobs that were written, and returns when the registry has confirmed each. After a
  /// failure the same failure answers whatever is written next.
  public func commit() throws(StoreError) {
    if let broken = state.withLock({ $0.broken }) { throw broken }
    let (waiting, absent) = state.withLock { state in
      defer { state.waiting = [] }
      return (state.waiting, state.absent)
    }
    // Each once, however often it was written.
    var seen: Set<Digest> = []
    let blobs = waiting.filter { seen.insert($0.descriptor.digest).inserted }
    let failed = Mutex<RegistryError?>(nil)
    Workers.each(below: blobs.count, threads: parallel) { number, _ in
      if failed.withLock({ $0 != nil }) { return }
      let blob = blobs[number]
      do throws(RegistryError) {
        try send(blob, looks: !absent.contains(blob.descriptor.digest))
      } catch {
        failed.withLock { if $0 == nil { $0 = error } }
      }
    }
    if let error = failed.withLock({ $0 }) {
      let broken = StoreError(error)
      state.withLock { ($0.failure, $0.broken) = (error, broken) }
      throw broken
    }
  }

  private func send(_ blob: Waiting, looks: Bool) throws(RegistryError) {
    let descriptor = blob.descriptor
    tell(.began(descriptor))
    let outcome = try client.push(
      descriptor, from: blob.source, mountingFrom: others, looks: looks
    ) { [tell] in tell(.moved(descriptor, $0)) }
    state.withLock { _ = $0.absent.remove(descriptor.digest) }
    tell(.ended(descriptor, outcome))
  }
}
