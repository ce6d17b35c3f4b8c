import ContentStore
import Digests
import Ledger
import OCIImage
import OCIRegistry

/// Brings deploy records and all they lead to from a repository, verified, and takes them off
/// `shallow`. What is here already is not fetched; whoever was interrupted begins again and goes on.
public struct RecordFetch {
  private let store: ContentStore
  private let blobs: RegistryBlobs
  private let lock: () throws -> WriterLock
  // So many at a time become durable together, and are safe together.
  private static let together = 32

  /// What came.
  public struct Outcome: Sendable {
    /// Records that are whole here now.
    public var records: [Digest] = []
    /// Objects that were fetched for them.
    public var moved = ClosureSummary()
    /// Records that the repository does not have.
    public var absent: [Digest] = []
    /// Records of which something is missing there, or is not what its name says.
    public var broken: [(record: Digest, error: StoreError)] = []
  }

  /// A fetch to come.
  ///
  /// - Parameter lock: takes the store's writer lock.
  public init(
    _ store: ContentStore, from blobs: RegistryBlobs, lock: @escaping () throws -> WriterLock
  ) {
    self.store = store
    self.blobs = blobs
    self.lock = lock
  }

  /// Fetches.
  ///
  /// - Parameter tell: gets what is on its way.
  /// - Throws: what the registry and the store fail with for a reason that does not lie in an object.
  public func run(
    _ records: [Digest], tell: @escaping @Sendable (TransferNotice) -> Void = { _ in }
  ) throws -> Outcome {
    var outcome = Outcome()
    var rest = records[...]
    while !rest.isEmpty {
      let batch = try store.begin()
      defer { batch.end() }
      var whole: Set<Digest> = []
      for record in rest.prefix(Self.together) {
        do {
          guard let descriptor = try descriptor(of: record) else {
            outcome.absent.append(record)
            continue
          }
          let copied = try ClosureCopy(from: blobs).run(
            descriptor, to: WatchedSink(batch) { tell(.object($0)) })
          outcome.moved.objects += copied.written
          outcome.moved.bytes += copied.bytes
          whole.insert(record)
          outcome.records.append(record)
        } catch let error as StoreError where error.isOfTheObject {
          outcome.broken.append((record, error))
        }
      }
      // While the batch still keeps them: gc does not follow what `shallow` lists.
      if !whole.isEmpty {
        let lock = try lock()
        try withExtendedLifetime(lock) { try store.shallow.remove(whole) }
      }
      rest = rest.dropFirst(Self.together)
    }
    return outcome
  }

  /// Fetches one object, whatever it is; a document with all it leads to.
  public func run(
    _ object: Digest, tell: @escaping @Sendable (TransferNotice) -> Void = { _ in }
  ) throws -> Outcome {
    if try descriptor(of: object) != nil { return try run([object], tell: tell) }
    var outcome = Outcome()
    do {
      guard let size = try blobs.client.blobSize(object) else {
        outcome.absent = [object]
        return outcome
      }
      let batch = try store.begin()
      defer { batch.end() }
      try WatchedSink(batch) { tell(.object($0)) }.write(
        Descriptor(mediaType: MediaType.layer, digest: object, size: size), from: blobs)
      try batch.commit()
      outcome.moved = ClosureSummary(objects: 1, bytes: size)
    } catch let error as StoreError where error.isOfTheObject {
      outcome.broken = [(object, error)]
    }
    return outcome
  }

  private func descriptor(of record: Digest) throws -> Descriptor? {
    do throws(RegistryError) {
      return try blobs.client.manifest(.digest(record)).descriptor
    } catch {
      switch error.code {
      case .missing: return nil
      case .corrupt, .malformed, .tooLarge: throw StoreError(error, digest: record)
      default: throw error
      }
    }
  }
}
