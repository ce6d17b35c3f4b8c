import ContentStore
import Digests
import Ledger
import OCIImage

/// `zigttp store stats`: what a store holds and what keeps it.
public struct ObjectStatistics: Sendable, Hashable {
  /// What an object is, by those who name it.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A compressed layer: what every service shares.
    case runtimeLayer = "runtime layers"
    /// An uncompressed layer: one service's program.
    case appLayer = "app layers"
    case contract = "contracts"
    case sources
    case manifest = "manifests"
    case config = "configs"
    case other
  }

  /// How many, and how many bytes.
  public struct Amount: Sendable, Hashable {
    /// Objects.
    public var count = 0
    /// Bytes.
    public var bytes: UInt64 = 0

    mutating func add(_ size: UInt64) {
      count += 1
      bytes += size
    }
  }

  /// Of each kind; all of them are there.
  public private(set) var kinds: [Kind: Amount] = [:]
  /// What something leads to.
  public private(set) var reachable = Amount()
  /// What nothing leads to.
  public private(set) var unreachable = Amount()
  /// Rows of the ledger.
  public private(set) var rows = 0
  /// Services with a deploy.
  public private(set) var services = 0
  /// Different deploy records in the ledger.
  public private(set) var records = 0
  /// Bytes that all deploy records would take if each had its objects alone.
  public private(set) var withoutSharing: UInt64 = 0
  /// Bytes that they take.
  public private(set) var withSharing: UInt64 = 0

  /// Counts.
  ///
  /// - Parameter trust: whose signatures of the ledger are believed.
  /// - Throws: ``VerificationError/unreadableRoots(_:)``, and what reading fails with.
  public init(_ store: ContentStore, trust: LedgerTrust) throws {
    let roots = try StoreRoots(store, trust: trust, acceptingBadLines: true)
    rows = roots.ledger.rows.count
    services = roots.ledger.newestDeploys.count
    for kind in Kind.allCases { kinds[kind] = Amount() }

    var sizes: [Digest: UInt64] = [:]
    for digest in try store.blobs.list() {
      if let size = (try? store.blobs.size(of: digest)) ?? nil { sizes[digest] = size }
    }
    var names = ObjectNames(store.blobs)
    let all = Set(roots.ledger.rows.compactMap(\.record))
    records = all.count
    var shared: Set<Digest> = []
    for record in all.sorted() {
      let closure = try names.follow(record, mediaType: MediaType.manifest)
      withoutSharing += closure.reduce(0) { $0 + (sizes[$1] ?? 0) }
      shared.formUnion(closure)
    }
    withSharing = shared.reduce(0) { $0 + (sizes[$1] ?? 0) }
    for entry in roots.index.manifests {
      shared.formUnion(try names.follow(entry.digest, mediaType: entry.mediaType))
    }
    for digest in roots.loose { shared.formUnion(try names.follow(digest, mediaType: nil)) }
    for (digest, size) in sizes {
      kinds[names.kinds[digest] ?? .other]?.add(size)
      if shared.contains(digest) { reachable.add(size) } else { unreachable.add(size) }
    }
  }
}

/// Follows roots and remembers as what each object was named.
private struct ObjectNames {
  var kinds: [Digest: ObjectStatistics.Kind] = [:]
  private let reader: ReferenceReader
  private var known: [Digest: [ObjectReference]] = [:]

  init(_ blobs: BlobStore) { reader = ReferenceReader(blobs: blobs) }

  mutating func follow(_ root: Digest, mediaType: String?) throws -> Set<Digest> {
    var seen: Set<Digest> = []
    var todo: [(Digest, String?)] = [(root, mediaType)]
    while let (digest, type) = todo.popLast() {
      guard seen.insert(digest).inserted else { continue }
      if let type, ReferenceReader.isDocument(type) { kinds[digest] = .manifest }
      for reference in try references(of: digest, type) {
        let target = reference.descriptor
        kinds[target.digest] = Self.kind(of: reference)
        todo.append((target.digest, target.mediaType))
      }
    }
    return seen
  }

  private mutating func references(
    of digest: Digest, _ mediaType: String?
  ) throws -> [ObjectReference] {
    if let found = known[digest] { return found }
    var found: [ObjectReference] = []
    do throws(StoreError) {
      if let mediaType {
        found = try reader.references(of: digest, mediaType: mediaType)
      } else {
        found = try reader.references(ofUnknown: digest)
      }
    } catch {
      // What is missing or damaged leads nowhere; a check names it.
      guard ObjectMarks.isOfTheObject(error) else { throw error }
    }
    known[digest] = found
    return found
  }

  private static func kind(of reference: ObjectReference) -> ObjectStatistics.Kind {
    switch reference.role {
    case .record, .image, .manifest: .manifest
    case .config: .config
    case .contract: .contract
    case .sources: .sources
    case .layer:
      switch reference.descriptor.mediaType {
      case MediaType.gzipLayer: .runtimeLayer
      case MediaType.layer: .appLayer
      default: .other
      }
    }
  }
}
