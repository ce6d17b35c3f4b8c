import ArtifactGraph
import ContentStore
import Digests
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
      guard [.readOnly, .accessDenied, .malformed].contains(error.code) else { throw error }
      lock = nil
    }
    return try withExtendedLifetime(lock) { try report(early, holding: lock) }
  }

  /// Checks for a caller who holds the lock.
  func report(
    _ early: [Digest: BlobAudit.Entry], holding lock: WriterLock?
  ) throws -> StoreReport {
    var inspection = Inspection(store: store, trust: trust, now: now, early: early)
    try inspection.run()
    if checksGraph { try inspection.checkGraph(holding: lock) }
    return inspection.report
  }
}

extension ContentStore {
  /// Whether `lock` is a file, or can become one.
  func hasUsableLock() throws(StoreError) -> Bool {
    guard let info = try fileSystem.infoIfAny(layout.lock) else { return true }
    return info.kind == .file
  }
}

/// One look at a store.
struct Inspection {
  let store: ContentStore
  let trust: LedgerTrust
  let now: Int64
  var audit: [Digest: BlobAudit.Entry]
  var report = StoreReport()
  var map = ObjectMap()
  /// nil where the ledger cannot be read at all.
  var ledger: LedgerSurvey?
  /// nil where there is no index that can be read.
  var index: Index?
  var shallow: Set<Digest> = []
  /// Whether an append was interrupted: what follows from its rows is not there yet.
  var isUnfinished = false

  /// The ledger, where what follows from it can be held against it.
  var reliableLedger: LedgerSurvey? {
    guard let ledger, !isUnfinished, ledger.doubts.isEmpty else { return nil }
    return ledger
  }

  init(
    store: ContentStore, trust: LedgerTrust, now: Int64, early: [Digest: BlobAudit.Entry]
  ) {
    self.store = store
    self.trust = trust
    self.now = now
    audit = early
  }

  mutating func run() throws {
    try checkLayout()
    try refreshAudit()
    try checkLedger()
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
  static func audit(_ store: ContentStore) -> [Digest: BlobAudit.Entry] {
    let names = (try? store.blobs.list()) ?? []
    return audit(store, names)
  }

  static func audit(_ store: ContentStore, _ names: [Digest]) -> [Digest: BlobAudit.Entry] {
    let entries = BlobAudit(store).run(names)
    var out: [Digest: BlobAudit.Entry] = [:]
    out.reserveCapacity(entries.count)
    for entry in entries where entry.problem != .gone { out[entry.digest] = entry }
    return out
  }

  /// Looks again at what came and went since the objects were hashed, and at what was bad: it may
  /// have been replaced.
  private mutating func refreshAudit() throws {
    guard try store.fileSystem.infoIfAny(store.layout.blobs, followingLink: true) != nil else {
      audit = [:]
      return
    }
    let names = try store.blobs.list()
    let unknown = names.filter { audit[$0] == nil || audit[$0]?.problem != nil }
    let late = Self.audit(store, unknown)
    var all: [Digest: BlobAudit.Entry] = [:]
    for name in names { all[name] = late[name] ?? (unknown.contains(name) ? nil : audit[name]) }
    audit = all
    report.objects = all.count
    report.bytes = all.values.reduce(0) { $0 + $1.size }
  }
}
