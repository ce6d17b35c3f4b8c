import ContentStore
import Digests

/// Verifies a whole ledger: its lines against the checkpoint, the checkpoint against the keys that
/// are believed, and both against what was seen before. Writes nothing.
///
/// Reference: formats.md, "Merkle tree, checkpoint, receipts".
public struct LedgerVerification: Sendable {
  let store: ContentStore
  let trust: LedgerTrust
  /// Believe these keys alone; empty for the user's own and the trusted ones.
  public var named: [VerifierKey] = []
  /// A checkpoint that was kept elsewhere.
  public var against: Checkpoint?

  /// A verification to come.
  public init(_ store: ContentStore, trust: LedgerTrust) {
    self.store = store
    self.trust = trust
  }

  /// Verifies.
  ///
  /// - Throws: what kept it from looking. What it found wrong stands in the report.
  public func run() throws(LedgerError) -> LedgerReport {
    let state = try State(self)
    var report = LedgerReport()
    report.origin = state.origin
    report.rows = state.scan.rows
    report.root = state.scan.end.position.frontier.root
    report.tailLength = try state.unexplainedTail()
    report.seen = state.seen.first?.checkpoint.head.size
    let signature = try SignatureCheck(
      origin: state.origin, hints: SealFile(folder: state.scan.ledger.folder).hints(),
      anchors: state.origin.map { (o) throws(LedgerError) in
        try trust.anchors(for: o, naming: named)
      } ?? [])
    try checkHead(state, signature, &report)
    try checkMemory(state, &report)
    checkAgainst(state, &report)
    return report
  }

  private func checkHead(
    _ state: State, _ signature: SignatureCheck, _ report: inout LedgerReport
  ) throws(LedgerError) {
    let promised = state.promised(signature)
    switch state.content {
    case .malformed(let reason): report.findings.append(.checkpointMalformed(reason: reason))
    case .absent:
      if let promised {
        signature.judge(promised.checkpoint, &report)
        report.inProgress = min(promised.size, report.rows)
        if report.rows > promised.size {
          report.findings.append(
            .unsealed(first: promised.size + 1, count: report.rows - promised.size))
        }
      } else if let seen = report.seen {
        report.findings.append(.checkpointGone(size: seen))
      } else if report.rows > 0 || state.scan.ledger.hintedLineCount() > 0 {
        report.findings.append(.neverSealed(rows: report.rows))
      }
    case .signed(let checkpoint):
      report.checkpoint = checkpoint
      if let own = try Origin.read(state.scan.ledger.folder), own != checkpoint.head.origin {
        report.findings.append(.otherOrigin(checkpoint: checkpoint.head.origin, store: own))
      }
      signature.judge(checkpoint, &report)
      try checkRows(state, checkpoint.head, promised, &report)
    }
  }

  private func checkRows(
    _ state: State, _ head: Checkpoint, _ promised: AppendNext?, _ report: inout LedgerReport
  ) throws(LedgerError) {
    let comparison = LineComparison(ledger: state.scan.ledger, head: head, end: state.scan.end)
    if head.size > report.rows {
      let change = try comparison.run()
      report.findings.append(.rowsMissing(size: head.size, found: report.rows, change: change))
      // Said already, and better.
      if case .newlineGone = change { report.tailLength = 0 }
      return
    }
    guard state.scan.frontier(head.size)?.root == head.root else {
      report.findings.append(.rowsDiffer(size: head.size, change: try comparison.run()))
      return
    }
    let signed = max(head.size, min(promised?.size ?? 0, report.rows))
    report.inProgress = signed - head.size
    if report.rows > signed {
      report.findings.append(.unsealed(first: signed + 1, count: report.rows - signed))
    }
  }

  private func checkMemory(
    _ state: State, _ report: inout LedgerReport
  ) throws(LedgerError) {
    for seen in state.seen {
      let head = seen.checkpoint.head
      // What stands here is what was seen: the lines have been held against it already.
      if report.checkpoint?.head == head { continue }
      if head.size > report.rows {
        report.findings.append(
          .rolledBack(seen: LedgerSighting(seen, from: store), found: report.rows))
      } else if state.scan.frontier(head.size)?.root != head.root {
        report.findings.append(.forked(seen: LedgerSighting(seen, from: store)))
      }
    }
    guard state.seen.isEmpty,
      let other = try trust.memory?.entries(in: store.layout.history).first
    else { return }
    report.findings.append(
      .replaced(origin: other.key.name, seen: other.checkpoint.head.size))
  }

  private func checkAgainst(_ state: State, _ report: inout LedgerReport) {
    guard let against else { return }
    if against.origin != state.origin {
      report.findings.append(.againstOtherOrigin(against.origin))
    } else if against.size > report.rows {
      report.findings.append(.againstLonger(size: against.size, found: report.rows))
    } else if state.scan.frontier(against.size)?.root != against.root {
      report.findings.append(.againstDiffers(size: against.size))
    }
  }
}

extension LedgerReport {
  /// Remembers what was verified, so that less of it is noticed. Only what a believed key signed.
  public func remember(in trust: LedgerTrust, of store: ContentStore) throws(LedgerError) {
    guard verdict == .verified, let checkpoint, let signer, let memory = trust.memory else {
      return
    }
    try memory.remember(
      CheckpointMemory.Entry(key: signer, checkpoint: checkpoint, folder: store.layout.history))
  }
}
