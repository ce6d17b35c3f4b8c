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

    var names = try ObjectNames(store.blobs)
    let sizes = names.sizes(in: store)
    func size(_ number: Int) -> UInt64? { number < sizes.count ? sizes[number] : nil }
    let named = roots.ledger.rows.records
    records = named.count
    var shared = NumberSet()
    let sorted = (0..<named.count).sorted { named[$0] < named[$1] }
    for start in stride(from: 0, to: sorted.count, by: ManifestsAhead.chunk) {
      let chunk = sorted[start..<min(start + ManifestsAhead.chunk, sorted.count)]
        .map { named[$0] }
      names.readAhead(chunk)
      for record in chunk {
        try names.follow(record, mediaType: MediaType.manifest) { number in
          let size = size(number) ?? 0
          withoutSharing += size
          if shared.insert(number) { withSharing += size }
        }
      }
    }
    for target in roots.index.entries.compactMap(\.target) {
      try names.follow(target.digest, mediaType: target.mediaType) { shared.insert($0) }
    }
    for digest in roots.loose.union(roots.leased).union(roots.spelled) {
      try names.follow(digest, mediaType: nil) { shared.insert($0) }
    }
    try Self.followAttachments(&names, sizes, &shared, in: store)
    for number in sizes.indices {
      guard let size = size(number) else { continue }
      kinds[names.kind(number), default: Amount()].add(size)
      if shared.contains(number) { reachable.add(size) } else { unreachable.add(size) }
    }
  }

  // As a collection does: what is attached to something reachable is, too.
  private static func followAttachments(
    _ names: inout ObjectNames, _ sizes: [UInt64?], _ shared: inout NumberSet,
    in store: ContentStore
  ) throws {
    let rest = sizes.indices.compactMap { number in
      shared.contains(number)
        ? nil : sizes[number].map { Blob(digest: names.digest(number), size: $0) }
    }
    // What is damaged is a check's to tell.
    var attachments = try Attachments(among: rest, in: store.blobs, isSound: true)
    while let next = attachments.next(to: { digest in
      names.number(of: digest).map(shared.contains) ?? false
    }) {
      for digest in next { try names.follow(digest, mediaType: nil) { shared.insert($0) } }
    }
  }
}
