import ContentStore
import Digests

/// Signs rows that nobody signed, after somebody has looked at them.
public struct LedgerSealing {
  private let store: ContentStore
  private let trust: LedgerTrust
  // Held as long as the value lives.
  private let lock: WriterLock

  /// - Parameter lock: the store's writer lock.
  public init(_ store: ContentStore, holding lock: WriterLock, trust: LedgerTrust) {
    self.store = store
    self.lock = lock
    self.trust = trust
  }

  /// What keeps a ledger from being sealed: everything but rows that nobody signed. nil when it can
  /// be, or needs not.
  public static func obstacle(in report: LedgerReport) -> LedgerFinding? {
    for finding in report.findings {
      switch finding {
      case .unsealed, .neverSealed: continue
      default: return finding
      }
    }
    guard report.checkpoint != nil, report.anchor == nil, report.unsealed != nil else { return nil }
    return .unknownSigner(origin: report.origin ?? "", hint: report.signer)
  }

  /// What was signed, and with which key.
  public struct Seal: Sendable, Hashable {
    /// The head of the ledger.
    public var checkpoint: Checkpoint
    /// Whose signature it has.
    public var key: VerifierKey
    /// What has to be said aloud.
    public var notices: [LedgerRecovery.Notice]
  }

  /// Signs the ledger as it stands.
  ///
  /// - Parameter root: the root that was shown; nil for whatever stands there.
  /// - Returns: nil when there was nothing to sign.
  /// - Throws: `refused` where more is wrong than unsealed rows; `changedUnderneath` when the root is
  ///   another one.
  public func seal(root: Digest? = nil) throws(LedgerError) -> Seal? {
    let report = try LedgerVerification(store, trust: trust).run()
    if let obstacle = Self.obstacle(in: report) { throw .refused(obstacle) }
    guard report.unsealed != nil else { return nil }
    if let root, root != report.root { throw .changedUnderneath(path: store.layout.ledger) }
    let folder = LedgerFolder(store: store)
    let (origin, _) = try Origin.ensure(folder)
    let (key, madeAt) = try trust.ensureSigningKey(for: origin)
    let head = Checkpoint(origin: origin, size: report.rows, root: report.root)
    let checkpoint = try SignedCheckpoint(head, by: key)
    try SealFile(folder: folder).write(checkpoint, by: key.verifier)
    try folder.synchronizeFolder(store.layout.root)
    var notices: [LedgerRecovery.Notice] = []
    if let madeAt { notices.append(.madeKey(key.verifier, path: madeAt)) }
    // The rows are signed whatever becomes of the memory.
    do throws(LedgerError) {
      try trust.memory?.remember(
        CheckpointMemory.Entry(key: key.verifier, checkpoint: checkpoint, folder: store.layout.root)
      )
    } catch { notices.append(.notRemembered(error)) }
    return Seal(checkpoint: head, key: key.verifier, notices: notices)
  }
}
