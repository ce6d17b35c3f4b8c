import ArtifactGraph
import ContentStore
import Digests
import Files
import Ledger

/// `zigttp store fsck`: every object hashed, every closure walked, every file of the store held
/// against the others. Changes nothing that a user can see.
///
/// Hashing, which takes long, is done without the writer's lock; everything else under it, with a
/// second look at the objects that came and went meanwhile. So a deploy that runs beside it is
/// neither held up for long nor taken for damage.
public struct StoreCheck {
  private let store: ContentStore
  private let trust: LedgerTrust
  private let now: Int64
  private let checksGraph: Bool

  /// A check to come.
  ///
  /// - Parameters:
  ///   - store: made unchecked, so that what is wrong with it can be told.
  ///   - trust: whose signatures of the ledger are believed.
  ///   - now: Unix milliseconds.
  ///   - checksGraph: false for a store that is not on the machine's file system.
  public init(
    _ store: ContentStore, trust: LedgerTrust, now: Int64, checksGraph: Bool = true
  ) {
    self.store = store
    self.trust = trust
    self.now = now
    self.checksGraph = checksGraph
  }

  /// Checks.
  ///
  /// - Parameter waiting: called when another process has the lock.
  public func run(waiting: (WriterLock.Holder?) -> Void = { _ in }) throws -> StoreReport {
    let early = Inspection.audit(store)
    guard !store.isReadOnly, try store.hasUsableLock() else {
      return try report(early, holding: nil)
    }
    let lock: WriterLock?
    do throws(StoreError) {
      lock = try store.lockForWriting(command: "store fsck", waiting: waiting)
    } catch {
      // Whoever may not write may look all the same.
      guard [.readOnly, .accessDenied, .malformed, .diskFull].contains(error.code) else {
        throw error
      }
      lock = nil
    }
    return try withExtendedLifetime(lock) { try report(early, holding: lock) }
  }

  /// Checks for a caller who holds the lock.
  func report(
    _ early: AuditedBlobs, holding lock: WriterLock?
  ) throws -> StoreReport {
    var inspection = Inspection(store: store, trust: trust, now: now, early: early)
    try inspection.run()
    if checksGraph {
      // What leads to each object is not asked for any more, and the index needs room.
      inspection.map = ObjectMap()
      try inspection.checkGraph(holding: lock)
    }
    return inspection.report
  }
}

/// One look at a store.
struct Inspection {
  let store: ContentStore
  let trust: LedgerTrust
  let now: Int64
  var report = StoreReport()
  /// What was found of the objects, and who names which.
  var map: ObjectMap
  /// What is in the objects' folder and no object by its name.
  var strangers: [String] = []
  var unreadableNames: [String] = []
  /// nil where the ledger cannot be read at all.
  var ledger: LedgerSurvey?
  /// nil where there is no index that can be read.
  var index: Index?
  var shallow: Set<Digest> = []
  /// Records that rows of each other ledger name.
  var others: [DigestPool] = []
  /// Whether an append was interrupted: what follows from its rows is not there yet.
  var isUnfinished = false

  /// The ledger, where what follows from it can be held against it.
  var reliableLedger: LedgerSurvey? {
    guard let ledger, !isUnfinished, ledger.doubts.isEmpty else { return nil }
    return ledger
  }

  init(
    store: ContentStore, trust: LedgerTrust, now: Int64, early: AuditedBlobs
  ) {
    self.store = store
    self.trust = trust
    self.now = now
    map = ObjectMap(early)
  }

  mutating func run() throws {
    try checkLayout()
    try refreshAudit()
    try checkLedger()
    try checkOthers()
    try checkShallow()
    try readIndex()
    try walk()
    checkBlobs()
    try checkIndex()
    try checkBinaries()
    try checkLeftovers()
    report.findings.sort(by: Self.precedes)
  }

  mutating func note(_ finding: Finding) { report.findings.append(finding) }

  /// Path of a file of the store, relative to its folder.
  func relative(_ path: String) -> String {
    path.hasPrefix(store.layout.root + "/")
      ? String(path.dropFirst(store.layout.root.count + 1)) : path
  }

  static func precedes(_ a: Finding, _ b: Finding) -> Bool {
    if a.severity != b.severity { return a.severity == .error }
    if a.kind != b.kind { return a.kind.rawValue < b.kind.rawValue }
    return a.subject < b.subject
  }

  /// Hashes every object; none where there is no folder for them.
  static func audit(_ store: ContentStore) -> AuditedBlobs {
    BlobAudit(store).run((try? store.blobs.names())?.digests ?? DigestPool())
  }

  /// Looks again at what came and went since the objects were hashed, and at what was bad: it may
  /// have been replaced.
  private mutating func refreshAudit() throws {
    guard try storing(store.fileSystem.infoIfAny(store.layout.blobs, followingLink: true)) != nil
    else {
      map = ObjectMap()
      return
    }
    let names = try store.blobs.names()
    strangers = names.others
    unreadableNames = names.unreadable
    map = ObjectMap(refreshed(map.audit, names.digests))
    (report.objects, report.bytes) = map.audit.total
  }

  private func refreshed(_ audit: AuditedBlobs, _ names: DigestPool) -> AuditedBlobs {
    func isGood(_ name: Digest) -> Bool { audit.names.number(of: name).map(audit.isSound) ?? false }
    var unknown = DigestPool()
    for number in 0..<names.count where !isGood(names[number]) { unknown.insert(names[number]) }
    if unknown.isEmpty, names.count == audit.count { return audit }
    let late = BlobAudit(store).run(unknown)
    var out = AuditedBlobs(names)
    for number in 0..<names.count {
      let name = names[number]
      if let entry = unknown.contains(name) ? late[name] : audit[name] {
        out.set(entry, at: number)
      }
    }
    return out
  }
}
