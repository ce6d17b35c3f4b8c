import ContentStore
import Digests
import OCIImage
import Synchronization
import Threads

/// Documents whose subject is another object: signatures and attestations, which nothing else names.
///
/// Reference: OCI image-spec v1.1, manifest.md and image-index.md, "subject".
struct Attachments {
  /// What was found in one object that may be attached to something.
  enum Finding: Sendable {
    /// It is attached to another.
    case attached(to: Digest)
    /// Its bytes are not what its name says, so that nobody knows.
    case damaged(StoreError)
  }

  // By the digest of what they are attached to, ascending.
  private var attached: [Digest: [Digest]] = [:]
  /// Objects of which nobody can tell, ascending.
  private(set) var damaged: [(digest: Digest, error: StoreError)] = []

  /// Looks through objects that nothing is known to lead to.
  ///
  /// - Parameters:
  ///   - candidates: ascending. What is larger than a document may be is none.
  ///   - isSound: whether they are known to be what their names say. Otherwise all of them are read
  ///     whole, because damage may be anywhere, also in what shows a document.
  init(
    among candidates: [Blob], in source: any BlobSource, isSound: Bool
  ) throws(StoreError) {
    let small = candidates.filter { $0.size <= UInt64(References.limit) }
    let found = Mutex([Result<Finding?, StoreError>](repeating: .success(nil), count: small.count))
    Workers.each(below: small.count, share: 16) { number, _ in
      let result = Result { () throws(StoreError) in
        try Self.look(small[number].digest, in: source, isSound: isSound)
      }
      found.withLock { $0[number] = result }
    }
    for (blob, result) in zip(small, found.withLock { $0 }) {
      switch try result.get() {
      case .attached(let subject)?: attached[subject, default: []].append(blob.digest)
      case .damaged(let error)?: damaged.append((blob.digest, error))
      case nil: break
      }
    }
  }

  /// Takes what is attached to something that is reached; nil where there is none. To be asked again
  /// after those were followed, since an attachment may have attachments.
  ///
  /// - Parameter isReached: whether a way leads to an object.
  mutating func next(to isReached: (Digest) -> Bool) -> [Digest]? {
    let subjects = attached.keys.filter(isReached)
    guard !subjects.isEmpty else { return nil }
    return subjects.flatMap { attached.removeValue(forKey: $0) ?? [] }.sorted()
  }

  private static func look(
    _ digest: Digest, in source: any BlobSource, isSound: Bool
  ) throws(StoreError) -> Finding? {
    let bytes: [UInt8]
    do throws(StoreError) {
      if isSound, try !source.beginsLikeDocument(digest, mediaType: nil) { return nil }
      bytes = try source.read(digest, mediaType: nil, limit: References.limit)
    } catch {
      // One that went away meanwhile is nobody's any more.
      if error.code == .missing { return nil }
      guard error.isOfTheObject else { throw error }
      return .damaged(error)
    }
    return References.subject(bytes).map { .attached(to: $0) }
  }
}
