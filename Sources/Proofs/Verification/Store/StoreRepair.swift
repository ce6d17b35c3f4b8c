import ArtifactGraph
import ContentStore
import Digests
import Files
import Ledger
import OCIImage

/// `zigttp store fsck --repair`: brings back what the rest of the store can tell, and sets aside
/// what is not what its name says. Nothing is removed that may be the only copy of anything.
///
/// In the order of a deploy, so that a crash leaves what a crash of a deploy leaves: objects, the
/// ledger, what follows from its rows, the append in progress, the graph. Every step can be done
/// again.
public struct StoreRepair {
  /// What was done.
  public struct Step: Sendable, Hashable {
    /// About which finding.
    public var kind: FindingKind
    /// The object's digest, or the path relative to the store's folder.
    public var subject: String
    /// Where bytes are now that were moved out of the way, relative to the store's folder.
    public var aside: String?
  }

  /// What was found, done, and is left.
  public struct Outcome: Sendable {
    /// Before.
    public var before: StoreReport
    /// In order.
    public var steps: [Step]
    /// After.
    public var after: StoreReport
  }

  let store: ContentStore
  let trust: LedgerTrust
  private let now: Int64
  private let usesGraph: Bool
  private var steps: [Step] = []

  /// A repair to come.
  ///
  /// - Parameters:
  ///   - store: made unchecked.
  ///   - trust: whose key signs what an append left, and whose are believed.
  ///   - now: Unix milliseconds.
  ///   - usesGraph: false for a store that is not on the machine's file system.
  public init(
    _ store: ContentStore, trust: LedgerTrust, now: Int64, usesGraph: Bool = true
  ) {
    self.store = store
    self.trust = trust
    self.now = now
    self.usesGraph = usesGraph
  }

  /// Repairs.
  ///
  /// - Parameter waiting: called when another process has the lock.
  /// - Throws: `readOnly`, and what a step fails with; what was done until then stays done.
  public mutating func run(
    waiting: (WriterLock.Holder?) -> Void = { _ in }
  ) throws -> Outcome {
    try store.requireWritable()
    let check = StoreCheck(store, trust: trust, now: now, checksGraph: usesGraph)
    let early = Inspection.audit(store)
    try clearLock()
    let lock = try store.lockForWriting(command: "store fsck --repair", waiting: waiting)
    return try withExtendedLifetime(lock) {
      let before = try check.report(early, holding: lock)
      guard before.findings.contains(where: { $0.remedy == .repair }) || !steps.isEmpty else {
        return Outcome(before: before, steps: steps, after: before)
      }
      try repair(before, holding: lock)
      let after = try check.report(Inspection.audit(store), holding: lock)
      return Outcome(before: before, steps: steps, after: after)
    }
  }

  // What stands in the lock's place keeps everybody from writing, this repair too.
  private mutating func clearLock() throws {
    guard try !store.hasUsableLock() else { return }
    let aside = try store.setAside(store.layout.lock, as: "lock")
    done(.lockNotAFile, "lock", aside)
  }

  private mutating func repair(_ report: StoreReport, holding lock: WriterLock) throws {
    func found(_ kinds: FindingKind...) -> [Finding] {
      report.findings.filter { kinds.contains($0.kind) }
    }
    try repairFolders(found(.folderMissing, .folderNotWritable))
    try repairObjects(found(.blobCorrupt, .blobNotAFile, .blobName, .blobPermissions))
    if !found(.shallowMalformed).isEmpty { try repairShallow() }
    let ends = found(.appendUnfinished, .ledgerTornTail, .ledgerNewlineGone)
    try finishAppend(ends, holding: lock) { repair in
      let survey = try? LedgerSurvey(repair.store, trust: repair.trust)
      // From a ledger that is not what it was, nothing is made.
      if let survey, survey.doubts.isEmpty {
        try repair.repairLeaves(found(.leavesStale, .appendUnfinished), survey)
        try repair.repairIndex(
          found(.indexMissing, .indexMalformed, .indexStale, .appendUnfinished), survey)
        try repair.repairBinaries(
          found(.binaryMismatch, .binaryMissing, .appendUnfinished), survey)
      }
    }
    try repairSmallFiles(found(.gitignoreMissing, .originMissing, .originMalformed))
    if usesGraph, !found(.graphUnusable, .graphStale).isEmpty {
      let stores = try [store] + OtherLedgers(store).all().map(\.store)
      for finding in found(.graphUnusable, .graphStale) {
        for store in stores
        where store.layout.graph == "\(self.store.layout.root)/\(finding.subject)" {
          _ = try ArtifactGraph.reindexed(store, holding: lock)
          done(finding.kind, finding.subject, nil)
        }
      }
    }
    if !found(.leftover).isEmpty {
      try store.removeLeftovers(now: now / 1000)
      done(.leftover, "tmp/, leases/", nil)
    }
    // Last, as when a store is made.
    try repairMarker(found(.layoutMissing, .layoutMalformed))
  }

