import ContentStore
import Digests
import Files
import Glibc

/// Removes what no repository needs, beside clients that push and pull.
///
/// In three steps, each of which leaves everything whole when it breaks off:
///
/// 1. Uploads that nobody has written to for long.
/// 2. In each repository, blobs that no manifest there names and that no client was told of for the
///    grace period: whoever was told that a blob is here (it was pushed, mounted, or asked for) has so
///    long to push the manifest that names it. What manifests name is read without a lock; before a
///    blob goes, with the repository to itself, it is looked at once more whether a client was told of
///    it since. Who pushes a manifest tells of all that it names while he shares the repository, so a
///    manifest was either there to be read, or its blobs were told of. A repository with a manifest
///    that cannot be read keeps all of its blobs.
/// 3. Objects that no repository has: those whose file has no other name. See ``ObjectFolder``.
///
/// Manifests stay, with a tag or without: a digest is a name as good as a tag.
public struct RegistryCollection: Sendable {
  /// What went.
  public struct Outcome: Sendable, Hashable {
    /// Uploads that nobody went on with.
    public var uploads = 0
    /// Blobs of repositories.
    public var blobs = 0
    /// Objects, and their bytes.
    public var objects = 0
    /// In bytes.
    public var bytes: UInt64 = 0
    /// Repositories that keep all their blobs, because a manifest there cannot be read.
    public var held: [String] = []
  }

  private let store: RegistryStore
  private let grace: Duration
  private let uploadAge: Int64

  /// A collection.
  ///
  /// - Parameters:
  ///   - grace: how long a client may take from a blob to the manifest that names it.
  ///   - uploadAge: seconds after which an upload that nobody writes to is dropped.
  public init(
    _ store: RegistryStore, grace: Duration = .seconds(86400), uploadAge: Int64 = 7 * 86400
  ) {
    self.store = store
    self.grace = grace
    self.uploadAge = uploadAge
  }

  /// Collects; to be run by one thread at a time.
  public func run() throws(RegistryError) -> Outcome {
    var outcome = Outcome()
    try inStore(store.objects.store.removeLeftovers(now: Int64(time(nil))))
    for repository in store.all {
      outcome.uploads += try store.uploads.expire(in: repository, olderThan: uploadAge)
      try collect(repository, &outcome)
      repository.forget(grace: grace)
    }
    try collectObjects(&outcome)
    return outcome
  }

  private func collect(
    _ repository: Repository, _ outcome: inout Outcome
  ) throws(RegistryError) {
    let start = ContinuousClock.now
    let here = try onDisk(store.fileSystem.namesIfAny(in: repository.blobFolder))
      .compactMap { Digest(fileName: $0) }
      .filter { repository.isForgotten($0, at: start, grace: grace) }
    guard !here.isEmpty else { return }
    guard let named = try digestsNamed(in: repository) else {
      outcome.held.append(repository.name.text)
      return
    }
    let candidates = here.filter { !named.contains($0) }
    guard !candidates.isEmpty else { return }
    outcome.blobs += try repository.lock.exclusive { () throws(RegistryError) in
      var removed = 0
      for digest in candidates
      where repository.isForgotten(digest, at: start, grace: grace) {
        let path = repository.blobPath(digest)
        if try onDisk(store.fileSystem.removeIfAny(path)) { removed += 1 }
      }
      try onDisk(store.fileSystem.synchronizeFolder(repository.blobFolder))
      return removed
    }
  }

  private func digestsNamed(in repository: Repository) throws(RegistryError) -> Set<Digest>? {
    var out: Set<Digest> = []
    let folder = repository.manifestFolder
    for name in try onDisk(store.fileSystem.namesIfAny(in: folder)) {
      let bytes = try onDisk(store.fileSystem.contents(of: "\(folder)/\(name)", limit: 64 << 20))
      // Deleted in between: it names nothing any more.
      guard let bytes else { continue }
      guard let digests = PushedManifest.digests(in: bytes) else { return nil }
      out.formUnion(digests)
    }
    return out
  }

  private func collectObjects(_ outcome: inout Outcome) throws(RegistryError) {
    let names = try inStore(store.objects.store.blobs.names()).digests
    for number in 0..<names.count {
      guard let size = try store.objects.removeIfUnnamed(names[number]) else { continue }
      outcome.objects += 1
      outcome.bytes += size
    }
    try onDisk(store.fileSystem.synchronizeFolder(store.objects.store.layout.blobs))
  }
}
