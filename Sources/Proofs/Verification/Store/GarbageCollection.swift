import ContentStore
import Digests
import Ledger
import OCIImage

/// `zigttp store gc`: removes objects that nothing leads to.
///
/// Marked is what the rows of the ledger and of those that were pulled, `index.json`, `pending/`,
/// `append.next` and the leases of living processes lead to, and every document that is attached to
/// something marked. When any of those cannot be read whole, nothing is removed. Nor is it while a
/// document on the way is missing, damaged or not understood, unless `shallow` lists it: nobody can
/// tell what it named, and what only it named is not marked. What an index of the ledger may have
/// seen in it is not asked for: that is no proof of anything.
///
/// What is not marked goes once it is older than the grace period, and so is whatever leads to it, in
/// the way of ``ContentStore/Sweep``. The writer's lock is held throughout, so that nothing durable
/// starts to refer to an object meanwhile. What processes that died left in `tmp/` and `leases/`
/// goes in any case.
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

    /// The defaults.
    public init() {}
  }

  /// What was found and done.
  public struct Outcome: Sendable {
    /// Removed, or what would be: sorted by digest.
    public var removed: [Blob] = []
    /// Objects that something leads to.
    public var reachable = 0
    /// Objects that nothing leads to and that are too young to go, or that one of those leads to.
    public var young = 0
    /// Records that stand in `shallow` now and did not before: sorted.
    public var dropped: [Digest] = []
    /// Records that were in `shallow` and whose objects are here again: sorted.
    public var returned: [Digest] = []
    /// Documents on the way that are missing, damaged or not understood: while there are any,
    /// nothing is removed but what is unfinished.
    public var gaps: [StoreError] = []
    /// What processes that died left unfinished and went, or would go.
    public var unfinished = ContentStore.FileCount()
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
    let seconds = now / 1000
    if options.isDryRun {
      var outcome = try plan(store.blobs.names().digests).outcome
      outcome.unfinished = store.leftovers(now: seconds, grace: options.grace)
      return outcome
    }
    let lock = try store.lockForWriting(command: "store gc", waiting: waiting)
    return try withExtendedLifetime(lock) {
      // First: it depends on nothing that may be in doubt, and may make the room that the rest needs.
      let unfinished = try store.removeLeftovers(now: seconds, grace: options.grace)
      let listed = try store.blobs.names().digests
      let (plan, shallow, known) = try plan(listed)
      var outcome = plan
      outcome.unfinished = unfinished
      // Before anything is dropped: what is missing and not listed is damage.
      if shallow != known { try store.shallow.replace(with: shallow) }
      let gone = try Sweep(store: store, holding: lock).remove(outcome.removed.map(\.digest)) {
        try wanted(of: $0, since: listed)
      }
      let names = Set(gone)
      outcome.removed.removeAll { !names.contains($0.digest) }
      return outcome
    }
  }

  /// What documents lead to that were not there when the objects were listed: somebody wrote them
  /// meanwhile and was killed, or they would be leased.
  private func wanted(of moved: [Digest], since listed: DigestPool) throws -> Set<Digest> {
    let names = try store.blobs.names().digests
    var marks = ObjectMarks(store.blobs)
    for number in 0..<names.count where !listed.contains(names[number]) {
      try marks.mark(names[number], mediaType: nil)
    }
    // What one of those leads to in turn cannot be asked while it is not in its place.
    return moved.contains { marks.marked.contains($0) } ? Set(moved) : []
  }

  /// - Parameter listed: every object there is.
  private func plan(
    _ listed: DigestPool
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
    let rest = try candidates(listed, &marks, without: shallow)
    outcome.reachable = rest.reachable
    outcome.gaps = unknownEntries(roots.index) + marks.gaps.map(\.error)
    guard outcome.gaps.isEmpty else {
      (outcome.dropped, outcome.returned) = ([], [])
      return (outcome, roots.shallow, roots.shallow)
    }
    // What is as old as the limit goes, so that no grace means none.
    let limit = now / 1000 - options.grace
    let young = rest.unmarked.filter { $0.modified / 1_000_000_000 > limit }.map(\.blob.digest)
    try markWhatMayBeNamed(young, &marks)
    outcome.removed = rest.unmarked.map(\.blob).filter { !marks.marked.contains($0.digest) }
    outcome.young = rest.unmarked.count - outcome.removed.count
    return (outcome, shallow, roots.shallow)
  }

  /// What is too young to go keeps what it leads to: a document whose parts were written before it
  /// would otherwise stay without them, and be found broken once something names it, or what it is
  /// attached to. Nobody misses what is not there yet.
  private func markWhatMayBeNamed(_ young: [Digest], _ marks: inout ObjectMarks) throws {
    for digest in young { try marks.mark(digest, mediaType: nil) }
    marks.removeGaps { _ in true }
  }

  private func mark(_ roots: StoreRoots, without shallow: Set<Digest>) throws -> ObjectMarks {
    var marks = ObjectMarks(store.blobs)
    for target in roots.index.entries.compactMap(\.target) {
      try marks.mark(target.digest, mediaType: target.mediaType)
    }
    for digest in roots.loose.sorted() { try marks.mark(digest, mediaType: nil) }
    try marks.mark(records: roots.ledger.rows.records, without: shallow)
    for other in roots.others.all {
      try marks.mark(records: other.survey.rows.records, without: shallow)
    }
    // What is missing on purpose was on its way nowhere.
    marks.removeGaps { $0.error.code == .missing && shallow.contains($0.digest) }
    try markWhatMayBeAbsent(roots, &marks)
    return marks
  }

  /// What was reached only from here is not missed: a lease is written before the object, and
  /// whoever accepts lines that cannot be read accepts that what they name is not known.
  private func markWhatMayBeAbsent(_ roots: StoreRoots, _ marks: inout ObjectMarks) throws {
    let known = Set(marks.gaps)
    for digest in roots.leased.sorted() { try marks.mark(digest, mediaType: nil) }
    marks.removeGaps { !known.contains($0) && roots.leased.contains($0.digest) }
    for digest in roots.spelled.sorted() { try marks.mark(digest, mediaType: nil) }
    marks.removeGaps {
      !known.contains($0) && $0.error.code == .missing && roots.spelled.contains($0.digest)
    }
  }

  /// Entries of `index.json` that may name anything.
  private func unknownEntries(_ index: Index) -> [StoreError] {
    index.entries.enumerated().filter { $0.element.target == nil }.map {
      StoreError(
        .malformed, path: store.layout.index, expected: "a digest in entry \($0.offset + 1)",
        found: "none that is known here")
    }
  }

  private typealias File = (blob: Blob, modified: Int64)

  /// Objects that are not marked, after every manifest attached to a marked one was.
  private func candidates(
    _ listed: DigestPool, _ marks: inout ObjectMarks, without shallow: Set<Digest>
  ) throws -> (unmarked: [File], reachable: Int) {
    var reachable = 0
    var unmarked: [File] = []
    try each(listed) { file in
      if marks.marked.contains(file.blob.digest) { reachable += 1 } else { unmarked.append(file) }
    }
    let open = unmarked.map(\.blob).filter { !shallow.contains($0.digest) }
    try marks.mark(Attachments(among: open, in: store.blobs, isSound: false))
    let rest = unmarked.filter { !marks.marked.contains($0.blob.digest) }
    return (rest, reachable + unmarked.count - rest.count)
  }

  /// Every object that is a file, ascending. A link or folder is none; a check names it.
  private func each(_ names: DigestPool, _ body: (File) -> Void) throws {
    try ObjectFiles(store: store).each(names) { number, result in
      guard let info = try result.get(), info.kind == .file else { return }
      body((Blob(digest: names[number], size: info.size), info.modified))
    }
  }
}
