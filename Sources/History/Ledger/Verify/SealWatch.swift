import ContentStore
import Digests

/// A look at the checkpoint that costs the same for every length of a ledger: what each command that
/// reads it can afford. Whether the signed lines are what they were, only ``LedgerVerification``
/// tells.
public struct SealWatch: Sendable {
  private let store: ContentStore
  private let trust: LedgerTrust

  /// A look to come.
  public init(_ store: ContentStore, trust: LedgerTrust) {
    self.store = store
    self.trust = trust
  }

  /// What does not fit; nil where all does, and for a ledger that never had a checkpoint.
  ///
  /// - Parameter end: gives the tree over all lines as it is now. Asked again when something does not
  ///   fit, since a writer may have been in between.
  public func finding(
    at end: () throws -> MerkleFrontier
  ) throws -> LedgerFinding? {
    var last: LedgerFinding?
    for _ in 0..<5 {
      let finding = try look(end())
      if finding == nil || finding == last { return finding }
      last = finding
    }
    return last
  }

  private func look(_ end: MerkleFrontier) throws(LedgerError) -> LedgerFinding? {
    let folder = LedgerFolder(store: store)
    // In this order: a writer takes `append.next` away after it has replaced the checkpoint.
    let next = try AppendNext.read(folder)
    let head: Checkpoint
    switch try SealFile(folder: folder).read() {
    case .absent:
      guard let origin = try Origin.read(folder),
        let seen = try trust.memory?.entries(of: origin).first?.checkpoint.head.size,
        (next?.size ?? 0) <= seen
      else { return nil }
      return .checkpointGone(size: seen)
    case .malformed(let reason): return .checkpointMalformed(reason: reason)
    case .signed(let checkpoint): head = checkpoint.head
    }
    if head.size > end.size {
      let tail = head.size == end.size + 1 ? try LedgerFile(store).tail() : nil
      let isWhole = tail.map { head.ends(with: $0, after: end) } ?? false
      return .rowsMissing(
        size: head.size, found: end.size, change: isWhole ? .newlineGone(line: head.size) : nil)
    }
    if head.size == end.size, head.root != end.root {
      return .rowsDiffer(size: head.size, change: nil)
    }
    if head.size < end.size, try !isExplained(end, from: head, by: next, folder) {
      return .unsealed(first: head.size + 1, count: end.size - head.size)
    }
    if let seen = try trust.memory?.entries(of: head.origin).first,
      seen.checkpoint.head.size > end.size
    {
      return .rolledBack(seen: LedgerSighting(seen, from: store), found: end.size)
    }
    return nil
  }

  // Whether the lines after the checkpoint are those of the append in progress.
  private func isExplained(
    _ end: MerkleFrontier, from head: Checkpoint, by next: AppendNext?, _ folder: LedgerFolder
  ) throws(LedgerError) -> Bool {
    guard let next, next.firstIndex <= head.size, next.size >= end.size else { return false }
    let signature = SignatureCheck(
      origin: head.origin, hints: SealFile(folder: folder).hints(),
      anchors: try trust.anchors(for: head.origin))
    guard signature.accepts(next) else { return false }
    if next.size == end.size { return next.checkpoint.head.root == end.root }
    // Not all of its lines are written yet.
    var written: [Digest] = []
    try LedgerFile(store).lines(numbers: head.size + 1...end.size) { written.append($0.leafHash) }
    return written.count == end.size - head.size
      && next.leafHashes.dropFirst(head.size - next.firstIndex).starts(with: written)
  }
}
