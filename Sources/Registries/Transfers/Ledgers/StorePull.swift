import ContentStore
import Digests
import Ledger
import OCIRegistry

/// `zigttp pull`: the ledgers of other writers beside ours, read-only, and what their rows lead to.
public struct StorePull {
  /// How to go about it.
  public struct Options: Sendable {
    /// Believe these keys alone, for the origins whose names they have.
    public var named: [VerifierKey] = []
    /// Whether objects stay where they are, and `shallow` says so.
    public var isLedgerOnly = false

    /// Everything, by the keys that are believed anyway.
    public init() {}
  }

  /// What came of one writer's ledger.
  public struct Pulled: Sendable {
    /// SHA-256 hex of its origin.
    public var name: String
    /// The ledger as it is here now; nil where none is.
    public var ledger: LedgerSummary?
    /// Lines that came.
    public var rows = 0
    /// What was not taken, and why.
    public var troubles: [PulledTrouble] = []
  }

  /// What came.
  public struct Outcome: Sendable {
    /// By name.
    public var ledgers: [Pulled] = []
    /// What is wrong with ledgers in the registry that have our own origin.
    public var own: [PulledTrouble] = []
    /// Records and what they lead to.
    public var objects = RecordFetch.Outcome()
    /// Records of other writers whose objects are elsewhere.
    public var elsewhere = 0

    /// Every trouble there is.
    public var troubles: [PulledTrouble] { ledgers.flatMap(\.troubles) + own }
  }

  private let store: ContentStore
  private let blobs: RegistryBlobs
  private let trust: LedgerTrust
  private let options: Options

  /// A pull to come.
  public init(
    _ store: ContentStore, from blobs: RegistryBlobs, trust: LedgerTrust, _ options: Options
  ) {
    self.store = store
    self.blobs = blobs
    self.trust = trust
    self.options = options
  }

  /// Pulls.
  ///
  /// - Parameter tell: gets what happens.
  /// - Throws: what the registry and the store fail with; what is wrong with one ledger stands in the
  ///   outcome, and the others are taken.
  public func run(
    tell: @escaping @Sendable (TransferNotice) -> Void = { _ in }
  ) throws -> Outcome {
    let lock = { try store.lockForWriting(command: "pull") { tell(.waiting($0)) } }
    let remote = try RemoteLedgers(of: blobs.client)
    let origin = try StoreOrigin(store).read()
    let own = origin.map { Digest.sha256(of: $0).hex }
    var outcome = Outcome()
    let pull = LedgerPull(
      store: store, blobs: blobs, trust: trust, named: options.named, lock: lock, tell: tell)
    for name in remote.names where name != own {
      var pulled = Pulled(name: name)
      let (result, troubles) = try pull.run(remote.claims(of: name))
      pulled.troubles = troubles
      switch result {
      case .unchanged(let ledger): pulled.ledger = ledger
      case .taken(let ledger, let rows): (pulled.ledger, pulled.rows) = (ledger, rows)
      case nil: break
      }
      outcome.ledgers.append(pulled)
    }
    if let own {
      outcome.own = try OwnLedgers(store, blobs, trust).run(remote.claims(of: own)).troubles
    }
    let wanted = try missingRecords()
    if !options.isLedgerOnly {
      outcome.objects = try RecordFetch(store, from: blobs, lock: lock).run(wanted, tell: tell)
    }
    outcome.elsewhere = wanted.count - outcome.objects.records.count
    return outcome
  }

  /// Records that rows of other writers name and that are not here, in the order of the rows.
  private func missingRecords() throws -> [Digest] {
    let shallow = try store.shallow.read()
    var seen: Set<Digest> = []
    var out: [Digest] = []
    for other in try OtherLedgers(store).all() {
      try other.rows { row in
        guard let record = row.record, record.algorithm == .sha256,
          seen.insert(record).inserted
        else { return }
        if try shallow.contains(record) || !store.blobs.has(record) { out.append(record) }
      }
    }
    return out
  }
}