  mutating func done(_ kind: FindingKind, _ subject: String, _ aside: String?) {
    steps.append(Step(kind: kind, subject: subject, aside: aside))
  }

  private mutating func repairFolders(_ findings: [Finding]) throws {
    for finding in findings {
      let path =
        finding.subject == "." ? store.layout.root : "\(store.layout.root)/\(finding.subject)"
      guard let info = try storing(store.fileSystem.infoIfAny(path, followingLink: true)) else {
        done(finding.kind, finding.subject, nil)
        continue
      }
      if info.kind == .directory {
        try store.setPermissions(path, to: info.permissions | 0o700)
        done(finding.kind, finding.subject, nil)
      } else {
        let name = finding.subject.map { $0 == "/" ? "-" : $0 }
        done(finding.kind, finding.subject, try store.setAside(path, as: String(name)))
      }
    }
    if !findings.isEmpty {
      try StoreMaker(fileSystem: store.fileSystem).makeFolders(of: store.layout)
    }
  }

  private mutating func repairObjects(_ findings: [Finding]) throws {
    for finding in findings {
      switch finding.kind {
      case .blobPermissions:
        guard let digest = Digest(finding.subject) else { continue }
        try store.setPermissions(try store.layout.blob(digest), to: 0o444)
        done(finding.kind, finding.subject, nil)
      case .blobName:
        // No path leads to a name that is not UTF-8; how it is shown may be another file's name.
        guard finding.found == nil else { continue }
        let path = "\(store.layout.root)/\(finding.subject)"
        let name = String(finding.subject.dropFirst("blobs/sha256/".count))
        done(finding.kind, finding.subject, try store.setAside(path, as: "blob-\(name)"))
      default:
        guard let digest = Digest(finding.subject) else { continue }
        let aside = try store.setAside(
          try store.layout.blob(digest), as: "\(digest.algorithm)-\(digest.hex)")
        done(finding.kind, finding.subject, aside)
      }
    }
  }

  private mutating func repairShallow() throws {
    // Moving it away first would make damage of every record it explains.
    let records = try store.shallow.readable()
    try store.keepCopy(of: store.layout.shallow, as: "shallow")
    try store.shallow.replace(with: records)
    done(.shallowMalformed, "shallow", "quarantine/")
  }

  /// Completes or sets aside what an append left, runs what follows from its rows, and then
  /// declares it finished.
  private mutating func finishAppend(
    _ findings: [Finding], holding lock: WriterLock, _ body: (inout StoreRepair) throws -> Void
  ) throws {
    // A ledger that is not what was signed is nothing to append to.
    guard !findings.isEmpty, var writer = try writer(holding: lock) else { return try body(&self) }
    for notice in writer.recovery.notices {
      switch notice {
      case .newlinePutBack: done(.ledgerNewlineGone, "proofs.jsonl", nil)
      case .tornTailSetAside(_, let path): done(.ledgerTornTail, "proofs.jsonl", path)
      case .foreignAppendSetAside(let path): done(.appendUnfinished, "append.next", path)
      default: break
      }
    }
    try body(&self)
    if !writer.recovery.rows.isEmpty {
      try writer.finish()
      done(.appendUnfinished, "append.next", nil)
    }
  }

  private func writer(holding lock: WriterLock) throws(LedgerError) -> LedgerWriter? {
    do throws(LedgerError) {
      return try LedgerWriter(store, holding: lock, trust: trust)
    } catch .refused {
      return nil
    }
  }
}
