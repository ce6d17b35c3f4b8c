import ContentStore
import Digests
import Synchronization
import Threads

/// Manifests that are about to be asked for, read and parsed by several threads at a time: what a
/// walk over very many records waits for is the file system and the parser.
public struct ManifestsAhead: Sendable {
  /// So many records at a time keep the threads busy and the memory small.
  public static let chunk = 512

  /// Nothing read.
  public init() {}

  private var found: [Digest: Result<Manifest, StoreError>] = [:]

  /// The manifest of a digest, or why it is none; nil when it was not read ahead.
  public subscript(digest: Digest) -> Result<Manifest, StoreError>? { found[digest] }

  /// Reads records, and the images that they are about, in place of what was read before.
  ///
  /// - Parameter isWanted: whether a manifest will be asked for.
  public mutating func read(
    _ records: [Digest], in source: any BlobSource, isWanted: @Sendable (Digest) -> Bool
  ) {
    let results = Mutex<[Digest: Result<Manifest, StoreError>]>([:])
    Workers.each(below: records.count, share: 16) { number, _ in
      var next: Digest? = records[number]
      // A record and its image; whatever is deeper is read when somebody comes there.
      for _ in 0..<2 {
        guard let digest = next, isWanted(digest) else { return }
        let result = Self.manifest(digest, in: source)
        // What is too large for a manifest may be an index; whoever asks has to tell.
        if case .failure(let error) = result, error.code == .tooLarge { return }
        results.withLock { $0[digest] = result }
        next = nil
        if case .success(let manifest) = result, let subject = manifest.subject,
          subject.mediaType == MediaType.manifest
        {
          next = subject.digest
        }
      }
    }
    found = results.withLock { $0 }
  }

  private static func manifest(
    _ digest: Digest, in source: any BlobSource
  ) -> Result<Manifest, StoreError> {
    Result { () throws(StoreError) in
      try Manifest(source.read(digest, mediaType: MediaType.manifest, limit: Manifest.limit))
    }
  }
}
