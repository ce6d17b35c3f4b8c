import ContentStore
import Digests
import Ledger
import OCIRegistry

/// Brings one writer's ledger beside ours, or tells why not: then what was there stays.
///
/// Nothing is merged. What is taken goes on from what was pulled before and from what was seen before,
/// and is signed by a key that is believed, or, where none is known, by the one that signed before.
/// Reference: formats.md, "Trust".
struct LedgerPull {
  let store: ContentStore
  let blobs: RegistryBlobs
  let trust: LedgerTrust
  /// Believe these keys alone, for the origins whose names they have.
  let named: [VerifierKey]
  /// Takes the store's writer lock.
  let lock: () throws -> WriterLock
  let tell: @Sendable (TransferNotice) -> Void

  /// How it went.
  enum Result {
    case unchanged(LedgerSummary)
    case taken(LedgerSummary, rows: Int)
  }

  /// The newest of a ledger that can be taken.
  ///
  /// - Parameter claims: its tags, the largest first.
  /// - Returns: nil where none of them can; and what is wrong with those that cannot.
  func run(_ claims: [LedgerTag]) throws -> (result: Result?, troubles: [PulledTrouble]) {
    var troubles: [PulledTrouble] = []
    for claim in claims {
      let size = try? OtherLedgers(store).named(claim.ledger).checkpoint()?.head.size
      // After a larger one was refused, a smaller one brings only what is not here yet.
      if !troubles.isEmpty, let size, claim.size <= size { break }
      do {
        return (try take(claim), troubles)
      } catch let trouble as LedgerTrouble {
        troubles.append(PulledTrouble(claim: claim, trouble: trouble))
      } catch LedgerError.refused(let finding) {
        troubles.append(PulledTrouble(claim: claim, trouble: .damagedHere(finding)))
        break
      }
    }
    return (nil, troubles)
  }

  private func take(_ claim: LedgerTag) throws -> Result {
    let remote = try RemoteLedger(claim, in: blobs)
    let other = OtherLedgers(store)[remote.checkpoint.head.origin]
    let (key, anchor) = try signer(of: remote, other)
    func summary(_ checkpoint: SignedCheckpoint) -> LedgerSummary {
      LedgerSummary(
        origin: checkpoint.head.origin, name: other.name, size: checkpoint.head.size, key: key,
        anchor: anchor)
    }
    if try other.checkpoint()?.bytes == remote.checkpoint.bytes {
      let intake = LedgerIntake(other)
      if try intake.isUnfinished() { try intake.finish(holding: lock()) }
      try remember(remote.checkpoint, key, anchor, other)
      return .unchanged(summary(remote.checkpoint))
    }
    let rows = try fetch(remote, key, other)
    try remember(remote.checkpoint, key, anchor, other)
    return .taken(summary(remote.checkpoint), rows: rows)
  }

  /// Who signed, and why that is believed; nil where nobody vouches for the key.
  private func signer(
    of remote: RemoteLedger, _ other: OtherLedger
  ) throws -> (VerifierKey, LedgerTrust.Anchor?) {
    let origin = remote.checkpoint.head.origin
    let own = named.filter { $0.name == origin }
    let judgement = try CheckpointJudgement(remote.checkpoint, trust: trust, naming: own)
    if let key = judgement.signer, let anchor = judgement.anchor { return (key, anchor) }
    if let wanted = try trust.anchors(for: origin, naming: own).first?.key {
      throw LedgerTrouble.notSigned(by: wanted)
    }
    let known = other.hints()
    if let last = known.last, !known.contains(remote.key) {
      throw LedgerTrouble.signerChanged(from: last, to: remote.key)
    }
    return (remote.key, nil)
  }

  private func remember(
    _ checkpoint: SignedCheckpoint, _ key: VerifierKey, _ anchor: LedgerTrust.Anchor?,
    _ other: OtherLedger
  ) throws {
    guard anchor != nil, let memory = trust.memory else { return }
    do throws(LedgerError) {
      try memory.remember(
        CheckpointMemory.Entry(
          key: key, checkpoint: checkpoint, folder: other.store.layout.history))
    } catch { tell(.notRemembered(error)) }
  }

  /// Fetches what is not here and takes it.
  ///
  /// - Returns: how many lines came.
  private func fetch(
    _ remote: RemoteLedger, _ key: VerifierKey, _ other: OtherLedger
  ) throws -> Int {
    let head = remote.checkpoint.head
    let download = try LedgerDownload(other)
    let seen = try trust.memory?.entries(of: head.origin).map(\.checkpoint.head) ?? []
    let here = try other.checkpoint()?.head.size ?? 0
    let runs = LedgerCuts.ranges(of: head.size)
    let first = runs.firstIndex { $0.upperBound > here } ?? runs.count
    let start = first < runs.count ? runs[first].lowerBound : head.size
    let intake = LedgerIntake(other)
    let base = try intake.base(at: Set(seen.map(\.size)).union([start, head.size]))

    var expected: [Int: Digest] = [:]
    for old in seen { expected[old.size] = old.root }
    if let own = base.checkpoint?.head { expected[own.size] = own.root }
    for (size, position) in base.positions where size <= head.size {
      if let root = expected[size], root != position.frontier.root {
        throw LedgerTrouble.forked(at: size)
      }
    }
    if head.size <= here, base.positions[head.size]?.frontier.root != head.root {
      throw LedgerTrouble.forked(at: head.size)
    }
    if let most = (seen.map(\.size) + [here]).max(), most > head.size {
      throw LedgerTrouble.rolledBack(seen: most, found: head.size)
    }

    guard let tree = base.positions[start]?.frontier else {
      throw LedgerTrouble.forked(at: start)
    }
    try download.fetch(Array(remote.lines[first...]), from: blobs) { [tell] in tell(.object($0)) }
    var frontier = tree
    var offset: Int64 = 0
    var records: Set<Digest> = []
    var reader = LedgerRowReader()
    let end = try download.lines(after: tree) { line in
      frontier.append(line.leafHash)
      if let root = expected[frontier.size], root != frontier.root {
        throw LedgerTrouble.forked(at: frontier.size)
      }
      if frontier.size <= here {
        offset = line.offset + Int64(line.length) + 1
      } else if let record = line.bytes.flatMap({ reader.row($0) })?.record {
        records.insert(record)
      }
    }
    guard end.tailLength == 0, frontier.size == head.size, frontier.root == head.root else {
      throw LedgerTrouble.linesDiffer(size: head.size)
    }

    let lock = try lock()
    // Somebody who does not know this way of taking turns was quicker: nothing is lost by asking again.
    guard try other.checkpoint() == base.checkpoint else {
      throw LedgerError.changedUnderneath(path: other.store.layout.checkpoint)
    }
    // Before the rows are there that name them: what is missing and not listed is damage.
    try store.shallow.add(try missing(of: records))
    try intake.take(
      download.path, from: offset, remote.checkpoint, by: key, after: base, holding: lock)
    if base.checkpoint != nil { download.remove() }
    return head.size - here
  }

  private func missing(of records: Set<Digest>) throws(StoreError) -> Set<Digest> {
    var missing: Set<Digest> = []
    for record in records where record.algorithm == .sha256 {
      if try !store.blobs.has(record) { missing.insert(record) }
    }
    return missing
  }
}
