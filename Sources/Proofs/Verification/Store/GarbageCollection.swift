import ArtifactGraph
import ContentStore
import Digests
import Ledger

/// `zigttp store gc`: removes objects that nothing leads to.
///
/// Marked is what the ledger's own rows, `index.json`, `pending/`, `append.next` and the leases of
/// living processes lead to, and every manifest that is attached to something marked. When any of
/// those cannot be read whole, nothing is removed. What is not marked goes once it is older than the
/// grace period, in the way of ``ContentStore/Sweep``. The writer's lock is held throughout, so that
/// nothing durable starts to refer to an object meanwhile. What processes that died left in `tmp/`
/// and `leases/` goes, too.
public struct GarbageCollection {
  /// How to go about it.
  public struct Options: Sendable {
    /// What is younger stays, in seconds: it may be about to be named. An hour is longer than any
    /// upload or build that does not hold a lease, and short enough that a day's rubbish goes.
    public var grace: Int64 = 3600
    /// How many records of each service stay; nil for all.
    public var keep: Int?
    /// Whether only to tell.
    public var isDryRun = false
    /// Whether to go on although lines of the ledger are no rows.
    public var acceptsBadLines = false
    /// Whether the graph is asked what a damaged document named when it was good.
    public var asksGraph = true

    /// The defaults.
    public init() {}
  }

  /// What was found and done.
  public struct Outcome: Sendable {
    /// Removed, or what would be: sorted by digest.
    public var removed: [Blob] = []
    /// Objects that something leads to.
    public var reachable = 0
    /// Objects that nothing leads to and that are too young to go.
    public var young = 0
    /// Records that stand in `shallow` now and did not before: sorted.
    public var dropped: [Digest] = []
    /// Records that were in `shallow` and whose objects are here again: sorted.
    public var returned: [Digest] = []
    /// Documents on the way that are missing or damaged: what only they lead to may be gone.
    public var gaps: [StoreError] = []
  }

  private let store: ContentStore
  private let trust: LedgerTrust
  private let options: Options
  private let now: Int64

  /// A collection to come.
  ///
  /// - Parameters:
  ///   - trust: whose signatures of the ledger are believed.
  ///   - now: Unix milliseconds.
  public init(_ store: ContentStore, trust: LedgerTrust, _ options: Options, now: Int64) {
    self.store = store
    self.trust = trust
    self.options = options
    self.now = now
  }

  /// Collects, or tells what would be collected.
  ///
  /// - Parameter waiting: called when another process has the lock.
  /// - Throws: ``VerificationError/unreadableRoots(_:)``, and what the store fails with.
  public func run(waiting: (WriterLock.Holder?) -> Void = { _ in }) throws -> Outcome {
    if options.isDryRun { return try plan(nil).outcome }
    let lock = try store.lockForWriting(command: "store gc", waiting: waiting)
    return try withExtendedLifetime(lock) {
      let (plan, shallow, known) = try plan(lock)
      var outcome = plan
      // Before anything is dropped: what is missing and not listed is damage.
      if shallow != known { try store.shallow.replace(with: shallow) }
      let gone = try Sweep(store: store, holding: lock).remove(outcome.removed.map(\.digest))
      try store.removeLeftovers(now: now / 1000)
      let names = Set(gone)
      outcome.removed.removeAll { !names.contains($0.digest) }
      return outcome
    }
  }

  private func plan(
    _ lock: WriterLock?
  ) throws -> (outcome: Outcome, shallow: Set<Digest>, known: Set<Digest>) {
    let roots = try StoreRoots(
      store, trust: trust, acceptingBadLines: options.acceptsBadLines)
    var outcome = Outcome()
    let dropped = options.keep.map { RecordRetention(keeping: $0, of: roots).dropped } ?? []
    var shallow = roots.shallow.union(dropped)
    for record in roots.shallow.subtracting(dropped).sorted()
    where try ObjectMarks.isComplete(record, in: store.blobs) {
      shallow.remove(record)
      outcome.returned.append(record)
    }
    outcome.dropped = shallow.subtracting(roots.shallow).sorted()

    var marks = try mark(roots, without: shallow)
    try keepWhatGapsLedTo(&marks, lock)
    let rest = try candidates(&marks, without: shallow)
    outcome.gaps = marks.gaps.map(\.error)
    outcome.reachable = rest.reachable
    let limit = (now / 1000 - options.grace) * 1_000_000_000
    for (blob, modified) in rest.unmarked {
      // What is as old as the limit goes, so that no grace means none.
      if modified / 1_000_000_000 * 1_000_000_000 <= limit {
        outcome.removed.append(blob)
      } else {
        outcome.young += 1
      }
    }
    return (outcome, shallow, roots.shallow)
  }

  private func mark(_ roots: StoreRoots, without shallow: Set<Digest>) throws -> ObjectMarks {
    var marks = ObjectMarks(store.blobs)
    for entry in roots.index.manifests {
      try marks.mark(entry.digest, mediaType: entry.mediaType)
    }
    for digest in roots.loose.sorted() { try marks.mark(digest, mediaType: nil) }
    try marks.mark(records: roots.ledger.rows.records, without: shallow)
    return marks
  }

  /// A damaged document no longer tells what it named; the graph may have read it when it was good.
  private func keepWhatGapsLedTo(_ marks: inout ObjectMarks, _ lock: WriterLock?) throws {
    let gaps = marks.gaps
    guard options.asksGraph, !gaps.isEmpty,
      let graph = try? ArtifactGraph(store, holding: lock)
    else { return }
    for gap in gaps {
      for edge in (try? graph.references(of: gap.digest)) ?? [] {
        try marks.mark(edge.target, mediaType: edge.mediaType)
      }
    }
  }

  private typealias File = (blob: Blob, modified: Int64)

  /// Objects that are not marked, after every manifest attached to a marked one was.
  private func candidates(
    _ marks: inout ObjectMarks, without shallow: Set<Digest>
  ) throws -> (unmarked: [File], reachable: Int) {
    var reachable = 0
    var unmarked: [File] = []
    try eachFile { file in
      if marks.marked.contains(file.blob.digest) { reachable += 1 } else { unmarked.append(file) }
    }
    try Attachments(store.blobs).mark(
      unmarked.lazy.map(\.blob).filter { !shallow.contains($0.digest) }, onto: &marks)
    let rest = unmarked.filter { !marks.marked.contains($0.blob.digest) }
    return (rest, reachable + unmarked.count - rest.count)
  }

  /// Every object that is a file, ascending. A link or folder is none; a check names it.
  private func eachFile(_ body: (File) -> Void) throws {
    let names = try store.blobs.names().digests
    try ObjectFiles(store: store).each(names) { number, result in
      guard let info = try result.get(), info.kind == .file else { return }
      body((Blob(digest: names[number], size: info.size), info.modified))
    }
  }
}
